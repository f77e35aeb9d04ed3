"""Books kept open between questions: opening them costs more than most answers.

A server lends each asker a session on the generation that it has open. The sessions of one generation share one
engine, so that twenty people cost one engine's memory. Whether something was published since is seen from the
catalog's own stamp, without a query; what it was is then asked in books that are kept open at whatever is newest. An
old generation is let go when the last of its askers has gone.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from time import sleep

from zhanggui.app.errors import RestoreUnderWay
from zhanggui.kernel.clock import monotonic_seconds
from zhanggui.kernel.limits import OPEN_GENERATIONS
from zhanggui.warehouse import Generation, Warehouse

_LOOK_SECONDS = 0.05


@dataclass
class _Shelf:
    """One generation, open: the sessions that nobody uses at the moment, and how many are lent."""

    books: Warehouse
    idle: list[Warehouse] = field(default_factory=list)
    lent: int = 0

    def close(self) -> None:
        """Close every session; the engine ends with the last of them."""
        for session in (*self.idle, self.books):
            session.close()


@dataclass(frozen=True)
class _Seen:
    """What was published until now, and the stamp of the catalog by which it is seen that this is all."""

    signature: tuple[int, ...]
    generations: tuple[Generation, ...]

    @property
    def newest(self) -> int:
        return self.generations[-1].generation if self.generations else 0

    @property
    def closed(self) -> int:
        closes = [one.generation for one in self.generations if one.kind == "close"]
        return closes[-1] if closes else self.newest


class BookPool:
    """Open books of one workspace for many threads."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._lock = Lock()
        self._opening = Lock()
        self._shelves: OrderedDict[int, _Shelf] = OrderedDict()
        self._is_set_aside = False  # while the books are exchanged for others
        self._seen: _Seen | None = None
        self._looking = Lock()
        self._window: Warehouse | None = None  # open at whatever is newest, for looking only

    def newest(self) -> int:
        """The number of the newest publication; 0 before the first. Raises WarehouseMissing."""
        return self._look().newest

    def closed(self) -> int:
        """The number of the last close, since which no derived table has changed; the newest before the first close."""
        return self._look().closed

    def generations(self) -> tuple[Generation, ...]:
        """Every publication, oldest first."""
        return self._look().generations

    def _look(self) -> _Seen:
        self._check_there()
        signature = Warehouse.signature(self.root)
        seen = self._seen
        if seen is not None and seen.signature == signature:
            return seen
        with self._looking:  # one of those who come together looks
            seen = self._seen
            if seen is None or seen.signature != signature:
                if self._window is None:
                    self._window = Warehouse.open(self.root, read_only=True)
                seen = self._seen = _Seen(signature, tuple(self._window.generations()))
            return seen

    def _draw_curtain(self) -> None:
        with self._looking:
            if self._window is not None:
                self._window.close()
            self._window = None

    @contextmanager
    def lend(self, generation: int | None = None) -> Iterator[Warehouse]:
        """The books of a generation (None: the newest) until the block ends; raises GenerationUnknown."""
        number = self.newest() if generation is None else generation
        if not number and generation is None:  # nothing was published: there is no generation to hold
            with Warehouse.open(self.root, read_only=True) as books:
                yield books
            return
        shelf = self._take(number)
        session = self._session(shelf)
        try:
            yield session
        finally:
            self._give_back(shelf, session)

    def _take(self, number: int) -> _Shelf:
        self._check_there()
        with self._opening:  # one thread opens a generation, the others wait for it
            with self._lock:
                shelf = self._shelves.get(number)
                if shelf is not None:
                    shelf.lent += 1
                    self._shelves.move_to_end(number)
                    return shelf
            books = Warehouse.open(self.root, read_only=True, generation=number)
            with self._lock:
                shelf = self._shelves[number] = _Shelf(books, lent=1)
                self._let_go(OPEN_GENERATIONS)
            return shelf

    def _session(self, shelf: _Shelf) -> Warehouse:
        with self._lock:
            return shelf.idle.pop() if shelf.idle else shelf.books.sibling()

    def _give_back(self, shelf: _Shelf, session: Warehouse) -> None:
        with self._lock:
            shelf.lent -= 1
            shelf.idle.append(session)
            self._let_go(OPEN_GENERATIONS)

    def _let_go(self, most: int) -> None:
        """Close the generations that were asked for longest ago, but none that is lent."""
        for number in list(self._shelves)[: max(0, len(self._shelves) - most)]:
            if not self._shelves[number].lent:
                self._shelves.pop(number).close()

    @contextmanager
    def set_aside(self, within_seconds: float) -> Iterator[None]:
        """Lend nothing until the block ends; raises RestoreUnderWay where askers do not come to an end in time."""
        self._is_set_aside = True
        try:
            give_up_at = monotonic_seconds() + within_seconds
            while any(shelf.lent for shelf in list(self._shelves.values())):
                if monotonic_seconds() > give_up_at:
                    raise RestoreUnderWay(name="-")
                sleep(_LOOK_SECONDS)
            self.close()
            yield
        finally:
            self._seen = None
            self._is_set_aside = False

    def _check_there(self) -> None:
        if self._is_set_aside:
            raise RestoreUnderWay(name="-")

    def close(self) -> None:
        """Close what nobody holds."""
        self._draw_curtain()
        with self._lock:
            self._let_go(0)
