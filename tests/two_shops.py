"""A workspace of two shops, and one that only ever held the first: what a guest of the first may see is what the second workspace says."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

from zhanggui.app.closing import close_books
from zhanggui.app.importing import ImportOptions, import_paths
from zhanggui.app.workspace import Settings, Workspace, create_workspace

FIRST, SECOND = "taobao/甲店", "taobao/乙店"
AT = datetime(2026, 8, 1, 9)
AS_OF = date(2026, 7, 31)
PHRASE = "four words nobody links"
"""A password that is taken."""

_ORDERS = "订单编号,买家会员名,买家应付货款,买家应付邮费,总金额,买家实际支付金额,订单状态,订单创建时间,订单付款时间,宝贝总数量,店铺名称\n"
_ITEMS = "订单编号,标题,价格,购买数量,外部系统编号,商品属性,套餐信息,备注,订单状态,商家编码\n"

SECOND_WORDS = ("乙店", "4999000000000020", "铁壶", "POT-2", "HIDDEN")
"""What stands only in the files of the second shop."""


def _write(folder: Path, shop: str, number: str, title: str, sku: str, price: str) -> Path:
    folder.mkdir(parents=True)
    orders = "".join(
        f'="{number}{day:02d}",{shop}{day}**,{price},0.00,{price},{price},交易成功,2026-07-{day:02d} 10:00:00,'
        f"2026-07-{day:02d} 10:01:00,1,{shop}\n"
        for day in range(1, 6)
    )
    items = "".join(f'="{number}{day:02d}",{title},{price},1,{sku},颜色:银,,,交易成功,{sku}\n' for day in range(1, 6))
    (folder / f"ExportOrderList20260708{number[-4:]}.csv").write_text(_ORDERS + orders, "gb18030")
    (folder / f"ExportOrderDetailList20260708{number[-4:]}.csv").write_text(_ITEMS + items, "gb18030")
    return folder


def make_workspace(home: Path, *, has_second: bool) -> Workspace:
    """A closed workspace with the first shop, or both."""
    workspace = create_workspace(home / "workspace", Settings(company="甲乙公司"))
    first = _write(home / "first", "甲店", "4999000000000010", "铜锅", "PAN-1", "88.00")
    import_paths(workspace, [first], ImportOptions("甲店", "taobao", None, None, False, None))
    if has_second:
        second = _write(home / "second", "乙店", "4999000000000020", "铁壶 HIDDEN", "POT-2", "777.77")
        import_paths(workspace, [second], ImportOptions("乙店", "taobao", None, None, False, None))
    close_books(workspace, AS_OF)
    return workspace
