"""The only room that knows an engine: it publishes what files state, reads it back, and keeps generations.

Everything above asks for tables by name and gets Ibis expressions; which engine answers, how rows are
merged and how a crash is survived is decided here and nowhere else.
"""

from zhanggui.warehouse.engine import Storage
from zhanggui.warehouse.errors import (
    GenerationUnknown,
    KeyStatedTwice,
    OrderBelongsToOtherShop,
    StagedPartMalformed,
    TableUnknown,
    WarehouseBusy,
    WarehouseMissing,
)
from zhanggui.warehouse.publishing import Published, PublishedFile, StagedFile
from zhanggui.warehouse.store import Generation, Warehouse

__all__ = [
    "Generation",
    "GenerationUnknown",
    "KeyStatedTwice",
    "OrderBelongsToOtherShop",
    "Published",
    "PublishedFile",
    "StagedFile",
    "StagedPartMalformed",
    "Storage",
    "TableUnknown",
    "Warehouse",
    "WarehouseBusy",
    "WarehouseMissing",
]
