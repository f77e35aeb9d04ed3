"""What platforms keep, what reaches the seller, and what is left after costs."""

from __future__ import annotations

from functools import partial

from zhanggui.canon.metrics import Metric
from zhanggui.metrics.definitions.declaring import metric

_money = partial(metric, "money")

_FEES = (
    ("platform_fee", "platform_fees", "平台服务费", "Platform fees"),
    ("commission", "commissions", "平台佣金", "Commissions"),
    ("payment_fee", "payment_fees", "支付手续费", "Payment fees"),
    ("affiliate_commission", "affiliate_commissions", "推广佣金", "Affiliate commissions"),
    ("agency_fee", "agency_fees", "团长与服务商费", "Agency fees"),
    ("offsite_ad_fee", "offsite_ad_fees", "站外推广费", "Off-site advertising fees"),
    ("fulfillment_fee", "fulfillment_fees", "履约配送费", "Fulfilment fees"),
    ("storage_fee", "storage_fees", "仓储费", "Storage fees"),
    ("shipping_label", "shipping_labels", "面单运费", "Shipping labels"),
    ("shipping_insurance", "shipping_insurance", "运费险", "Return shipping insurance"),
    ("penalty", "penalties", "罚款", "Penalties"),
)


def _fee(component: str, name: str, zh: str, en: str) -> Metric:
    return _money(
        name, "currency", f"-ledger_{component}",
        (zh, f"动账中款项类别为“{zh}”的支出减收入（正为成本），按入账日，所有已导入的账户。"),
        (en, f"Ledger entries of the component `{component}`, cost positive and reversals deducted, by date of booking, over all accounts imported."),
    )  # fmt: skip


_LEDGER: tuple[Metric, ...] = (
    *(_fee(*fee) for fee in _FEES),
    _money(
        "total_fees", "currency", "-ledger_fees",
        ("费用合计", "平台服务费、佣金、支付手续费、推广佣金、团长与服务商费、站外推广费、履约配送费、仓储费、面单运费、运费险与罚款之和（正为成本），按入账日。转账、提现、充值、保证金不是费用。"),
        ("Total fees", "Platform, commission, payment, affiliate, agency, off-site advertising, fulfilment, storage, label, insurance and penalty charges together, cost positive, by date of booking. Transfers, payouts, top-ups and reserves are no fees."),
    ),
    _money(
        "take_rate", "share", "-ledger_fees / paid_amount",
        ("综合扣点率", "费用合计（按入账日）÷ 实付金额（按付款日），同一期间；没有动账的期间无法判断。"),
        ("Take rate", "Total fees (by date of booking) ÷ paid amount (by date of payment) of the same period; unknown where no ledger was imported."),
    ),
    _money(
        "settled_sales", "currency", "ledger_sales",
        ("结算货款", "动账中的货款，按入账日。"),
        ("Settled sales", "Sale entries of the ledgers, by date of booking."),
    ),
    _money(
        "settled_refunds", "currency", "-ledger_refunds",
        ("结算退款", "动账中的退款（正为退出），按入账日。"),
        ("Settled refunds", "Refund entries of the ledgers, positive when money goes back, by date of booking."),
    ),
    _money(
        "platform_subsidies", "currency", "ledger_subsidies",
        ("平台与达人补贴", "动账中平台、达人与国家的补贴，按入账日。"),
        ("Subsidies", "Platform, creator and government subsidies in the ledgers, by date of booking."),
    ),
    _money(
        "net_settlement", "currency", "ledger_net",
        ("净结算额", "全部动账之和，不含转账、提现、充值、保证金与结售汇，按入账日，含待结算与冻结（可按结算状态拆分）。同一笔钱在平台账单与钱包流水中各出现一次时，请按账户筛选。"),
        ("Net settlement", "All ledger entries but transfers, payouts, top-ups, reserves and currency conversions, by date of booking, pending and held ones included (cut by settlement_status). Where a platform's statement and a wallet both show the same money, choose one account."),
    ),
    _money(
        "payouts", "currency", "-ledger_payouts",
        ("提现打款", "动账中的提现与打款（正为转出到银行），按入账日。"),
        ("Payouts", "Payout entries of the ledgers, positive when money leaves for the bank, by date of booking."),
    ),
)  # fmt: skip

_MARGIN = "paid_amount - refunded_amount - cost_amount + ledger_fees - zero(ad_spend) - zero(parcel_charges)"

_MARGINS: tuple[Metric, ...] = (
    _money(
        "cost_of_goods", "currency", "cost_amount",
        ("销货成本", "已付款明细的货品成本，按付款日：付款日有效的成本价，其次组合装组件成本之和，再次 ERP 的成本；以外币计的按当日汇率折算。没有成本的明细不计，见成本覆盖率。退货不冲成本。"),
        ("Cost of goods", "Cost of the lines paid for, by date of payment: the cost price valid that day, else the sum of a bundle's components, else the ERP's cost; a foreign cost converts at that day's rate. Lines without a cost are left out (see cost coverage); returned goods are not credited."),
    ),
    _money(
        "cost_coverage", "share", "zero(costed_net_amount) / product_net_amount",
        ("成本覆盖率", "有成本的明细的商品净额 ÷ 全部商品净额，按付款日。"),
        ("Cost coverage", "Product sales of lines whose cost is known ÷ all product sales, by date of payment."),
    ),
    _money(
        "gross_profit", "currency", "costed_net_amount - cost_amount",
        ("毛利", "有成本的明细的商品净额 − 销货成本，按付款日；没有任何成本时为空，不是零。"),
        ("Gross profit", "Product sales of lines whose cost is known − cost of goods, by date of payment; empty, not zero, where no cost is known."),
    ),
    _money(
        "gross_margin", "share", "(costed_net_amount - cost_amount) / costed_net_amount",
        ("毛利率", "毛利 ÷ 有成本的明细的商品净额。"),
        ("Gross margin", "Gross profit ÷ product sales of lines whose cost is known."),
    ),
    _money(
        "contribution", "currency", _MARGIN,
        ("贡献毛利额", "净销售额 − 销货成本 − 费用合计 − 广告花费（广告报表）− 快递账单，各按自己的日期：付款、退款、入账、投放、计费日。没有成本或没有动账时为空。"),
        ("Contribution", "Net sales − cost of goods − total fees − advertising (by its reports) − carriers' bills, each by its own date: payment, repayment, booking, advertising, billing. Empty where no cost or no ledger is known."),
    ),
    _money(
        "contribution_margin", "share", f"({_MARGIN}) / (paid_amount - refunded_amount)",
        ("贡献毛利率", "贡献毛利额 ÷ 净销售额。"),
        ("Contribution margin", "Contribution ÷ net sales."),
    ),
    _money(
        "shipping_cost", "currency", "parcel_charges",
        ("快递费用", "快递账单的应付金额，按计费日。"),
        ("Shipping cost", "What carriers bill, by day billed."),
    ),
    _money(
        "shipping_cost_per_parcel", "currency/parcel", "parcel_charges / parcels",
        ("单票快递费", "快递费用 ÷ 账单上的不同运单数。"),
        ("Shipping cost per parcel", "Shipping cost ÷ different tracking numbers on the bills."),
    ),
)  # fmt: skip

METRICS: tuple[Metric, ...] = (*_LEDGER, *_MARGINS)
