"""A workspace: one directory, a key that only its owner reads, settings that say what is wrong with them."""

from __future__ import annotations

import os
from decimal import Decimal
from pathlib import Path

import pytest

from zhanggui.app.errors import CurrencyUnknown, DirectoryNotEmpty, SettingsInvalid, WorkspaceExists, WorkspaceMissing
from zhanggui.app.importing import ImportOptions, find_files, import_paths, resolve_market, resolve_shop
from zhanggui.app.policies import read_policies
from zhanggui.app.settings import with_company
from zhanggui.app.workspace import (
    Settings,
    ShopRule,
    Workspace,
    create_workspace,
    find_workspace,
    open_workspace,
    read_settings,
    render_settings,
)

RULES = (ShopRule("*旗舰店*", "旗舰店", "tmall"), ShopRule("july/*", "second"))


def test_what_is_made_can_be_opened(tmp_path: Path) -> None:
    made = create_workspace(tmp_path / "w", Settings(company='甲"乙"\\', base_currency="USD", shops=RULES))
    found = open_workspace(tmp_path / "w")
    assert found.settings == made.settings
    assert len(found.key) == 32
    assert os.stat(tmp_path / "w" / "secret.key").st_mode & 0o777 == 0o600
    with pytest.raises(WorkspaceExists):
        create_workspace(tmp_path / "w", Settings())


def test_nothing_is_made_over_other_things(tmp_path: Path) -> None:
    (tmp_path / "thesis.doc").write_text("x")
    with pytest.raises(DirectoryNotEmpty):
        create_workspace(tmp_path, Settings())
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.doc"]


def test_half_a_workspace_is_none_and_can_be_finished(tmp_path: Path) -> None:
    (tmp_path / "received").mkdir()
    (tmp_path / "secret.key").write_bytes(b"k" * 32)
    with pytest.raises(WorkspaceMissing):
        open_workspace(tmp_path)
    assert create_workspace(tmp_path, Settings()).key == b"k" * 32


def test_a_currency_is_three_capital_letters(tmp_path: Path) -> None:
    with pytest.raises(CurrencyUnknown):
        create_workspace(tmp_path / "w", Settings(base_currency="元"))


@pytest.mark.parametrize(
    "text",
    [
        "[company\n",
        "[company]\ntimezone = 'Moon/Base'\n",
        "[[shops]]\npattern = 'x'\n",
        "[[shops]]\npattern='x'\nshop='a/b'\n",
    ],
)
def test_wrong_settings_are_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "zhanggui.toml").write_text(text, "utf-8")
    with pytest.raises(SettingsInvalid):
        read_settings(tmp_path / "zhanggui.toml")


def test_settings_survive_being_written(tmp_path: Path) -> None:
    settings = Settings("公司", "EUR", "Europe/Berlin", True, RULES, {"concentration": {"share_limit": 0.4}})
    (tmp_path / "zhanggui.toml").write_text(render_settings(settings), "utf-8")
    assert read_settings(tmp_path / "zhanggui.toml") == settings


def test_the_directory_is_the_one_named_else_the_variables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHANGGUI_WORKSPACE", str(tmp_path / "variable"))
    assert find_workspace(tmp_path / "named") == tmp_path / "named"
    assert find_workspace() == tmp_path / "variable"


def test_policies_follow_the_settings() -> None:
    policies = read_policies({"concentration": {"share_limit": 0.4, "window_days": 30}})
    assert (policies.concentration.share_limit, policies.concentration.window_days) == (Decimal("0.4"), 30)
    for wrong in ({"nosuch": {}}, {"concentration": {"colour": 1}}, {"concentration": {"share_limit": "half"}}):
        with pytest.raises(SettingsInvalid):
            read_policies(wrong)


@pytest.mark.parametrize(
    ("name", "options", "found"),
    [
        ("orders.csv", ImportOptions(), ("main", None)),
        ("某某旗舰店订单.CSV", ImportOptions(), ("旗舰店", "tmall")),
        ("july/orders.csv", ImportOptions(), ("second", None)),
        ("某某旗舰店订单.csv", ImportOptions(shop="甲"), ("甲", None)),
        ("某某旗舰店订单.csv", ImportOptions(channel="taobao"), ("旗舰店", "taobao")),
    ],
)
def test_a_files_shop_follows_from_its_name(
    tmp_path: Path, name: str, options: ImportOptions, found: tuple[str, str | None]
) -> None:
    assert resolve_shop(Workspace(tmp_path, Settings(shops=RULES)), name, options) == found


MARKETS = (ShopRule("us/*", "us", "tiktok_shop", "USD", "America/New_York"), ShopRule("*", "rest"))


@pytest.mark.parametrize(
    ("name", "options", "found"),
    [
        ("us/orders.csv", ImportOptions(), ("USD", "America/New_York")),
        ("us/orders.csv", ImportOptions(currency="GBP"), ("GBP", "America/New_York")),
        ("us/orders.csv", ImportOptions(shop="甲"), (None, None)),  # another shop's rule says nothing of this one
        ("us/orders.csv", ImportOptions(shop="甲", timezone="Asia/Tokyo"), (None, "Asia/Tokyo")),
        ("orders.csv", ImportOptions(), (None, None)),
    ],
)
def test_a_shops_market_is_said_by_its_rule_or_by_the_caller(
    tmp_path: Path, name: str, options: ImportOptions, found: tuple[str | None, str | None]
) -> None:
    assert resolve_market(Workspace(tmp_path, Settings(shops=MARKETS)), name, options) == found


def test_a_shops_market_stands_in_the_settings(tmp_path: Path) -> None:
    made = create_workspace(tmp_path / "w", Settings(shops=MARKETS))
    assert open_workspace(made.root).settings.shops == MARKETS
    told = [{"pattern": "us/*", "shop": "us", "channel": "shopify"}, {"pattern": "*", "shop": "other"}]
    assert with_company(made, {"shops": told}).shops == (
        ShopRule("us/*", "us", "shopify", "USD", "America/New_York"),  # what the console cannot tell stays
        ShopRule("*", "other"),
    )


@pytest.mark.parametrize(
    ("options", "error"),
    [(ImportOptions(currency="元"), CurrencyUnknown), (ImportOptions(timezone="Mars/Base"), SettingsInvalid)],
)
def test_a_market_that_cannot_be_is_refused(
    tmp_path: Path, options: ImportOptions, error: type[CurrencyUnknown | SettingsInvalid]
) -> None:
    with pytest.raises(error):
        import_paths(Workspace(tmp_path, Settings()), [], options)
    with pytest.raises(error):
        create_workspace(
            tmp_path / "w", Settings(shops=(ShopRule("*", "a", None, options.currency, options.timezone),))
        )


def test_folders_are_walked_in_order_without_what_systems_leave(tmp_path: Path) -> None:
    for name in ("b.csv", "a/2.csv", "a/1.csv", ".DS_Store", "~$b.xlsx", ".git/config"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    assert [found.name for found in find_files([tmp_path])] == ["a/1.csv", "a/2.csv", "b.csv"]
