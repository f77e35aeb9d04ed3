"""Commands about who may enter and what they did: people, tokens, grants, audit.

A password is never an argument: the list of processes and the shell's history would show it.
"""

from __future__ import annotations

import sys
from datetime import datetime
from typing import Annotated, Any

import typer

from zhanggui.surfaces.cli.bookkeeping import help_of
from zhanggui.surfaces.cli.commanding import run_here, show_rows
from zhanggui.surfaces.cli.options import JsonOption, LangOption, WorkspaceOption, both
from zhanggui.surfaces.cli.session import Session, begin

user = typer.Typer(no_args_is_help=True, help=both("谁可以登录", "Who may log in"))
token = typer.Typer(no_args_is_help=True, help=both("给程序用的令牌", "Tokens for programs"))
grant = typer.Typer(no_args_is_help=True, help=both("给外人的授权", "What guests may see"))
app = typer.Typer()

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help=both("姓名", "Name"))]
RoleOption = Annotated[str, typer.Option("--role", metavar="owner|operator|finance|viewer", help=both("角色", "Role"))]
StdinOption = Annotated[
    bool, typer.Option("--password-stdin", help=both("从标准输入读取密码", "Read the password from standard input"))
]

_PERSON = ("name", "role", "is_active", "created_at")
_TOKEN = ("token_id", "name", "owner", "permissions", "expires_at", "is_valid")
_GRANT = ("grant_id", "guest", "questions", "shops", "until_at", "is_valid")
_ENTRY = ("at", "actor_kind", "actor", "action", "subject", "generation")


@user.command("add", help=help_of("user-add"))
def user_add(
    context: typer.Context,
    name: NameArgument,
    role: RoleOption,
    from_stdin: StdinOption = False,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """Add a person."""
    session = begin(context, workspace, json, lang)
    told = {"name": name, "role": role, "password": _read_password(session, from_stdin)}
    made = _run(session, "user-add", told)
    session.tell("told.person", name=made["name"], role=made["role"])


@user.command("list", help=help_of("user-list"))
def user_list(
    context: typer.Context, workspace: WorkspaceOption = None, json: JsonOption = False, lang: LangOption = None
) -> None:
    """List everybody."""
    session = begin(context, workspace, json, lang)
    show_rows(session, _PERSON, _run(session, "user-list", {})["people"])


@user.command("role", help=help_of("user-role"))
def user_role(
    context: typer.Context,
    name: NameArgument,
    role: Annotated[str, typer.Argument(metavar="ROLE")],
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """Change a role."""
    session = begin(context, workspace, json, lang)
    made = _run(session, "user-role", {"name": name, "role": role})
    session.tell("told.person", name=made["name"], role=made["role"])


@user.command("disable", help=help_of("user-disable"))
def user_disable(
    context: typer.Context,
    name: NameArgument,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """Shut a person out."""
    session = begin(context, workspace, json, lang)
    session.tell("told.disabled", name=_run(session, "user-disable", {"name": name})["name"])


@user.command("enable", help=help_of("user-enable"))
def user_enable(
    context: typer.Context,
    name: NameArgument,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """Let a person in again."""
    session = begin(context, workspace, json, lang)
    session.tell("told.enabled", name=_run(session, "user-enable", {"name": name})["name"])


@user.command("password", help=help_of("user-password"))
def user_password(
    context: typer.Context,
    name: NameArgument,
    from_stdin: StdinOption = False,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """Give a new password."""
    session = begin(context, workspace, json, lang)
    told = {"name": name, "password": _read_password(session, from_stdin)}
    session.tell("told.password", name=_run(session, "user-password", told)["name"])


@token.command("create", help=help_of("token-create"))
def token_create(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help=both("用途", "What it is for"))],
    owner: Annotated[str, typer.Option("--for", metavar="PERSON", help=both("归谁所有", "Whose it is"))],
    scopes: Annotated[
        str, typer.Option("--can", metavar="read,...", help=both("权限，逗号分隔", "Permissions, with commas"))
    ] = "read",
    days: Annotated[int | None, typer.Option("--days", help=both("有效天数", "Days until it expires"))] = None,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """Make a token."""
    session = begin(context, workspace, json, lang)
    told = {"name": name, "owner": owner, "permissions": _listed(scopes), "days": days}
    _tell_secret(session, _run(session, "token-create", told), "expires_at")


@token.command("list", help=help_of("token-list"))
def token_list(
    context: typer.Context, workspace: WorkspaceOption = None, json: JsonOption = False, lang: LangOption = None
) -> None:
    """List the tokens."""
    session = begin(context, workspace, json, lang)
    show_rows(session, _TOKEN, _run(session, "token-list", {})["tokens"])


@token.command("revoke", help=help_of("token-revoke"))
def token_revoke(
    context: typer.Context,
    token_id: Annotated[str, typer.Argument(metavar="ID")],
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """End a token."""
    session = begin(context, workspace, json, lang)
    session.tell("told.revoked", id=_run(session, "token-revoke", {"token_id": token_id})["token_id"])


@grant.command("create", help=help_of("grant-create"))
def grant_create(
    context: typer.Context,
    guest: Annotated[str, typer.Argument(metavar="GUEST", help=both("被授权人", "Who is let in"))],
    questions: Annotated[
        str,
        typer.Option("--questions", metavar="NAME,...", help=both("问题，或 metric:指标", "Questions, or metric:NAME")),
    ],
    shops: Annotated[
        str, typer.Option("--shops", metavar="SHOP,...", help=both("店铺（渠道/店铺名）", "Shops (channel/name)"))
    ],
    until: Annotated[
        datetime, typer.Option("--until", formats=["%Y-%m-%d"], metavar="DATE", help=both("最后一天", "Last day"))
    ],
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """Let a guest in."""
    session = begin(context, workspace, json, lang)
    told = {"guest": guest, "questions": _listed(questions), "shops": _listed(shops)}
    made = _run(session, "grant-create", {**told, "until": until.date().isoformat()})
    _tell_secret(session, made, "until_at")


@grant.command("list", help=help_of("grant-list"))
def grant_list(
    context: typer.Context, workspace: WorkspaceOption = None, json: JsonOption = False, lang: LangOption = None
) -> None:
    """List the grants."""
    session = begin(context, workspace, json, lang)
    show_rows(session, _GRANT, _run(session, "grant-list", {})["grants"])


@grant.command("revoke", help=help_of("grant-revoke"))
def grant_revoke(
    context: typer.Context,
    grant_id: Annotated[str, typer.Argument(metavar="ID")],
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """End a grant."""
    session = begin(context, workspace, json, lang)
    session.tell("told.revoked", id=_run(session, "grant-revoke", {"grant_id": grant_id})["grant_id"])


@app.command("audit", help=help_of("audit"))
def audit(
    context: typer.Context,
    page: Annotated[int, typer.Option("--page", min=1, help=both("第几页", "Page"))] = 1,
    size: Annotated[int, typer.Option("--size", min=1, help=both("每页条数", "Entries on a page"))] = 50,
    actor: Annotated[str | None, typer.Option("--actor", help=both("谁", "Who"))] = None,
    action: Annotated[
        str | None, typer.Option("--action", help=both("动作，可只写开头", "What was done, or how it begins"))
    ] = None,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """Read the audit."""
    session = begin(context, workspace, json, lang)
    found = _run(session, "audit", {"page": page, "size": size, "actor": actor, "action": action})
    show_rows(session, _ENTRY, found["entries"])
    session.tell("told.audit", shown=len(found["entries"]), total=found["total"])


def _run(session: Session, name: str, told: dict[str, Any]) -> dict[str, Any]:
    import zhanggui.app.people_actions  # noqa: F401 - importing registers what can be done

    return run_here(session, name, told)


def _tell_secret(session: Session, made: dict[str, Any], until: str) -> None:
    session.tell("told.secret", secret=made["secret"], until=made[until])


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _read_password(session: Session, from_stdin: bool) -> str:
    """From the terminal, unseen and twice; or the first line of standard input."""
    if from_stdin or not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    password: str = typer.prompt(
        session.say("people.password"), hide_input=True, confirmation_prompt=session.say("people.again"), err=True
    )
    return password
