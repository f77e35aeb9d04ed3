"""The simulated seller's files: every platform's exports as they would be downloaded, by the formats' own declarations.

`EXPORTERS` by channel write a shop's files, `COMPANY_EXPORTERS` those that belong to no shop (bank, carriers, ERP,
purchases). Every file is made from the chronicle as it was known at the moment of the download. One file of each folder
is downloaded twice.

What the formats cannot show, and what therefore no file tells: who bears a discount at Taobao and JD (amounts after it
are told); claims at JD, Pinduoduo and Xiaohongshu apart from the ledger; the buyer's shipping in Xiaohongshu's orders
(the settlement has it); advertising of JD, Douyin and Xiaohongshu by product; income reports of Shopee and TikTok Shop;
bills of carriers abroad; rivals' prices (a price war shows in the goods that no longer sell).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

from zhanggui.shopsim.exports.alibaba1688 import export_1688
from zhanggui.shopsim.exports.amazon import export_amazon
from zhanggui.shopsim.exports.banks import export_banks
from zhanggui.shopsim.exports.carriers import export_carriers
from zhanggui.shopsim.exports.douyin import export_douyin
from zhanggui.shopsim.exports.jd import export_jd
from zhanggui.shopsim.exports.jushuitan import export_jushuitan
from zhanggui.shopsim.exports.pdd import export_pdd
from zhanggui.shopsim.exports.rendering import ExportedFile, Window, month_windows, repeat_download
from zhanggui.shopsim.exports.shopee import export_shopee
from zhanggui.shopsim.exports.shopify import export_shopify
from zhanggui.shopsim.exports.sycm import export_sycm
from zhanggui.shopsim.exports.taobao import export_taobao
from zhanggui.shopsim.exports.tiktok import export_tiktok
from zhanggui.shopsim.exports.wallets import export_wechat
from zhanggui.shopsim.exports.weixin_shop import export_weixin_shop
from zhanggui.shopsim.exports.xhs import export_xhs
from zhanggui.shopsim.world.places import Shop

ShopExporter: TypeAlias = Callable[[Any, Shop, Path, Sequence[Window]], list[ExportedFile]]
CompanyExporter: TypeAlias = Callable[[Any, Path, Sequence[Window]], list[ExportedFile]]

COMPANY_FOLDER = "company"
"""Where files lie that belong to no shop."""

EXPORTERS: Mapping[str, tuple[ShopExporter, ...]] = {
    "taobao": (export_taobao, export_sycm),
    "tmall": (export_taobao, export_sycm),
    "jd": (export_jd,),
    "pdd": (export_pdd,),
    "douyin": (export_douyin,),
    "xhs": (export_xhs,),
    "weixin_shop": (export_weixin_shop,),
    "amazon": (export_amazon,),
    "shopify": (export_shopify,),
    "shopee": (export_shopee,),
    "tiktok_shop": (export_tiktok,),
}
"""The reports of a shop, by its channel."""

COMPANY_EXPORTERS: tuple[CompanyExporter, ...] = (export_banks, export_carriers, export_1688, export_jushuitan)
"""The reports of the company."""


def export_files(world: Any, directory: Path) -> list[ExportedFile]:
    """Write every file of a world below the directory, shop by shop; equal worlds give equal bytes."""
    files: list[ExportedFile] = []
    for shop in world.shops:
        folder, windows = directory / shop.folder, month_windows(world, shop.shop_no)
        writers = (*EXPORTERS.get(shop.channel, ()), export_wechat)
        files += _with_repeat([file for write in writers for file in write(world, shop, folder, windows)])
    folder, windows = directory / COMPANY_FOLDER, month_windows(world)
    files += _with_repeat([file for export in COMPANY_EXPORTERS for file in export(world, folder, windows)])
    return files


def _with_repeat(files: list[ExportedFile]) -> list[ExportedFile]:
    """The files of a folder, the first of them downloaded once more."""
    return [*files, repeat_download(files[0])] if files else files
