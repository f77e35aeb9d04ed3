"""A workspace is one company: a directory that can be copied, with everything in it and nothing elsewhere.

```
zhanggui.toml     who, in which currency and zone; which file belongs to which shop; policies
secret.key        the key under which personal data is hashed (readable by its owner only)
received/         every file as it was received, by digest
staging/          what is being read at the moment; may be deleted when nothing runs
rows/             what every file states, as the warehouse keeps it
warehouse/        the tables, by generation
books.sqlite      verdicts, jobs, audit
```
"""

from __future__ import annotations

import json
import os
import re
import secrets
import tomllib
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from zhanggui.app.durable import write_durably
from zhanggui.app.errors import CurrencyUnknown, DirectoryNotEmpty, SettingsInvalid, WorkspaceExists, WorkspaceMissing

if TYPE_CHECKING:
    from zhanggui.books import Books
    from zhanggui.warehouse import Warehouse

SETTINGS_NAME = "zhanggui.toml"
VARIABLE = "ZHANGGUI_WORKSPACE"
KEY_BYTES = 32
DEFAULT_SHOP = "main"


@dataclass(frozen=True)
class ShopRule:
    """Files whose name (or path below the folder that was imported) matches belong to this shop."""

    pattern: str  # a shell pattern, compared without case
    shop: str
    channel: str | None = None
    currency: str | None = None  # of amounts that have none in the file
    timezone: str | None = None  # of the shop's business dates, and of times that have none in the file


@dataclass(frozen=True)
class Settings:
    """What zhanggui.toml says."""

    company: str = ""
    base_currency: str = "CNY"
    timezone: str = "Asia/Shanghai"
    keep_personal: bool = False
    shops: tuple[ShopRule, ...] = ()
    policies: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


class Readers(Protocol):
    """Something that lends open books; a server keeps them open between questions."""

    def lend(self, generation: int | None) -> AbstractContextManager[Warehouse]:
        """The books of a generation (None: the newest) until the block ends; raises GenerationUnknown."""


@dataclass(frozen=True)
class Workspace:
    """One company's directory; made by `create`, found by `find`."""

    root: Path
    settings: Settings
    readers: Readers | None = field(default=None, compare=False)

    def read_books(self, generation: int | None = None) -> AbstractContextManager[Warehouse]:
        """The books, open for reading until the block ends; raises WarehouseMissing, GenerationUnknown."""
        if self.readers is not None:
            return self.readers.lend(generation)
        from zhanggui.warehouse import Warehouse

        return Warehouse.open(self.root, read_only=True, generation=generation)

    @property
    def received(self) -> Path:
        """Every file as it was received."""
        return self.root / "received"

    @property
    def staging(self) -> Path:
        """What is being read at the moment."""
        return self.root / "staging"

    @cached_property
    def key(self) -> bytes:
        """The secret under which personal data is hashed."""
        return (self.root / "secret.key").read_bytes()

    @cached_property
    def books(self) -> Books:
        """The records of this workspace."""
        from zhanggui.books import Books

        return Books.at(self.root / "books.sqlite")

    def received_path(self, digest: str) -> Path:
        """Where the file of this digest is kept."""
        return self.received / digest[:2] / digest


def find_workspace(named: Path | None = None) -> Path:
    """The directory meant: the one named, else ZHANGGUI_WORKSPACE, else the platform's data directory."""
    if named is not None:
        return named.expanduser().resolve()
    if told := os.environ.get(VARIABLE):
        return Path(told).expanduser().resolve()
    from platformdirs import user_data_path

    return user_data_path("zhanggui", appauthor=False)


def open_workspace(directory: Path) -> Workspace:
    """The workspace in this directory; raises WorkspaceMissing, SettingsInvalid."""
    path = directory / SETTINGS_NAME
    if (directory / "restoring.json").exists():  # a switch to a backup may have been interrupted
        from zhanggui.app.restoring import finish_switch

        finish_switch(directory)
    if not path.is_file() or not (directory / "secret.key").is_file():  # settings alone, as beside simulated files
        raise WorkspaceMissing(directory=str(directory))
    return Workspace(directory, read_settings(path))


def create_workspace(directory: Path, settings: Settings) -> Workspace:
    """Make a workspace; the settings are written last, so that a directory without them is none."""
    check_settings(settings)
    if (directory / SETTINGS_NAME).exists() and (directory / "secret.key").exists():
        raise WorkspaceExists(directory=str(directory))
    if directory.exists() and any(not _is_ours(path) for path in directory.iterdir()):
        raise DirectoryNotEmpty(directory=str(directory))
    for name in ("received", "staging", "rows"):
        (directory / name).mkdir(parents=True, exist_ok=True)
    if not (directory / "secret.key").exists():
        write_durably(directory / "secret.key", secrets.token_bytes(KEY_BYTES), mode=0o600)
    workspace = Workspace(directory, settings)
    _create_stores(workspace)
    write_durably(directory / SETTINGS_NAME, render_settings(settings).encode())
    return workspace


def _is_ours(path: Path) -> bool:
    # What an initialisation that was killed half-way may have left.
    return path.name in {"received", "staging", "rows", "secret.key", "warehouse"} or path.name.startswith(
        ("books.sqlite", ".secret.key", ".zhanggui")
    )


def _create_stores(workspace: Workspace) -> None:
    from zhanggui.warehouse import Warehouse

    workspace.books.close()
    Warehouse.create(workspace.root).close()


def read_settings(path: Path) -> Settings:
    """What the file says; raises SettingsInvalid naming the place."""
    try:
        told = tomllib.loads(path.read_text("utf-8"))
        company = told.get("company", {})
        settings = Settings(
            company=str(company.get("name", "")),
            base_currency=str(company.get("base_currency", "CNY")),
            timezone=str(company.get("timezone", "Asia/Shanghai")),
            keep_personal=bool(told.get("personal_data", {}).get("keep_direct", False)),
            shops=tuple(_read_rule(rule) for rule in told.get("shops", [])),
            policies=told.get("policies", {}),
        )
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, AttributeError, KeyError, TypeError) as error:
        raise SettingsInvalid(file=str(path), problem=str(error)) from error
    check_settings(settings)
    return settings


def _read_rule(rule: Mapping[str, Any]) -> ShopRule:
    told = {name: str(rule[name]) for name in ("channel", "currency", "timezone") if rule.get(name)}
    return ShopRule(pattern=str(rule["pattern"]), shop=str(rule["shop"]), **told)


def check_settings(settings: Settings) -> None:
    """Raises CurrencyUnknown, SettingsInvalid for what nobody could follow."""
    check_market(settings.base_currency, settings.timezone)
    for rule in settings.shops:
        check_market(rule.currency, rule.timezone)
        if "/" in rule.shop or not rule.shop.strip():
            raise SettingsInvalid(file=SETTINGS_NAME, problem=f"shop {rule.shop!r}")


def check_market(currency: str | None, timezone: str | None) -> None:
    """Raises CurrencyUnknown, SettingsInvalid where there can be no such currency or time zone."""
    if currency is not None and not re.fullmatch(r"[A-Z]{3}", currency):
        raise CurrencyUnknown(currency=currency)
    try:
        ZoneInfo(timezone or "UTC")
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise SettingsInvalid(file=SETTINGS_NAME, problem=f"timezone {timezone}") from error


def render_settings(settings: Settings) -> str:
    """The file that says these settings, with what can be added to it."""
    lines = [
        "# 工作区设置 / Settings of this workspace",
        "[company]",
        f"name = {_quote(settings.company)}",
        f"base_currency = {_quote(settings.base_currency)}  # 本位币 / what amounts are converted to",
        f"timezone = {_quote(settings.timezone)}",
        "",
        "[personal_data]",
        f"keep_direct = {str(settings.keep_personal).lower()}  # true: 保留姓名、电话、地址 / keep names, phones, addresses",
        "",
        "# 哪个文件属于哪个店铺；第一条匹配的规则生效 / Which file belongs to which shop; the first match counts",
        '# [[shops]]\n# pattern = "*旗舰店*"\n# shop = "旗舰店"\n# channel = "taobao"\n'
        '# currency = "USD"  # 文件未写明时 / where files name none\n# timezone = "America/New_York"',
        "",
        "# 决策的政策，见 docs/commands.md / Policies of the decisions",
        "# [policies.concentration]\n# share_limit = 0.50",
    ]
    for rule in settings.shops:
        lines += ["", "[[shops]]", f"pattern = {_quote(rule.pattern)}", f"shop = {_quote(rule.shop)}"]
        market = {"channel": rule.channel, "currency": rule.currency, "timezone": rule.timezone}
        lines += [f"{name} = {_quote(value)}" for name, value in market.items() if value]
    for name, policy in settings.policies.items():
        lines += ["", f"[policies.{name}]", *(f"{key} = {json.dumps(value)}" for key, value in policy.items())]
    return "\n".join(lines) + "\n"


def _quote(value: str) -> str:
    # A JSON string is a TOML string, but for the delete character.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
