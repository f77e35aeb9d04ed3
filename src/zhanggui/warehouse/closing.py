"""Publishing what the close computes: every derived table replaced, all in one transaction.

A step that reads what an earlier step wrote sees it before anybody else does; readers see the whole
close or none of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from zhanggui.canon.register import TABLES
from zhanggui.canon.steps import Step
from zhanggui.canon.tables import Layer
from zhanggui.warehouse.declaration import create_statement
from zhanggui.warehouse.errors import DerivedTableMalformed, KeyStatedTwice, TableUnknown
from zhanggui.warehouse.faults import fault_point
from zhanggui.warehouse.merging import repeated_keys
from zhanggui.warehouse.quoting import BOOKS, books_table

if TYPE_CHECKING:
    from zhanggui.warehouse.store import Warehouse

Arguments = Callable[[Step], Mapping[str, Any]]
"""What a step is given by name: its policy, its date."""


def replace_table(warehouse: Warehouse, table_name: str, content: Any) -> None:
    """Put new rows in the place of all rows of a derived table.

    Raises TableUnknown for a name that canon does not declare or that files state, DerivedTableMalformed
    when columns differ from the declaration, KeyStatedTwice when the content repeats a key.
    """
    table = TABLES.get(table_name)
    if table is None or table.layer is Layer.STATED:
        raise TableUnknown(name=table_name)
    rows = warehouse.memory_table(content) if isinstance(content, pa.Table) else content
    if set(rows.columns) != set(table.by_name):
        odd = sorted(set(rows.columns) ^ set(table.by_name))
        raise DerivedTableMalformed(table=table_name, columns=odd)
    if _reads(rows, table_name):
        rows = rows.cache()  # the old rows are gone before the new ones are computed
    # Made anew rather than emptied: the old rows stay with the old generations, no delete files remain.
    warehouse.execute(create_statement(table).replace("CREATE TABLE", "CREATE OR REPLACE TABLE", 1))
    shaped = rows.select([rows[column.name].cast(_ibis_type(column.kind.arrow)) for column in table.columns])
    warehouse.ibis().insert(table_name, shaped, database=(BOOKS, "main"))
    twice = repeated_keys(warehouse.connection, table, f"{books_table(table_name)} c")
    if twice:
        raise KeyStatedTwice(table=table_name, keys=twice)
    fault_point("close.in_transaction")


def _reads(rows: Any, table_name: str) -> bool:
    from ibis.expr import operations

    return any(
        source.name == table_name and source.namespace.catalog == BOOKS
        for source in rows.op().find(operations.DatabaseTable)
    )


def _ibis_type(arrow: pa.DataType) -> Any:
    import ibis.expr.datatypes as types

    return types.DataType.from_pyarrow(arrow)


def run_step(warehouse: Warehouse, step: Step, arguments: Mapping[str, Any]) -> None:
    """Run one step on the tables of the books as they stand in this transaction, and store its result."""
    tables = [warehouse.table(table_name) for table_name in step.reads]
    result = _run_partitioned(step, tables, arguments) if step.per else step(*tables, **arguments)
    replace_table(warehouse, step.writes, result)


def _run_partitioned(step: Step, tables: Sequence[Any], arguments: Mapping[str, Any]) -> pa.Table:
    """Map a step over Arrow partitions of its tables; a table without the columns goes whole to each."""
    results = [step(*partition, **arguments) for partition in _partitions(step, tables)]
    declared = TABLES[step.writes].arrow_schema
    return pa.concat_tables(
        [result.select(declared.names).cast(declared) for result in results] or [declared.empty_table()]
    )


def _partitions(step: Step, tables: Sequence[Any]) -> Iterator[list[pa.Table]]:
    keyed = tables[0].select(*step.per).distinct().order_by(list(step.per)).to_pyarrow().to_pylist()
    for values in keyed:
        yield [_cut(table, values).to_pyarrow() for table in tables]


def _cut(table: Any, values: Mapping[str, Any]) -> Any:
    if not set(values) <= set(table.columns):
        return table
    return table.filter([table[column].identical_to(value) for column, value in values.items()])
