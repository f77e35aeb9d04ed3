"""A closed workspace with a week of one Taobao shop, and the command line run in this process."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from zhanggui.surfaces.cli.main import run

ORDERS = """订单编号,买家会员名,买家应付货款,买家应付邮费,总金额,买家实际支付金额,订单状态,订单创建时间,订单付款时间,宝贝总数量,店铺名称
="4999000000000010001",甲**,100.00,0.00,100.00,100.00,交易成功,2026-07-01 10:00:00,2026-07-01 10:01:00,2,小店
="4999000000000010002",乙**,59.90,6.00,65.90,65.90,交易成功,2026-07-02 23:30:00,2026-07-03 00:10:00,1,小店
="4999000000000010003",丙**,20.00,0.00,20.00,0.00,交易关闭,2026-07-03 09:00:00,,1,小店
"""
ITEMS = """订单编号,标题,价格,购买数量,外部系统编号,商品属性,套餐信息,备注,订单状态,商家编码
="4999000000000010001",雪平锅,50.00,2,POT-18,颜色:银,,,交易成功,POT
="4999000000000010002",锅盖,59.90,1,LID-18,,,,交易成功,LID
="4999000000000010003",勺子,20.00,1,null,,,,交易关闭,
"""
DAMAGED = """订单编号,买家会员名,买家应付货款,总金额,买家实际支付金额,订单状态,订单创建时间,宝贝总数量,店铺名称
4.999E+18,丁**,7.00,7.00,7.00,交易成功,2026-07-04 10:00:00,1,小店
="4999000000000010005",戊**,八元,8.00,8.00,交易成功,2026-07-04 11:00:00,1,小店
"""


def write_exports(folder: Path) -> Path:
    """Two exports as Taobao writes them, in GB 18030."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "ExportOrderList202607081818.csv").write_text(ORDERS, "gb18030")
    (folder / "ExportOrderDetailList202607081819.csv").write_text(ITEMS, "gb18030")
    return folder


@pytest.fixture(scope="session")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed workspace; tests that change it take a copy."""
    home = tmp_path_factory.mktemp("cli")
    exports = write_exports(home / "exports")
    workspace = home / "workspace"
    assert run(["init", str(workspace), "--company", "测试小店", "--lang", "zh"]) == 0
    assert run(["--workspace", str(workspace), "import", str(exports), "--shop", "小店"]) == 0
    assert run(["--workspace", str(workspace), "close", "--as-of", "2026-07-31"]) == 0
    return workspace


@pytest.fixture
def copied(closed: Path, tmp_path: Path) -> Path:
    """A copy of the closed workspace: a workspace is a directory that can be copied."""
    shutil.copytree(closed, tmp_path / "workspace")
    return tmp_path / "workspace"


Ask = Callable[..., Any]


@pytest.fixture
def ask(capsys: pytest.CaptureFixture[str]) -> Ask:
    """Run a command with --json; gives its exit code and what it answered."""

    def asked(workspace: Path, *arguments: str) -> tuple[int, Any]:
        capsys.readouterr()
        code = run(["--workspace", str(workspace), *arguments, "--json", "--lang", "en"])
        told = capsys.readouterr().out
        return code, json.loads(told) if told else None

    return asked
