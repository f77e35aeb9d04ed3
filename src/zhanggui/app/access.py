"""The one way in for those who are not the command line: may this caller, of which shops, and what is written down about it.

A surface that calls these functions cannot forget a check: authority first, then the books as the caller may see them,
then the audit, then the answer. A guest's read is recorded before the answer is given.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeVar

from zhanggui.app.answers import Answer
from zhanggui.app.auditing import must_record, record_act
from zhanggui.app.callers import Caller, authorise, authorise_metrics
from zhanggui.app.commanding import Commanded, find_command, run_command
from zhanggui.app.entry_errors import NotAuthenticated, NotPermitted
from zhanggui.app.grants import check_grant
from zhanggui.app.minting import GUEST_PREFIX
from zhanggui.app.restricting import restrict_to_shops
from zhanggui.app.tokens import check_token
from zhanggui.app.workspace import Workspace
from zhanggui.canon.questions import Question
from zhanggui.kernel.clock import now_utc

Checked = TypeVar("Checked")


def check_bearer(workspace: Workspace, secret: str, at: datetime, remote: str | None = None) -> Caller:
    """The caller behind a bearer's secret, a token's or a grant's; raises NotAuthenticated."""
    check = check_grant if secret.startswith(GUEST_PREFIX) else check_token
    return check(workspace, secret, at, remote)


def books_for(workspace: Workspace, caller: Caller) -> Workspace:
    """The workspace as this caller may see it: for a guest, the granted shops and no records."""
    return workspace if caller.shops is None else restrict_to_shops(workspace, caller.shops)


def ask_as(
    workspace: Workspace,
    caller: Caller,
    name: str,
    given: Mapping[str, str],
    generation: int | None = None,
    most: int | None = None,
) -> Answer:
    """The answer to a question for this caller; raises NotAuthenticated, NotPermitted, and what the question raises."""
    from zhanggui.app.catalogue import QUESTIONS, answer_question, check_question

    entry = QUESTIONS.get(name)
    if entry is None:
        guard(workspace, caller, _unknown(caller), name)
        check_question(name, given)
    else:
        guard(workspace, caller, lambda: authorise(caller, entry.question), name)
    answer = answer_question(books_for(workspace, caller), name, given, generation, most)
    record_read(workspace, caller, name, given, answer.generation, entry.question if entry else None)
    return answer


def _unknown(caller: Caller) -> Callable[[], None]:
    # To strangers and guests an unknown name is refused like any other, so that nobody finds out what there is.
    def refuse() -> None:
        if caller.kind == "nobody":
            raise NotAuthenticated(entry="question")
        if caller.questions is not None:
            raise NotPermitted(entry="question", permission="read")

    return refuse


def measure_as(workspace: Workspace, caller: Caller, request: Any, generation: int | None = None) -> Answer:
    """Figures for this caller; a guest's count only the granted shops. Raises as `ask_as` does."""
    from zhanggui.app.figures import answer_metrics

    guard(workspace, caller, lambda: authorise_metrics(caller, request.names), "metrics")
    answer = answer_metrics(books_for(workspace, caller), request, generation)
    told = {"names": request.names, "by": request.by}
    record_read(workspace, caller, "metrics", told, answer.generation)
    return answer


def command_as(
    workspace: Workspace, caller: Caller, name: str, told: Mapping[str, Any], given: Commanded | None = None
) -> dict[str, Any]:
    """Run a command for this caller; raises NotAuthenticated, NotPermitted, CommandUnknown, and what it raises."""
    if caller.kind == "nobody" or caller.questions is not None:
        guard(workspace, caller, _unknown(caller), name)
    import zhanggui.app.catalogue  # noqa: F401 - importing registers what can be done

    command = find_command(name)
    guard(workspace, caller, lambda: authorise(caller, command), name)
    return run_command(given or Commanded(workspace, caller), name, told)


def guard(workspace: Workspace, caller: Caller, check: Callable[[], Checked], entry: str) -> Checked:
    """What the check gives; where it refuses, the refusal is recorded first. A stranger's is left to the server's log."""
    try:
        return check()
    except NotPermitted:
        record_act(workspace, caller, "refused", entry, now_utc())
        raise


def record_read(
    workspace: Workspace,
    caller: Caller,
    subject: str,
    detail: Mapping[str, Any],
    generation: int | None,
    question: Question | None = None,
) -> None:
    """Record what a guest read, and what anybody read that names people."""
    if must_record(caller, question):
        record_act(workspace, caller, "read", subject, now_utc(), detail, generation)


def record_download(
    workspace: Workspace, caller: Caller, subject: str, detail: Mapping[str, Any], generation: int | None
) -> None:
    """Record what anybody took out as a file; call it before the first byte leaves."""
    record_act(workspace, caller, "download", subject, now_utc(), detail, generation)
