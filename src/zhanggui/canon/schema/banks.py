"""What the banks say: accounts, entries and balances; and the exchange rates between currencies."""

from __future__ import annotations

from zhanggui.canon.columns import account, code, currency, ident, line_key, moment, money, on, pseudonym, rate, text
from zhanggui.canon.tables import Table, stated

BANK_ACCOUNTS = stated(
    "bank_accounts", "银行账户", "Bank accounts", "每个银行账户一行", "one row for each bank account", ["account_id"],
    [
        account(),
        code("kind", "account_kind", "账户类型", "Kind of account"),
        text("bank_name", "银行名称", "Name of the bank"),
        currency(),
        text("name", "账户名称", "Name the seller gives the account"),
    ],
    "banks",
)  # fmt: skip

BANK_TRANSACTIONS = stated(
    "bank_transactions", "银行流水", "Bank transactions", "账户的每笔流水一行", "one row for each entry of a bank account",
    ["account_id", "line_key"],
    [
        account(),
        line_key(),
        ident("bank_txn_id", "银行流水号", "The bank's number of the entry"),
        *moment("booked", "记账", "the bank booked the entry"),
        on("value_on", "起息日", "Date from which the amount counts for interest"),
        money("amount", "金额（正为收入）", "Amount, signed: plus is to the account"),
        currency(),
        money("balance_after", "交易后余额", "Balance after the entry"),
        pseudonym("counterparty", "对方户名假名", "Keyed hash of the other party's name"),
        pseudonym("counterparty_account", "对方账号假名", "Keyed hash of the other party's account"),
        text("description", "摘要", "Description"),
        ident("reference", "参考号", "Reference given by the payer"),
        text("type_raw", "交易类型原文", "Type as the bank words it"),
        money("fee_amount", "手续费", "The bank's fee within the entry, positive"),
        money("counter_amount", "对方币种金额", "Amount in the other currency of an exchange", unit="counter_currency"),
        code("counter_currency", "currency", "对方币种（ISO 4217）", "The other currency of an exchange (ISO 4217)"),
    ],
    "banks",
)  # fmt: skip

BANK_BALANCES = stated(
    "bank_balances", "银行余额", "Bank balances", "账户每日的期初或期末余额一行", "one row for each stated balance of an account",
    ["account_id", "balance_on", "kind"],
    [
        account(),
        on("balance_on", "余额日期", "Date of the balance"),
        code("kind", "balance_kind", "期初或期末", "Opening or closing"),
        money("amount", "余额", "Balance, signed: minus is an overdraft"),
        currency(),
    ],
    "banks",
)  # fmt: skip

FX_RATES = stated(
    "fx_rates", "汇率", "Exchange rates", "每日每对币种每个来源一行", "one row for each day, pair of currencies and source",
    ["rate_on", "base", "quote", "source"],
    [
        on("rate_on", "汇率日期", "Date of the rate"),
        code("base", "currency", "基准币种（ISO 4217）", "Currency that is priced (ISO 4217)"),
        code("quote", "currency", "计价币种（ISO 4217）", "Currency in which it is priced (ISO 4217)"),
        text("source", "汇率来源", "Who states the rate, such as ecb or owner"),
        rate("rate", "一单位基准币种等于多少计价币种", "Units of quote for one unit of base", unit="quote/base"),
    ],
    "banks",
)  # fmt: skip

TABLES: tuple[Table, ...] = (BANK_ACCOUNTS, BANK_TRANSACTIONS, BANK_BALANCES, FX_RATES)
