"""The authorization matrix: each entry of the catalogue for each kind of caller, as a table that is stated here in full.

A refusal is proven to do nothing: the records, the settings and the files are the same afterwards, and the refusal
itself stands in the audit. Over HTTP the same matrix is walked beside the server.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from zhanggui.app.access import ask_as, check_bearer, command_as, measure_as
from zhanggui.app.callers import METRIC, SYSTEM, Caller, authorise, local_caller, may, nobody
from zhanggui.app.catalogue import ACTIONS, COMMANDS, QUESTIONS
from zhanggui.app.commands import Command
from zhanggui.app.entry_errors import NotAuthenticated, NotPermitted
from zhanggui.app.figures import make_request
from zhanggui.app.people import add_person, set_up
from zhanggui.app.sessions import log_in
from zhanggui.app.tokens import create_token
from zhanggui.app.workspace import Settings, Workspace, create_workspace
from zhanggui.books.tables import METADATA
from zhanggui.canon.questions import Permission, Question

AT = datetime(2026, 8, 1, 9)
PHRASE = "four words nobody links"

# kind of caller      read export import decide own personal (a person's own affairs)
MATRIX = """
nobody                  -     -      -      -    -     -
viewer                  x     -      -      -    -     x
operator                x     -      x      x    -     x
finance                 x     x      -      x    -     x
owner                   x     x      x      x    x     x
local                   x     x      x      x    x     x
system                  x     -      x      -    -     -
token_read              x     -      -      -    -     -
token_full              x     x      x      x    -     -
expired_token           -     -      -      -    -     -
guest                   q     -      -      -    -     -
guest_of_other          -     -      -      -    -     -
"""
"""x: allowed; -: refused; q: questions that were granted, and nothing else."""

COLUMNS = ("read", "export", "import", "decide", "own", "personal")
STATED = {line.split()[0]: dict(zip(COLUMNS, line.split()[1:], strict=True)) for line in MATRIX.strip().splitlines()}
ENTRIES: dict[str, Question | Command] = {
    **{f"ask {name}": entry.question for name, entry in QUESTIONS.items()},
    **{f"do {name}": command for name, command in COMMANDS.items()},
}


def is_allowed(kind: str, entry: Question | Command) -> bool:
    """What the matrix says; a personal entry that needs more than reading is its owner's alone."""
    stated, is_command = STATED[kind], isinstance(entry, Command)
    if isinstance(entry, Command) and entry.is_personal and stated["personal"] != "x":
        return False
    cell = stated[entry.permission.value]
    return cell == "x" or (cell == "q" and not is_command)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace with one person of each role."""
    made = create_workspace(tmp_path_factory.mktemp("house") / "workspace", Settings())
    set_up(made, "owner", PHRASE, AT)
    for role in ("viewer", "operator", "finance"):
        add_person(made, local_caller("desk"), role, role, PHRASE, AT)
    return made


@pytest.fixture(scope="module")
def callers(house: Workspace) -> dict[str, Caller]:
    """One caller of each kind, made in the way in which the house makes them."""
    people = {
        name: log_in(house, name, PHRASE, "10.0.0.1", AT).caller for name in ("owner", "viewer", "operator", "finance")
    }
    full = ["read", "export", "import", "decide"]
    tokens = {
        "token_read": create_token(house, people["owner"], "r", ["read"], AT).secret,
        "token_full": create_token(house, people["owner"], "f", full, AT).secret,
    }
    reading = frozenset({Permission.READ})
    granted = frozenset(QUESTIONS)
    return {
        **people,
        **{name: check_bearer(house, secret, AT) for name, secret in tokens.items()},
        "nobody": nobody("10.0.0.9"),
        "expired_token": expired(house, tokens["token_full"]),
        "local": local_caller("desk"),
        "system": SYSTEM,
        "guest": Caller("guest", "bank", None, reading, frozenset({"taobao/甲"}), granted, key_id="g1"),
        "guest_of_other": Caller("guest", "bank", None, reading, frozenset({"taobao/乙"}), frozenset(), key_id="g2"),
    }


def expired(house: Workspace, secret: str) -> Caller:
    """An expired token is nobody's."""
    with pytest.raises(NotAuthenticated):
        check_bearer(house, secret, AT + timedelta(days=91))
    return nobody()


def state_of(house: Workspace) -> tuple[object, ...]:
    """Everything that a command could change: the records but for the audit, and every file but the records' own."""
    with house.books.reading() as records:
        rows = [
            (table.name, tuple(map(tuple, records.execute(text(f"SELECT * FROM {table.name}")))))
            for table in METADATA.sorted_tables
            if table.name != "audit"
        ]
    return tuple(rows), tuple(files_of(house.root))


def files_of(root: Path) -> Iterator[tuple[str, int, int]]:
    """Files with size and time of change, without what a reader of SQLite leaves beside it: shared memory, and an empty log."""
    for path in sorted(root.rglob("*")):
        if path.is_file() and not path.name.startswith("books.sqlite") and not path.name.endswith("-shm"):
            found = path.stat()
            if found.st_size:
                yield str(path.relative_to(root)), found.st_size, found.st_mtime_ns


def count_audit(house: Workspace) -> int:
    """How many entries the audit has."""
    return len(house.books.read_audit())


def test_every_cell_is_stated() -> None:
    assert {permission.value for permission in Permission} | {"personal"} == set(COLUMNS)
    assert {cell for cells in STATED.values() for cell in cells.values()} == {"x", "-", "q"}
    assert len(ENTRIES) == len(QUESTIONS) + len(COMMANDS)
    assert len(ENTRIES) > 60


@pytest.mark.parametrize("kind", STATED)
def test_each_kind_of_caller_may_what_the_matrix_says(callers: dict[str, Caller], kind: str) -> None:
    told = {name: may(callers[kind], entry) for name, entry in ENTRIES.items()}
    assert told == {name: is_allowed(kind, entry) for name, entry in ENTRIES.items()}
    for name, entry in ENTRIES.items():
        if told[name]:
            authorise(callers[kind], entry)
        else:
            with pytest.raises(NotAuthenticated if callers[kind].kind == "nobody" else NotPermitted):
                authorise(callers[kind], entry)


@pytest.mark.parametrize("kind", STATED)
def test_a_refusal_does_nothing_and_says_nothing(house: Workspace, callers: dict[str, Caller], kind: str) -> None:
    caller, is_stranger = callers[kind], callers[kind].kind == "nobody"
    for name, entry in ENTRIES.items():
        if is_allowed(kind, entry) or (isinstance(entry, Command) and entry.name not in ACTIONS):
            continue
        before, heard = state_of(house), count_audit(house)
        with pytest.raises(NotAuthenticated if is_stranger else NotPermitted) as refused:
            if isinstance(entry, Command):
                command_as(house, caller, entry.name, {"name": "owner", "nonsense": "x"})
            else:
                ask_as(house, caller, entry.name, {"nonsense": "x"})
        assert set(refused.value.fields) <= {"entry", "permission"}, name
        assert state_of(house) == before, name
        assert count_audit(house) == heard + (0 if is_stranger else 1), name


def test_strangers_and_guests_do_not_find_out_what_there_is(house: Workspace, callers: dict[str, Caller]) -> None:
    for name in ("files", "no such question"):
        with pytest.raises(NotAuthenticated):
            ask_as(house, callers["nobody"], name, {})
        with pytest.raises(NotPermitted):
            ask_as(house, callers["guest_of_other"], name, {})
    for name in ("user-add", "no such command"):
        with pytest.raises(NotAuthenticated):
            command_as(house, callers["nobody"], name, {})


def test_a_guest_sees_only_the_figures_that_were_granted(house: Workspace, callers: dict[str, Caller]) -> None:
    request = make_request(("orders", "gmv"), (), None, None, None, {}, None)
    half = Caller("guest", "bank", None, frozenset({Permission.READ}), frozenset({"x"}), frozenset({METRIC + "orders"}))
    for caller in (callers["guest"], callers["guest_of_other"], half):
        with pytest.raises(NotPermitted):
            measure_as(house, caller, request)
    with pytest.raises(NotAuthenticated):
        measure_as(house, callers["nobody"], request)
