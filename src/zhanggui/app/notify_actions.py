"""The commands about notices, as a server and the command line run them."""

from __future__ import annotations

import time
from typing import Any

from zhanggui.app.commanding import Commanded, action
from zhanggui.kernel.clock import now_utc


@action
def command_notify_list(given: Commanded) -> dict[str, Any]:
    """Where notices are sent, without the addresses."""
    from zhanggui.app.notifying import list_targets, tell_target

    return {"targets": [tell_target(one) for one in list_targets(given.workspace)]}


@action
def command_notify_add(given: Commanded, name: str, kind: str, address: str) -> dict[str, Any]:
    """Have a place told."""
    from zhanggui.app.notifying import keep_target, tell_target

    return tell_target(keep_target(given.workspace, given.caller, kind, name, address, now_utc()))


@action
def command_notify_switch(given: Commanded, target_id: str, is_on: bool) -> dict[str, Any]:
    """Have a place told, or not for the time being."""
    from zhanggui.app.notifying import tell_target, turn_target

    return tell_target(turn_target(given.workspace, given.caller, target_id, is_on, now_utc()))


@action
def command_notify_remove(given: Commanded, target_id: str) -> dict[str, Any]:
    """Forget a place."""
    from zhanggui.app.notifying import forget_target

    forget_target(given.workspace, given.caller, target_id, now_utc())
    return {"target_id": target_id}


@action
def command_notify_test(given: Commanded, target_id: str | None) -> dict[str, Any]:
    """Send a few words, to one place or to all."""
    from zhanggui.app.errors import NotifyTargetUnknown
    from zhanggui.app.notifying import compose_test, list_targets, send_notice

    targets = [one for one in list_targets(given.workspace) if target_id in (None, one.target_id)]
    if target_id is not None and not targets:
        raise NotifyTargetUnknown(target_id=target_id[:100])
    taken = send_notice(compose_test(given.workspace), targets)
    return {"targets": [{"target_id": t.target_id, "name": t.name, "is_sent": taken[t.target_id]} for t in targets]}


@action
def command_notify(given: Commanded) -> dict[str, Any]:
    """Send the morning's list to every place that is on."""
    from zhanggui.app.notifying import compose_notice, deliver_notice, list_targets

    targets = [one for one in list_targets(given.workspace) if one.is_on]
    notice = compose_notice(given.workspace)

    def pause(seconds: float) -> None:
        for tenth in range(int(seconds * 10)):
            given.told("waiting", tenth, int(seconds * 10))  # so that the job can be cancelled meanwhile
            time.sleep(0.1)

    deliver_notice(notice, targets, told=given.told, logged=given.logged, pause=pause)
    return {"sent": [one.name for one in targets], "generation": notice.generation}
