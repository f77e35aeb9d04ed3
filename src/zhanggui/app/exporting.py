"""Tables of one generation as files that other programs read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from zhanggui.app.errors import OutputKindUnknown
from zhanggui.app.workspace import Workspace
from zhanggui.app.writing import KINDS, write_table
from zhanggui.canon.register import TABLES, table
from zhanggui.kernel.limits import BATCH_ROWS
from zhanggui.warehouse import Warehouse


def export_tables(
    workspace: Workspace,
    directory: Path,
    kind: str,
    names: Sequence[str] = (),
    generation: int | None = None,
    told: Callable[[str, int, int], None] = lambda *_: None,
) -> list[tuple[Path, int]]:
    """Write tables (all that have rows, without names), each with how many rows; raises OutputKindUnknown, UnknownTable."""
    if kind not in KINDS:
        raise OutputKindUnknown(file=kind, known=", ".join(KINDS))
    wanted = [table(name).name for name in names] or list(TABLES)
    directory.mkdir(parents=True, exist_ok=True)
    written = []
    with Warehouse.open(workspace.root, read_only=True, generation=generation) as warehouse:
        for place, name in enumerate(wanted, 1):
            told(name, place, len(wanted))
            rows = warehouse.table(name)
            if not names and not rows.count().to_pyarrow().as_py():
                continue
            reader = rows.order_by(list(TABLES[name].key)).to_pyarrow_batches(chunk_size=BATCH_ROWS)
            path = directory / f"{name}.{kind}"
            written.append((path, write_table(iter(reader), reader.schema, path)))
    return written
