"""生意参谋 (Taobao's analytics) and 万相台 (its advertising): products by day, visits by source, search terms, ads.

Averages and rates are not simulated and stand blank; the reader makes what can be made from their parts. Files are the
tab-free text that the platform serves under the name of a workbook, with lines of explanation above the header.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from zhanggui.shopsim.exports.advertising import ads_within, by_day_and_listing, days_within
from zhanggui.shopsim.exports.rendering import (
    Cells,
    ExportedFile,
    Window,
    date_cells,
    looked_up,
    money_cells,
    number_cells,
    save_columns,
    text_cells,
)
from zhanggui.shopsim.exports.sold import Rows, take
from zhanggui.shopsim.world.places import Shop

ZONE = "Asia/Shanghai"
HEAD = ("【生意参谋平台】", "统计口径：按天", "终端：所有终端", "数据仅供参考")


def export_sycm(world: Any, shop: Shop, directory: Path, windows: Sequence[Window]) -> list[ExportedFile]:
    """Statistics of a Taobao or Tmall shop."""
    made: list[ExportedFile | None] = []
    for window in windows:
        visits = days_within(world, "traffic", shop, window)
        made += [_items(world, shop, directory, window, visits), _flow(world, shop, directory, window, visits)]
        made += [_keywords(world, shop, directory, window), _ads(world, shop, directory, window)]
    return [file for file in made if file is not None]


def _name(report: str, window: Window) -> str:
    return f"【生意参谋平台】{report}_{window.covers_from}_{window.covers_to}.xls"


def _save(
    report: str, format_id: str, cells: dict[str, Cells], place: tuple[Path, Shop, Window]
) -> ExportedFile | None:
    directory, shop, window = place
    name = _name(report, window)
    return save_columns(
        format_id, cells, directory / name, shop.code, window, container="text", encoding="utf-8-sig", preamble=HEAD
    )


def _counted(rows: Rows) -> dict[str, Cells]:
    """Columns that products and sources have in common."""
    return {
        "统计日期": date_cells(rows["day"]),
        "下单买家数": number_cells(rows["order_buyers"]),
        "下单金额": money_cells(rows["order_minor"]),
        "支付买家数": number_cells(rows["paid_buyers"]),
        "支付件数": number_cells(rows["paid_units"]),
        "支付金额": money_cells(rows["paid_minor"]),
    }


def _items(world: Any, shop: Shop, directory: Path, window: Window, visits: Rows) -> ExportedFile | None:
    # What came to the shop's own pages is of no product; the flow report tells it without one.
    rows = by_day_and_listing(take(visits, visits["listing_no"] >= 0))
    listing = rows["listing_no"]
    cells: dict[str, Cells] = {
        **_counted(rows),
        "商品ID": looked_up(world.listings.platform_product_id, listing),
        "商品名称": looked_up(world.listings.title, listing),
        "商品类型": "普通商品",
        "货号": looked_up(world.listings.merchant_code, listing),
        "商品状态": "当前在线",
        "商品访客数": number_cells(rows["visitors"]),
        "商品浏览量": number_cells(rows["page_views"]),
        "商品收藏人数": number_cells(rows["favorite_users"]),
        "商品加购件数": number_cells(rows["cart_units"]),
        "商品加购人数": number_cells(rows["cart_users"]),
        "下单件数": number_cells(rows["order_units"]),
        "成功退款金额": money_cells(rows["refunded_minor"]),
    }
    return _save("商品_全部", "sycm_items", cells, (directory, shop, window))


def _flow(world: Any, shop: Shop, directory: Path, window: Window, visits: Rows) -> ExportedFile | None:
    rows = {name: values[visits["source"] != ""] for name, values in visits.items()}
    cells: dict[str, Cells] = {
        **_counted(rows),
        "商品ID": looked_up(world.listings.platform_product_id, rows["listing_no"]),
        "流量来源": text_cells(rows["source"]),
        "访客数": number_cells(rows["visitors"]),
        "浏览量": number_cells(rows["page_views"]),
        "收藏人数": number_cells(rows["favorite_users"]),
        "加购人数": number_cells(rows["cart_users"]),
    }
    return _save("流量来源构成", "sycm_flow", cells, (directory, shop, window))


def _keywords(world: Any, shop: Shop, directory: Path, window: Window) -> ExportedFile | None:
    rows = days_within(world, "searches", shop, window)
    clicks = number_cells(rows["clicks"])
    cells: dict[str, Cells] = {
        "统计日期": date_cells(rows["day"]),
        "商品ID": looked_up(world.listings.platform_product_id, rows["listing_no"]),
        "搜索词": text_cells(rows["term"]),
        "访客数": clicks,
        "浏览量": clicks,
        "引导下单买家数": number_cells(rows["orders"]),
        "引导支付买家数": number_cells(rows["orders"]),
        "引导支付金额": money_cells(rows["paid_minor"]),
    }
    return _save("手淘搜索_引流关键词", "sycm_keywords", cells, (directory, shop, window))


def _ads(world: Any, shop: Shop, directory: Path, window: Window) -> ExportedFile | None:
    rows = ads_within(world, shop, window)
    cells: dict[str, Cells] = {
        "日期": date_cells(rows["day"]),
        "主体ID": looked_up(world.listings.platform_product_id, rows["listing_no"]),
        "主体类型": "商品",
        "主体名称": looked_up(world.listings.title, rows["listing_no"]),
        "展现量": number_cells(rows["impressions"]),
        "点击量": number_cells(rows["clicks"]),
        "花费": money_cells(rows["spend_minor"]),
        "总成交金额": money_cells(rows["attributed_minor"]),
        "总成交笔数": number_cells(rows["attributed_orders"]),
    }
    name = f"万相台_主体报表_{window.stamp(ZONE, '%Y%m%d')}.csv"
    return save_columns("taobao_ads_wanxiang", cells, directory / name, shop.code, window)
