"""Where the morning's list is sent, as addresses of the interface; the catalogue's commands do the work."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import Field
from starlette.responses import Response

from zhanggui.app.access import command_as
from zhanggui.surfaces.api.people import Given, Text
from zhanggui.surfaces.api.serving import Served
from zhanggui.surfaces.api.sessions import Somebody

router = APIRouter(tags=["notices"])


class NewTarget(Given):
    """A place to be told; its address is a secret and never shown again."""

    name: Text
    kind: Text
    address: str = Field(max_length=4000)


class Switched(Given):
    """Whether a place is told."""

    is_on: bool


class Tested(Given):
    """Which place is to get a test; all, without one."""

    target_id: Text | None = None


@router.get("/notifications", summary="Where notices are sent")
def targets(service: Served, caller: Somebody) -> dict[str, Any]:
    """Every place, its address only so far that one knows it again."""
    return command_as(service.workspace, caller, "notify-list", {})


@router.post("/notifications", status_code=201, summary="Have a place told")
def new_target(service: Served, caller: Somebody, told: NewTarget) -> dict[str, Any]:
    """Have a place told every morning after the close."""
    return command_as(service.workspace, caller, "notify-add", told.told())


@router.post("/notifications/test", summary="Send a test")
def test(service: Served, caller: Somebody, told: Tested | None = None) -> dict[str, Any]:
    """Send a few words, and say who took them."""
    return command_as(service.workspace, caller, "notify-test", told.told() if told else {})


@router.patch("/notifications/{target_id}", summary="Switch a place on or off")
def switch(service: Served, caller: Somebody, target_id: str, told: Switched) -> dict[str, Any]:
    """Have a place told, or not for the time being."""
    return command_as(service.workspace, caller, "notify-switch", {"target_id": target_id, "is_on": told.is_on})


@router.delete("/notifications/{target_id}", status_code=204, summary="Forget a place")
def forget(service: Served, caller: Somebody, target_id: str) -> Response:
    """Forget a place with its address."""
    command_as(service.workspace, caller, "notify-remove", {"target_id": target_id})
    return Response(status_code=204)
