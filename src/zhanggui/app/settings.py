"""What may be set from the console: the company and its shops' rules in zhanggui.toml, the rest in the records."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import time
from pathlib import Path
from typing import Any

from zhanggui.app.auditing import make_entry
from zhanggui.app.callers import Caller
from zhanggui.app.durable import write_durably
from zhanggui.app.errors import CurrencyInUse, SettingInvalid
from zhanggui.app.workspace import SETTINGS_NAME, Settings, ShopRule, Workspace, check_settings, render_settings
from zhanggui.books.audit import add_audit
from zhanggui.books.choices import read_settings as read_kept
from zhanggui.books.choices import write_setting
from zhanggui.kernel.clock import now_utc

DEFAULTS: dict[str, Any] = {
    "close_at": "06:30",  # in the company's zone; "" for never
    "watch_folder": "",  # its new files are imported; "" for none
    "lang": "zh",
    "red_is_up": True,  # the Chinese convention; False: red is down
}
_COMPANY = ("company", "base_currency", "timezone", "shops")


def read_all(workspace: Workspace) -> dict[str, Any]:
    """Every setting by its name."""
    settings = workspace.settings
    rules = [{"pattern": rule.pattern, "shop": rule.shop, "channel": rule.channel} for rule in settings.shops]
    company = {"company": settings.company, "base_currency": settings.base_currency, "timezone": settings.timezone}
    return {**company, "shops": rules, "keep_personal": settings.keep_personal, **read_choices(workspace)}


def read_choices(workspace: Workspace) -> dict[str, Any]:
    """The settings that are kept in the records."""
    with workspace.books.reading() as records:
        kept = read_kept(records)
    return {name: kept.get(name, default) for name, default in DEFAULTS.items()}


def change_settings(workspace: Workspace, caller: Caller, told: Mapping[str, Any]) -> dict[str, Any]:
    """Change what is told and leave the rest; raises SettingInvalid, CurrencyInUse, SettingsInvalid. Gives all of it."""
    for name in told:
        if name not in (*_COMPANY, *DEFAULTS):
            raise SettingInvalid(setting=name[:100], value="")
    choices = {name: _CHECKS[name](told[name]) for name in DEFAULTS if name in told}
    settings = with_company(workspace, told)
    at = now_utc()
    if settings != workspace.settings:
        write_durably(workspace.root / SETTINGS_NAME, render_settings(settings).encode())
    with workspace.books.writing() as records:
        for name, value in choices.items():
            write_setting(records, name, value, caller.actor, at)
        add_audit(records, make_entry(caller, "settings.change", ", ".join(sorted(told)), at, told))
    return read_all(replace(workspace, settings=settings))


def with_company(workspace: Workspace, told: Mapping[str, Any]) -> Settings:
    """The settings as they would be; raises SettingInvalid, CurrencyInUse, SettingsInvalid."""
    settings = workspace.settings
    changed = replace(
        settings,
        company=_text("company", told.get("company", settings.company)),
        base_currency=_text("base_currency", told.get("base_currency", settings.base_currency)).upper(),
        timezone=_text("timezone", told.get("timezone", settings.timezone)),
        shops=_rules(told["shops"], settings.shops) if "shops" in told else settings.shops,
    )
    check_settings(changed)
    if changed.base_currency != settings.base_currency and _has_imports(workspace):
        raise CurrencyInUse(currency=settings.base_currency)
    return changed


def _has_imports(workspace: Workspace) -> bool:
    with workspace.read_books() as books:
        return bool(books.generation())


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str) or len(value) > 200:
        raise SettingInvalid(setting=name, value=str(value)[:100])
    return value.strip()


def _rules(told: Any, known: Sequence[ShopRule]) -> tuple[ShopRule, ...]:
    """The rules as told; what a rule said of its market stays, as nobody can tell it here."""
    markets = {(rule.pattern, rule.shop): rule for rule in known}
    try:
        rules = tuple(
            ShopRule(_text("pattern", one["pattern"]), _text("shop", one["shop"]), one.get("channel") or None)
            for one in told
        )
        kept = [markets.get((rule.pattern, rule.shop), rule) for rule in rules]
        return tuple(
            replace(rule, currency=old.currency, timezone=old.timezone) for rule, old in zip(rules, kept, strict=True)
        )
    except (TypeError, KeyError, AttributeError) as error:
        raise SettingInvalid(setting="shops", value=str(told)[:100]) from error


def _check_time(value: Any) -> str:
    text = _text("close_at", value)
    if text and not re.fullmatch(r"\d\d:\d\d", text):
        raise SettingInvalid(setting="close_at", value=text)
    try:
        return text and time.fromisoformat(text).strftime("%H:%M")
    except ValueError as error:
        raise SettingInvalid(setting="close_at", value=text) from error


def _check_folder(value: Any) -> str:
    text = _text("watch_folder", value)
    if text and not (Path(text).is_absolute() and Path(text).is_dir()):
        raise SettingInvalid(setting="watch_folder", value=text)
    return text


def _check_lang(value: Any) -> str:
    if value not in ("zh", "en"):
        raise SettingInvalid(setting="lang", value=str(value)[:100])
    return str(value)


def _check_flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise SettingInvalid(setting="red_is_up", value=str(value)[:100])
    return value


_CHECKS = {"close_at": _check_time, "watch_folder": _check_folder, "lang": _check_lang, "red_is_up": _check_flag}
