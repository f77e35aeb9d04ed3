"""Books that show only some shops: what a guest's answers are made from.

The restriction lies below the question, at the tables: every table of the books is filtered by shop before a question
sees it, so that no question, filter, join or cut can reach what was left out. A table that does not say to which shop
a row belongs is refused, unless it says nothing about the business; so is one that holds people's plain data. A new
table is refused until somebody says that it is harmless.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from zhanggui.app.entry_errors import NotPermitted, TableNotGranted
from zhanggui.app.workspace import Workspace
from zhanggui.canon.register import TABLES
from zhanggui.canon.tables import Person, Table

if TYPE_CHECKING:
    import pyarrow as pa

    from zhanggui.books import Books
    from zhanggui.warehouse import Generation, Warehouse

HARMLESS = frozenset({"calendar", "channels", "ecb_rates", "fx_daily", "generations"})
"""Tables without shops that say nothing about a business: days, exchange rates, and when books were closed."""

_SHOP = "shop_id"


def is_grantable(table: Table) -> bool:
    """Whether a guest's answer may read the table, filtered by shop where it is not harmless."""
    has_plain_people = any(column.person in (Person.DIRECT, Person.SENSITIVE) for column in table.columns)
    return table.name in HARMLESS or (_SHOP in table.by_name and not has_plain_people)


@dataclass(frozen=True)
class ShopBooks:
    """Open books of which only these shops are seen; has what questions and metrics use of a warehouse, and no more."""

    inner: Warehouse
    shops: frozenset[str]

    def table(self, name: str) -> Any:
        """A table without the rows of other shops (and without those of no shop); raises TableNotGranted."""
        if name not in TABLES or not is_grantable(TABLES[name]):
            raise TableNotGranted(entry=name, permission="read", table=name)
        rows = self.inner.table(name)
        return rows if name in HARMLESS else rows.filter(rows[_SHOP].isin(sorted(self.shops)))

    def fetch(self, expression: Any) -> pa.Table:
        """The rows of an expression over these tables."""
        return self.inner.fetch(expression)

    def reading(self) -> AbstractContextManager[int]:
        """Hold one state of the books for several queries."""
        return self.inner.reading()

    def generation(self) -> int:
        """The number of the publication that is open."""
        return self.inner.generation()

    def generations(self) -> list[Generation]:
        """Every publication, oldest first."""
        return self.inner.generations()


@dataclass(frozen=True)
class ShopReaders:
    """Lends the books of a workspace with all but these shops taken out."""

    workspace: Workspace
    shops: frozenset[str]

    @contextmanager
    def lend(self, generation: int | None = None) -> Iterator[Any]:
        """The books of a generation (None: the newest) until the block ends; raises GenerationUnknown."""
        with self.workspace.read_books(generation) as books:
            yield ShopBooks(books, self.shops)


@dataclass(frozen=True)
class ShopWorkspace(Workspace):
    """A workspace as a guest's questions see it: its settings and some shops' books, no records and no key."""

    @property
    def books(self) -> Books:
        """Never given to a guest's question."""
        raise NotPermitted(entry="books", permission="read")

    @property
    def key(self) -> bytes:
        """Never given to a guest's question."""
        raise NotPermitted(entry="key", permission="own")


def restrict_to_shops(workspace: Workspace, shops: frozenset[str]) -> Workspace:
    """The workspace as those may see it who were granted these shops."""
    return ShopWorkspace(workspace.root, workspace.settings, ShopReaders(workspace, shops))
