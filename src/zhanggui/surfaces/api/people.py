"""People, tokens, grants, the audit, settings and saved views, as addresses; the catalogue's commands do the work."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Body, Path, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse, Response

from zhanggui.app.access import command_as, guard
from zhanggui.app.callers import authorise
from zhanggui.app.catalogue import COMMANDS
from zhanggui.app.entry_errors import NotPermitted
from zhanggui.app.grants import enter_as_guest
from zhanggui.app.minting import digest_secret
from zhanggui.app.people import change_password
from zhanggui.app.settings import change_settings, read_all
from zhanggui.app.views import forget_view, keep_view, list_views
from zhanggui.kernel.clock import now_utc
from zhanggui.surfaces.api.serving import Served, Service
from zhanggui.surfaces.api.sessions import COOKIE, Somebody, describe, remote_of, set_cookie

router = APIRouter(tags=["people"])
Text = Annotated[str, Field(max_length=400)]
Password = Annotated[str, Field(max_length=1000)]


class Given(BaseModel):
    """A body that holds nothing beside what is declared."""

    model_config = ConfigDict(extra="forbid")

    def told(self) -> dict[str, Any]:
        """What was given, as a command takes it."""
        return self.model_dump(exclude_none=True, mode="json")


class NewPerson(Given):
    """Somebody to let in."""

    name: Text
    role: Text
    password: Password
    lang: Text | None = None


class ChangedPerson(Given):
    """What is to be changed about a person; only what is given."""

    role: Text | None = None
    password: Password | None = None
    is_active: bool | None = None


class NewPassword(Given):
    """One's own new password, with the present one."""

    present: Password
    password: Password


class NewToken(Given):
    """A token to make."""

    name: Text
    permissions: list[Text] | None = Field(default=None, max_length=20)
    days: int | None = None
    owner: Text | None = None


class NewGrant(Given):
    """A grant to make."""

    guest: Text
    questions: list[Text] = Field(max_length=500)
    shops: list[Text] = Field(max_length=500)
    until: date


class Secret(Given):
    """The secret of a grant."""

    secret: Text


class NewView(Given):
    """A page as it stands, to be kept under a name."""

    page: Text
    name: Text
    state: dict[str, Any]


@router.get("/people", summary="Everybody")
def people(service: Served, caller: Somebody) -> dict[str, Any]:
    """Everybody who has an account."""
    return command_as(service.workspace, caller, "user-list", {})


@router.post("/people", status_code=201, summary="Let somebody in")
def add_person(service: Served, caller: Somebody, told: NewPerson) -> dict[str, Any]:
    """Let somebody in."""
    return command_as(service.workspace, caller, "user-add", told.told())


@router.post("/people/me/password", status_code=204, summary="Change one's own password")
def own_password(request: Request, service: Served, caller: Somebody, told: NewPassword) -> Response:
    """Change one's own password; every other session ends."""
    if caller.kind != "person":
        guard(service.workspace, caller, lambda: _refuse("password"), "password")
    digest = digest_secret(request.cookies.get(COOKIE, ""))
    change_password(service.workspace, caller, told.present, told.password, now_utc(), digest)
    return Response(status_code=204)


@router.patch("/people/{name}", summary="Change a person")
def change_person(service: Served, caller: Somebody, name: str, told: ChangedPerson) -> dict[str, Any]:
    """Change role or password, shut out or let in again; gives everybody."""
    if told.role is not None:
        command_as(service.workspace, caller, "user-role", {"name": name, "role": told.role})
    if told.password is not None:
        command_as(service.workspace, caller, "user-password", {"name": name, "password": told.password})
    if told.is_active is not None:
        command_as(service.workspace, caller, "user-enable" if told.is_active else "user-disable", {"name": name})
    return command_as(service.workspace, caller, "user-list", {})


@router.delete("/people/{name}", status_code=204, summary="Shut somebody out")
def shut_out(service: Served, caller: Somebody, name: str) -> Response:
    """Shut somebody out at once; what they did stays under their name."""
    command_as(service.workspace, caller, "user-disable", {"name": name})
    return Response(status_code=204)


@router.get("/tokens", summary="Tokens")
def tokens(service: Served, caller: Somebody) -> dict[str, Any]:
    """The tokens that the caller may know of."""
    return command_as(service.workspace, caller, "token-list", {})


@router.post("/tokens", status_code=201, summary="Make a token")
def make_token(service: Served, caller: Somebody, told: NewToken) -> dict[str, Any]:
    """Make a token; its secret is in the answer, this once."""
    return command_as(service.workspace, caller, "token-create", told.told())


@router.delete("/tokens/{token_id}", status_code=204, summary="End a token")
def end_token(service: Served, caller: Somebody, token_id: str) -> Response:
    """End a token at once."""
    command_as(service.workspace, caller, "token-revoke", {"token_id": token_id})
    return Response(status_code=204)


@router.get("/grants", summary="Grants")
def grants(service: Served, caller: Somebody) -> dict[str, Any]:
    """Every grant."""
    return command_as(service.workspace, caller, "grant-list", {})


@router.post("/grants", status_code=201, summary="Let a guest in")
def make_grant(service: Served, caller: Somebody, told: NewGrant) -> dict[str, Any]:
    """Let a guest ask named questions of named shops; the secret is in the answer, this once."""
    return command_as(service.workspace, caller, "grant-create", told.told())


@router.delete("/grants/{grant_id}", status_code=204, summary="End a grant")
def end_grant(service: Served, caller: Somebody, grant_id: str) -> Response:
    """End a grant at once."""
    command_as(service.workspace, caller, "grant-revoke", {"grant_id": grant_id})
    return Response(status_code=204)


@router.post("/session/guest", summary="Enter as a guest", tags=["session"])
def enter_guest(request: Request, service: Served, told: Secret) -> Response:
    """Enter with the secret of a grant, which then stands in no address."""
    secret, caller = enter_as_guest(service.workspace, told.secret, now_utc(), remote_of(request))
    answer = JSONResponse(describe(service, caller, request))
    set_cookie(answer, request, secret)
    return answer


@router.get("/audit", summary="The audit")
def audit(
    service: Served,
    caller: Somebody,
    page: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
    size: Annotated[int, Query(ge=1, le=500)] = 50,
    actor: Annotated[str, Query(max_length=200)] = "",
    action: Annotated[str, Query(max_length=60)] = "",
) -> dict[str, Any]:
    """Who entered, saw, changed and took out what, the newest first."""
    told = {"page": page, "size": size, "actor": actor, "action": action}
    return command_as(service.workspace, caller, "audit", told)


@router.get("/settings", summary="Settings")
def settings(service: Served, caller: Somebody) -> dict[str, Any]:
    """Every setting."""
    guard(service.workspace, caller, lambda: authorise(caller, COMMANDS["settings"]), "settings")
    return read_all(service.workspace)


@router.put("/settings", summary="Change settings")
def put_settings(service: Served, caller: Somebody, told: Annotated[dict[str, Any], Body()]) -> dict[str, Any]:
    """Change what is given and leave the rest; gives every setting."""
    guard(service.workspace, caller, lambda: authorise(caller, COMMANDS["settings-change"]), "settings-change")
    changed = change_settings(service.workspace, caller, told)
    service.changed_settings()
    return changed


def _check_own(service: Service, caller: Somebody) -> None:
    """Views belong to people; guests and strangers have none."""
    if caller.kind not in ("person", "token"):
        guard(service.workspace, caller, lambda: _refuse("views"), "views")


def _refuse(entry: str) -> None:
    raise NotPermitted(entry=entry, permission="read")


@router.get("/views", summary="One's saved views")
def views(service: Served, caller: Somebody, page: Annotated[str, Query(max_length=60)] = "") -> dict[str, Any]:
    """The caller's views, of one page or of all."""
    _check_own(service, caller)
    return {"views": list_views(service.workspace, caller, page or None)}


@router.post("/views", status_code=201, summary="Keep a view")
def new_view(service: Served, caller: Somebody, told: NewView) -> dict[str, Any]:
    """Keep a view, in place of one of the same page and name."""
    _check_own(service, caller)
    return {"view": keep_view(service.workspace, caller, told.page, told.name, told.state)}


@router.delete("/views/{view_id}", status_code=204, summary="Forget a view")
def drop_view(service: Served, caller: Somebody, view_id: Annotated[int, Path(ge=1, lt=1 << 63)]) -> Response:
    """Forget one of the caller's views."""
    _check_own(service, caller)
    forget_view(service.workspace, caller, view_id)
    return Response(status_code=204)
