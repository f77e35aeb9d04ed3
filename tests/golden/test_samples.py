"""Every sample is recognised as its own format without a hint, and its rows equal a reviewed golden file."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.golden.reading_samples import GOLDEN, SAMPLES, read_sample, show

_SAMPLE_OF = {
    "1688/订单_测试.xlsx": "alibaba1688_orders",
    "ads/万相台_主体报表_20260708.csv": "taobao_ads_wanxiang",
    "ads/商品推广_账户_分天数据.xlsx": "pdd_ads",
    "alipay/20880000000000000156_20260801_账务明细.csv": "alipay_ledger_csv",
    "alipay/支付宝动账_测试.xlsx": "alipay_ledger_v2",
    "amazon/Sponsored Products Search term report.xlsx": "amazon_sp_search_term",
    "amazon/US_Search_Query_Performance_Brand_View_Simple_Week_2026_02_07.csv": "amazon_sqp",
    "amazon/all_orders_20260708.txt": "amazon_all_orders",
    "amazon/fba_myi_inventory.txt": "amazon_fba_inventory",
    "amazon/settlement_v2_18174000001.txt": "amazon_settlement_v2",
    "bank/camt053.xml": "bank_camt053",
    "bank/cn_bank.csv": "bank_csv_cn",
    "bank/mt940.sta": "bank_mt940",
    "bank/ofx102.ofx": "bank_ofx",
    "douyin/26年7月_动账_测试店.csv": "douyin_fund",
    "douyin/售后_测试.xlsx": "douyin_aftersale",
    "douyin/结算账单_测试.xlsx": "douyin_settlement",
    "douyin/订单导出_测试.csv": "douyin_orders",
    "erp/旺店通订单_测试.xlsx": "wdt_orders",
    "erp/聚水潭库存_测试.xlsx": "jst_stock",
    "erp/聚水潭成本_测试.xlsx": "jst_order_items",
    "express/顺丰月结账单_202606.xlsx": "sf_monthly_bill",
    "jd/对账明细_v1_测试.csv": "jd_settlement_v1",
    "jd/订单导出_测试.csv": "jd_orders",
    "kuaishou/结算_测试.xlsx": "kuaishou_settlement",
    "kuaishou/订单_测试.csv": "kuaishou_orders",
    "paypal/Download.csv": "paypal_activity",
    "pdd/orders_export2026-07-02.csv": "pdd_orders",
    "pdd/货款明细_202607.csv": "pdd_ledger",
    "shopify/inventory_export_1.csv": "shopify_inventory",
    "shopify/orders_export_1.csv": "shopify_orders",
    "shopify/payment_transactions_export_1.csv": "shopify_payments",
    "shopify/products_export_1.csv": "shopify_products",
    "sycm/【生意参谋平台】商品_全部_2026-07-08_2026-07-08.xls": "sycm_items",
    "taobao_orders/26年7月_动账_测试小店.xlsx": "taobao_wallet_wechat",
    "taobao_orders/ExportOrderDetailList202607081818.csv": "taobao_items_csv",
    "taobao_orders/ExportOrderList2026-qianniu.xlsx": "taobao_orders_xlsx",
    "taobao_orders/ExportOrderList202607081818.csv": "taobao_orders_csv",
    "taobao_orders/退款_测试.xlsx": "taobao_refunds",
    "tiktok/All order-2026-07-31-10_00.csv": "tiktok_orders",
    "wechat_pay/1900000001All2026-07-13_2026-07-13.csv": "wechat_trade_bill",
    "wechat_pay/1900000001_fundflow_20260713.csv": "wechat_fund_bill",
    "weixin_shop/订单_测试.xlsx": "weixin_shop_orders",
    "woocommerce/wc-product-export-1-7-2026-1780000000000.csv": "woocommerce_products",
    "xhs/结算_测试.xlsx": "xhs_settlement",
    "xhs/订单_测试.xlsx": "xhs_orders",
}


def test_every_sample_has_its_format() -> None:
    found = {str(path.relative_to(SAMPLES)) for path in SAMPLES.rglob("*") if path.is_file()}
    assert {name for name in found if not name.startswith("_damaged")} == set(_SAMPLE_OF)


@pytest.mark.parametrize(("sample", "format_id"), sorted(_SAMPLE_OF.items()))
def test_sample_equals_its_golden_file(sample: str, format_id: str, tmp_path: Path) -> None:
    staged = read_sample(SAMPLES / sample, tmp_path)
    shown = show(staged, tmp_path)
    assert [unit["format"] for unit in shown["units"]] == [format_id], shown["refused_units"]
    golden = GOLDEN / f"{format_id}.json"
    if os.environ.get("ZHANGGUI_UPDATE_GOLDEN"):
        golden.write_text(json.dumps(shown, ensure_ascii=False, indent=1) + "\n", "utf-8")
    assert shown == json.loads(golden.read_text("utf-8"))
