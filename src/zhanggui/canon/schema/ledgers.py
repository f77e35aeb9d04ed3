"""Where the money is: payments, payouts and the platforms' ledgers. Ledger amounts are signed, plus is to the seller."""

from __future__ import annotations

from zhanggui.canon.columns import (
    account,
    code,
    currency,
    flag,
    ident,
    instant,
    line_key,
    listing,
    moment,
    money,
    on,
    order,
    pseudonym,
    quantity,
    rate,
    seller_sku,
    shop,
    text,
)
from zhanggui.canon.tables import Column, Table, stated

PAYMENT_ACCOUNTS = stated(
    "payment_accounts", "资金账户", "Payment accounts", "每个资金账户一行", "one row for each account", ["account_id"],
    [
        account(),
        code("kind", "account_kind", "账户类型", "Kind of account"),
        pseudonym("platform_account_id", "平台账号假名", "Keyed hash of the platform's account number"),
        shop(),
        currency(),
        text("name", "账户名称", "Name the seller gives the account"),
    ],
    "ledgers",
)  # fmt: skip

PAYMENTS = stated(
    "payments", "收付款", "Payments", "账户中的每笔收款或退款一行", "one row for each payment or refund of an account",
    ["account_id", "platform_payment_id", "kind", "refund_ref"],
    [
        account(),
        ident("platform_payment_id", "支付交易号", "The payment provider's number"),
        code("kind", "payment_kind", "收付类型", "Payment, refund or void"),
        ident("refund_ref", "退款编号（无则为空串）", "Number of the refund; empty when none"),
        shop(),
        order(),
        ident("merchant_order_no", "商户订单号", "Number the seller's side gave the order"),
        text("method_raw", "支付方式原文", "Method as the provider words it"),
        code("status", "payment_status", "支付状态", "State of the payment"),
        text("status_raw", "支付状态原文", "State as the provider words it"),
        money("amount", "金额", "Amount, positive in both directions"),
        money("settle_amount", "应结金额", "What the provider settles"),
        money("fee_amount", "手续费", "The provider's fee, positive"),
        rate("fee_rate", "费率", "The provider's fee as a share of the amount"),
        money("balance_amount", "余额支付部分", "Part paid from a balance"),
        currency(),
        money("presentment_amount", "买家币种金额", "Amount in the buyer's currency", unit="presentment_currency"),
        code("presentment_currency", "currency", "买家币种（ISO 4217）", "The buyer's currency (ISO 4217)"),
        ident("checkout_id", "结账编号", "Id of the checkout"),
        text("description", "说明", "Description"),
        text("detail_raw", "支付详情原文", "Details as the source words them"),
        *moment("paid", "支付", "the money moved"),
    ],
    "ledgers",
)  # fmt: skip

PAYOUTS = stated(
    "payouts", "打款", "Payouts", "账户的每次打款一行", "one row for each payout of an account",
    ["account_id", "platform_payout_id"],
    [
        account(),
        ident("platform_payout_id", "打款批次号", "The platform's number of the payout"),
        shop(),
        instant("period_start", "结算周期开始", "Start of the period settled (UTC)"),
        instant("period_end", "结算周期结束", "End of the period settled (UTC)"),
        *moment("paid", "打款", "the payout was sent"),
        money("amount", "打款金额", "Amount paid out to the bank, positive"),
        currency(),
        text("status_raw", "打款状态原文", "State as the platform words it"),
    ],
    "ledgers",
)  # fmt: skip

_ENTRY: tuple[Column, ...] = (
    ident("platform_txn_id", "动账流水号", "The platform's number of the entry"),
    ident("platform_payout_id", "打款批次号", "Payout that carries the entry"),
    *moment("posted", "入账", "the entry was booked"),
    on("available_on", "可提现日期", "Date from which the money can be withdrawn"),
    on("statement_on", "账单日期", "Date of the statement"),
    instant("expected_at", "预计入账时间", "When the entry is expected to be booked (UTC)"),
    code("status", "settlement_status", "结算状态", "Settled, pending or held"),
    text("status_raw", "结算状态原文", "State as the platform words it"),
    code("component", "settlement_component", "款项类别", "What the money is for"),
    text("type_raw", "业务类型原文", "Type of entry as the platform words it"),
    text("fee_type_raw", "费用类型原文", "Type of fee as the platform words it"),
    text("fee_group_raw", "费用大类原文", "Group of fees as the platform words it"),
    text("direction_raw", "收支方向原文", "Direction as the platform words it"),
)

_ENTRY_AMOUNTS: tuple[Column, ...] = (
    money("amount", "动账金额（正为收入）", "Net amount, signed: plus is to the seller"),
    money("gross_amount", "扣费前金额", "Amount before the fee, signed"),
    money("fee_amount", "费用（正为收入）", "Fee within the entry, signed: minus is a cost"),
    currency(),
    money("balance_after", "动账后余额", "Balance after the entry"),
    flag("is_cash", "是否影响余额", "Whether the balance moves; false for holds and memo rows"),
    flag("has_components", "是否已拆分款项", "Whether the entry is exploded in settlement_components"),
)

SETTLEMENT_LINES = stated(
    "settlement_lines", "结算明细（动账）", "Settlement lines", "账户的每条动账一行", "one row for each ledger entry of an account",
    ["account_id", "line_key"],
    [
        account(),
        line_key(),
        shop(),
        *_ENTRY,
        *_ENTRY_AMOUNTS,
        order(),
        ident("platform_line_id", "平台子订单号", "The platform's id of the order line"),
        ident("platform_refund_id", "平台售后单号", "The platform's number of the claim"),
        ident("merchant_order_no", "商户订单号", "Number the seller's side gave the order"),
        ident("platform_payment_id", "支付交易号", "The payment provider's number"),
        listing(),
        seller_sku(),
        quantity("quantity", "数量", "Pieces that the entry is about"),
        rate("rate", "费率或汇率", "Fee rate or exchange rate stated on the entry"),
        text("title", "商品标题", "Title of the item"),
        text("description", "说明", "Description"),
        text("note", "备注", "Note"),
        text("channel_raw", "渠道原文", "Channel as the source words it"),
        text("account_raw", "账户原文", "Sub-account as the source words it"),
        pseudonym("counterparty", "对方假名", "Keyed hash of the other party"),
        ident("reference_txn_id", "关联流水号", "Entry that this one refers to"),
        ident("source_ref", "来源单号", "Source document of the entry"),
        ident("custom_ref", "自定义编号", "Number the seller gave the transaction"),
        text("promotion_ref", "活动编号", "Promotion that the entry belongs to"),
        ident("shipment_ref", "发货编号", "Shipment that the entry belongs to"),
        text("fulfillment_raw", "履约方式原文", "Fulfilment as the platform words it"),
    ],
    "ledgers",
)  # fmt: skip

SETTLEMENT_COMPONENTS = stated(
    "settlement_components", "结算款项拆分", "Settlement components", "动账的每个款项一行", "one row for each component of a ledger entry",
    ["account_id", "line_key", "component"],
    [
        account(),
        line_key(),
        code("component", "settlement_component", "款项类别", "What the money is for"),
        money("amount", "款项金额（正为收入）", "Amount, signed: plus is to the seller"),
        currency(),
        flag("is_total", "是否为核对用合计", "Whether it is a stated total, used as a control and never summed"),
    ],
    "ledgers",
)  # fmt: skip

TABLES: tuple[Table, ...] = (PAYMENT_ACCOUNTS, PAYMENTS, PAYOUTS, SETTLEMENT_LINES, SETTLEMENT_COMPONENTS)
