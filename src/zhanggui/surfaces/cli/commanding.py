"""Running a command of the catalogue from the terminal, and showing the rows it answers.

Nothing of the application is imported before a command runs, and each command's file imports the actions that it
needs and no others: the whole catalogue costs half a second.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from zhanggui.surfaces.cli.session import Session


def run_here(
    session: Session, name: str, told: Mapping[str, Any], progress: Callable[[str, int, int], None] | None = None
) -> dict[str, Any]:
    """Run a registered command as the one who sits at the machine; a program gets the answer as it is."""
    home = session.open()
    from zhanggui.app.callers import local_caller
    from zhanggui.app.commanding import Commanded, run_command

    given = Commanded(home, local_caller(session.actor), progress or (lambda *_: None))
    answer = run_command(given, name, told)
    if session.is_json:
        session.give(answer)
    return answer


def show_rows(session: Session, names: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
    """The rows as a table with these columns; programs read only the answer."""
    if session.is_json:
        return
    from zhanggui.surfaces.cli.rendering import print_table, show

    def cell(value: Any) -> str:
        return show(", ".join(value) if isinstance(value, list) else value, session.lang)

    titles = [session.say(f"people.{name}") for name in names]
    print_table(titles, [False] * len(names), [[cell(row[name]) for name in names] for row in rows])
