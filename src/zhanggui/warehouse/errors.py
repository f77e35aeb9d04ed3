"""What can go wrong in the warehouse, each named after the fact."""

from __future__ import annotations

from zhanggui.kernel.errors import Fault, Passing, Refusal, UsageRefusal


class OrderBelongsToOtherShop(Refusal):
    """A file states an order that the books already hold for another shop of the same channel."""

    code = "order_belongs_to_other_shop"


class WarehouseMissing(Refusal):
    """There are no books in this directory."""

    code = "warehouse_missing"


class WarehouseExists(Refusal):
    """There are books in this directory already."""

    code = "warehouse_exists"


class TableUnknown(UsageRefusal):
    """No table of this name is in the books."""

    code = "table_unknown"


class GenerationUnknown(UsageRefusal):
    """The books of this generation are not kept (or never were)."""

    code = "generation_unknown"


class WarehouseReadOnly(UsageRefusal):
    """The books were opened for reading and were asked to change."""

    code = "warehouse_read_only"


class StagedPartMalformed(Fault):
    """A staged part does not have the declared shape; intake and canon disagree."""

    code = "staged_part_malformed"


class KeyStatedTwice(Fault):
    """A current table holds a key twice; the publish was rolled back."""

    code = "key_stated_twice"


class EngineMissing(Fault):
    """The engine's extension package is not installed."""

    code = "engine_missing"


class WarehouseBusy(Passing):
    """Another writer holds the books, or won every race for them."""

    code = "warehouse_busy"


class DerivedTableMalformed(Fault):
    """A step gave columns other than its table declares."""

    code = "derived_table_malformed"
