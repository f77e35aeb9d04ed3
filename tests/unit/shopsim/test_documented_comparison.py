"""What docs/simulator.md tells its reader to run is run here, and prints what stands there."""

from __future__ import annotations

import contextlib
import io
import re

from tests.house.checkout import ROOT
from zhanggui.shopsim.scenario import EVENT_KINDS, read_scenario, shipped_scenarios

PAGE = (ROOT / "docs" / "simulator.md").read_text("utf-8")


def block(language: str) -> str:
    """The page's first block in a language."""
    found = re.search(rf"```{language}\n(.*?)```", PAGE, re.S)
    assert found is not None
    return found.group(1)


def test_the_documented_comparison_prints_what_the_page_says() -> None:
    code = block("python")
    assert len([line for line in code.splitlines() if line and not line.startswith("from")]) <= 10
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(compile(code, "docs/simulator.md", "exec"), {})
    assert printed.getvalue() == block("text")


def test_the_documented_scenario_can_be_meant() -> None:
    told = read_scenario(block("yaml"), "page")
    assert ([shop.code for shop in told.shops], told.company.days, told.events[0].kind) == (
        ["taobao/小满茶铺"], 180, "stock_out",
    )  # fmt: skip


def test_every_scenario_and_event_stands_on_the_page() -> None:
    assert [name for name in (*shipped_scenarios(), *EVENT_KINDS) if f"`{name}`" not in PAGE] == []
