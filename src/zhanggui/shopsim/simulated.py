"""A simulated seller on disk: the files that its platforms would give, the truth beside them, and the rules that name its shops.

OUT/files/<shop's folder>/…   what the seller downloaded     OUT/truth/*.parquet   what really happened
OUT/zhanggui.toml             company and shop rules, so that `zhanggui import OUT/files` needs no hint
OUT/SIMULATED.txt             that nobody in it exists
"""

from __future__ import annotations

import json
from pathlib import Path

from zhanggui.shopsim.exports import COMPANY_FOLDER, export_files
from zhanggui.shopsim.exports.rendering import ExportedFile
from zhanggui.shopsim.truth import write_truth
from zhanggui.shopsim.world.whole import World

FILES, TRUTH, SETTINGS, LABEL = "files", "truth", "zhanggui.toml", "SIMULATED.txt"
"""Names below the seller's folder."""

_LABEL = """模拟数据：本目录由掌柜的模拟器生成，店铺、买家、订单与金额均为虚构。
Simulated data: the shops, buyers, orders and amounts in this folder are made up by Zhanggui's simulator.
scenario = {scenario}
seed = {seed}
days = {days}
"""


def write_seller(world: World, directory: Path) -> list[ExportedFile]:
    """Write a simulated world; equal worlds give equal bytes. The files, in the order in which they were made."""
    directory.mkdir(parents=True, exist_ok=True)
    files = export_files(world, directory / FILES)
    write_truth(world, directory / TRUTH)
    (directory / SETTINGS).write_text(render_rules(world), "utf-8")
    label = _LABEL.format(scenario=world.scenario.name, seed=world.seed, days=world.day_count)
    (directory / LABEL).write_text(label, "utf-8")
    return files


def render_rules(world: World) -> str:
    """The workspace's settings: a file belongs to the shop in whose folder it lies."""
    company = world.scenario.company
    lines = [
        "# 模拟卖家的设置 / Settings of a simulated seller",
        "[company]",
        f"name = {_quote(company.name)}",
        f"base_currency = {_quote(company.currency)}",
        f"timezone = {_quote(company.timezone)}",
    ]
    for shop in world.shops:
        name = shop.code.split("/", 1)[1]
        pattern = f"*{shop.folder}/*"
        lines += [
            "",
            "[[shops]]",
            f"pattern = {_quote(pattern)}",
            f"shop = {_quote(name)}",
            f"channel = {_quote(shop.channel)}",
        ]
    lines += ["", "[[shops]]", f"pattern = {_quote(f'*{COMPANY_FOLDER}/*')}", f"shop = {_quote(COMPANY_FOLDER)}"]
    return "\n".join(lines) + "\n"


def _quote(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
