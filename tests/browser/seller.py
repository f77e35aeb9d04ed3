"""The seller whose books the browser opens: some weeks of two simulated scenarios, imported and closed by the normal way.

Taobao and Douyin hide their buyers; the shop on Shopify knows them, and sells in a second currency.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from zhanggui.app.closing import close_books
from zhanggui.app.importing import ImportOptions, import_paths
from zhanggui.app.workspace import Settings, ShopRule, Workspace, create_workspace
from zhanggui.shopsim.days import simulate
from zhanggui.shopsim.exports import COMPANY_FOLDER
from zhanggui.shopsim.scenario import load_scenario
from zhanggui.shopsim.simulated import FILES, write_seller
from zhanggui.shopsim.world.whole import World

SEED, DAYS, SCALE = 7, 62, 0.3
AS_OF = date(2025, 1, 1) + timedelta(days=DAYS - 1)
"""Their last day, as of which the books are closed."""
SHOPS = {"gift_shop": ("taobao", "douyin"), "cross_border_home": ("shopify",)}


def simulate_sellers() -> dict[str, World]:
    """Both scenarios from New Year 2025 on, with those of their shops that are wanted."""
    return {name: _simulate(name, channels) for name, channels in SHOPS.items()}


def _simulate(name: str, channels: tuple[str, ...]) -> World:
    scenario = load_scenario(name)
    shops = tuple(shop for shop in scenario.shops if shop.channel in channels)
    return simulate(replace(scenario, scale=SCALE, shops=shops), SEED, DAYS)


def build_books(home: Path) -> Workspace:
    """The closed workspace below `home`; the files that it was made from lie beside it."""
    worlds = simulate_sellers()
    for name, world in worlds.items():
        write_seller(world, home / "seller" / name)
    workspace = create_workspace(home / "workspace", Settings(company="青禾礼品", shops=_rules(worlds.values())))
    import_paths(workspace, [home / "seller" / name / FILES for name in worlds], ImportOptions())
    close_books(workspace, AS_OF)
    return workspace


def _rules(worlds: Iterable[World]) -> tuple[ShopRule, ...]:
    shops = [shop for world in worlds for shop in world.shops]
    rules = [ShopRule(f"*{shop.folder}/*", shop.code.split("/", 1)[1], shop.channel) for shop in shops]
    return (*rules, ShopRule(f"*{COMPANY_FOLDER}/*", COMPANY_FOLDER))
