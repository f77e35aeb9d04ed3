"""Exports of any length written by hand for the laws of reading, and a second, tiny reader of what they say.

Nothing of intake is used here: the second reader is Python's csv module, and amounts are read by one expression.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from random import Random

Cells = Mapping[str, str]
_AMOUNT = re.compile(r"[¥￥$]?\s?([+-]?)\s?[¥￥$]?\s?((?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d*)?)\s?[元]?")
_NOTHING = {"", "-", "--", "null", "NULL", "None", "—", "——", "nan", "NaN", "N/A", "#N/A"}


def read_amount(cell: str) -> Decimal | None:
    """What an amount says; None for a blank. Raises ValueError for what is no amount."""
    text = cell.strip(" \t\r\n\f\v\u00a0\u3000\ufeff\u200b'`").removeprefix('="').removesuffix('"')
    if text in _NOTHING:
        return None
    text = f"-{text[:-1]}" if re.fullmatch(r"[\d,.]+-", text) else text  # as some systems write it
    found = _AMOUNT.fullmatch(text)
    if not found or not re.search(r"\d", text):
        raise ValueError(cell)
    return Decimal(found.group(1) + found.group(2).replace(",", ""))


@dataclass(frozen=True)
class Ledger:
    """One kind of export: how it is written, and the amount that a line states."""

    format_id: str
    name: str
    encoding: str
    delimiter: str
    quoting: str
    header: tuple[str, ...]
    table: str
    column: str
    amount: Callable[[Cells], Decimal | None]
    record: Callable[[Random, int], Sequence[str]]
    preamble: tuple[str, ...] = ()
    footer: tuple[str, ...] = ()
    all_quoted: bool = False
    first_record: tuple[str, ...] = ()
    depends_on_first: tuple[str, ...] = ()

    def write(self, random: Random, rows: int) -> bytes:
        """The file's bytes."""
        records = [*([self.first_record] if self.first_record else [])]
        records += [tuple(self.record(random, index)) for index in range(rows)]
        lines = [*self.preamble, self._line(self.header), *map(self._line, records), *self.footer]
        return "".join(line + "\n" for line in lines).encode(self.encoding)

    def _line(self, cells: Sequence[str]) -> str:
        if self.quoting == "none":
            return self.delimiter.join(cells)
        quoted = [f'"{cell.replace(chr(34), chr(34) * 2)}"' if self._needs_quotes(cell) else cell for cell in cells]
        return self.delimiter.join(quoted)

    def _needs_quotes(self, cell: str) -> bool:
        return (self.all_quoted and not cell.startswith("=")) or any(
            sign in cell for sign in (self.delimiter, '"', "\n")
        )

    @property
    def header_lines(self) -> int:
        """Physical lines up to and with the header."""
        return len(self.preamble) + 1

    def parse(self, texts: Sequence[str]) -> list[str] | None:
        """The cells of a record of these physical lines; None when a quote is left open or rules are broken."""
        if self.quoting == "none":
            return texts[0].split(self.delimiter) if len(texts) == 1 else None
        try:
            lines = [*(text + "\n" for text in texts), "\x1e\n"]
            rows = list(csv.reader(lines, delimiter=self.delimiter))
        except csv.Error:
            return None
        return rows[0] if len(rows) == 2 and rows[1] == ["\x1e"] else None

    def stated(self, header: Sequence[str], cells: Sequence[str]) -> Decimal | None:
        """The amount that a record's cells state. Raises ValueError when they do not."""
        blank = dict.fromkeys(self.header, "")  # a column that a damaged header lost says nothing
        return self.amount(blank | dict(zip((name.strip(" \t`'\"\ufeff") for name in header), cells, strict=True)))


def _money(random: Random) -> str:
    return f"{random.choice([1, 1, 10, 100, 1000]) * random.randint(1, 999) / 10:.2f}"


def _signed(first: str, second: str) -> Callable[[Cells], Decimal | None]:
    def amount(cells: Cells) -> Decimal | None:
        incoming, outgoing = read_amount(cells[first]), read_amount(cells[second])
        zero = Decimal(0)
        return None if incoming is None and outgoing is None else abs(incoming or zero) - abs(outgoing or zero)

    return amount


def _times(price: str, count: str) -> Callable[[Cells], Decimal | None]:
    def amount(cells: Cells) -> Decimal | None:
        one, many = read_amount(cells[price]), read_amount(cells[count])
        return None if one is None or many is None else one * many

    return amount


def _time(random: Random) -> str:
    return f"2026-07-{random.randint(1, 28):02d} {random.randint(0, 23):02d}:{random.randint(0, 59):02d}:{random.randint(0, 59):02d}"


_TITLES = ("测试雪平锅 不锈钢", "【包邮】锅盖，24cm", 'Pot 18" steel', "Café crème ñ", "茶具, 白瓷", "木铲\n（两只装）")


def _taobao_item(random: Random, index: int) -> Sequence[str]:
    title = random.choice(_TITLES[:3])
    count = str(random.randint(1, 5))
    return (
        f'="{4999000000000012345 + index}"',
        title,
        _money(random),
        count,
        f"POT-{index % 7}",
        "18cm；",
        "",
        "备注",
        "交易成功",
        f"M-{index % 5}",
    )


def _pdd(random: Random, index: int) -> Sequence[str]:
    incoming = random.random() < 0.6
    amount = _money(random)
    kind = (
        ("交易收入", "", "0010002|交易收入-订单收入")
        if incoming
        else ("技术服务费", "技术服务费", "0030002|技术服务费-基础技术服务费")
    )
    return (
        f"260702-{123456789010345 + index}\t",
        f"{_time(random)}\t",
        amount if incoming else "",
        "" if incoming else f"-{amount}",
        *kind,
    )


def _alipay(random: Random, index: int) -> Sequence[str]:
    incoming = random.random() < 0.6
    amount = _money(random)
    ends = ("支付宝", "交易付款", "") if incoming else ("支付宝", "其它", "淘宝客佣金代扣款")
    return (
        f"{1570000000000000001 + index}\t", f"{2026071022001100000000000001 + index}\t", f"T200P{4999000000000012345 + index}\t",
        random.choice(("测试雪平锅", "锅盖")), f"\t{_time(random)}".strip(), "测试(***@example.com)", amount if incoming else "0.00",
        "0.00" if incoming else f"-{amount}", _money(random), *ends,
    )  # fmt: skip


def _amazon(random: Random, index: int) -> Sequence[str]:
    amount = random.choice(["", "-"]) + _money(random)
    kind = random.choice([("ItemPrice", "Principal"), ("ItemFees", "Commission"), ("Promotion", "Shipping")])
    cells = dict.fromkeys(_AMAZON, "")
    cells |= {
        "settlement-id": "18174000001", "transaction-type": "Order", "order-id": f"111-0000000-{index:07d}",
        "marketplace-name": "Amazon.com", "amount-type": kind[0], "amount-description": kind[1], "amount": amount,
        "fulfillment-id": "AFN", "posted-date": "2026-06-09", "posted-date-time": "2026-06-09 05:23:19 UTC",
        "order-item-code": f"{60000000000001 + index}", "sku": f"Café-{index % 9}", "quantity-purchased": "1",
    }  # fmt: skip
    return tuple(cells.values())


_AMAZON = tuple(
    "settlement-id settlement-start-date settlement-end-date deposit-date total-amount currency transaction-type order-id "
    "merchant-order-id adjustment-id shipment-id marketplace-name amount-type amount-description amount fulfillment-id "
    "posted-date posted-date-time order-item-code merchant-order-item-id merchant-adjustment-item-id sku "
    "quantity-purchased promotion-id".split()
)
_SHOPIFY = (
    "Name", "Email", "Financial Status", "Paid at", "Fulfillment Status", "Currency", "Subtotal", "Shipping", "Taxes", "Total",
    "Created at", "Lineitem quantity", "Lineitem name", "Lineitem price", "Lineitem sku", "Id", "Source", "Lineitem discount",
)  # fmt: skip


def _shopify(random: Random, index: int) -> Sequence[str]:
    total = _money(random)
    return (
        f"#{1001 + index}", "test@example.com", "paid", "2026-07-08 10:12:31 +0800", "fulfilled", "USD", total, "0.00", "0.00", total,
        "2026-07-08 10:12:30 +0800", str(random.randint(1, 4)), random.choice(_TITLES), _money(random), f"POT-{index % 7}",
        f"{5000000000001 + index}", "web", "0.00",
    )  # fmt: skip


LEDGERS = (
    Ledger(
        "taobao_items_csv", "ExportOrderDetailList202607081818.csv", "gb18030", ",", "double",
        ("订单编号", "标题", "价格", "购买数量", "外部系统编号", "商品属性", "套餐信息", "备注", "订单状态", "商家编码"),
        "order_lines", "gross_amount", _times("价格", "购买数量"), _taobao_item, all_quoted=True,
    ),
    Ledger(
        "pdd_ledger", "货款明细_202607.csv", "gb18030", ",", "double",
        ("商户订单号", "发生时间", "收入金额（+元）", "支出金额（-元）", "账务类型", "备注", "业务描述"),
        "settlement_lines", "amount", _signed("收入金额（+元）", "支出金额（-元）"), _pdd,
        preamble=("#拼多多商家中心账务明细查询", "#账户类型：货款账户"),
        footer=("#-----账务明细列表结束", "#导出时间：2026-08-01 00:00:00"),
    ),
    Ledger(
        "alipay_ledger_csv", "20880000000000000156_20260801_账务明细.csv", "gb18030", ",", "double",
        ("账务流水号", "业务流水号", "商户订单号", "商品名称", "发生时间", "对方账号", "收入金额（+元）", "支出金额（-元）", "账户余额（元）", "交易渠道", "业务类型", "备注"),
        "settlement_lines", "amount", _signed("收入金额（+元）", "支出金额（-元）"), _alipay,
        preamble=("#支付宝账务明细查询", "#账号：[20880000000000000156]"),
        footer=("#-----账务明细列表结束-----", "#导出时间：[2026年08月01日 12:51:06]"),
    ),
    Ledger(
        "amazon_settlement_v2", "settlement_v2_18174000001.txt", "utf-8", "\t", "none", _AMAZON,
        "settlement_lines", "amount", lambda cells: read_amount(cells["amount"]), _amazon,
        first_record=(
            "18174000001", "2026-06-01 05:00:00 UTC", "2026-06-15 05:00:00 UTC", "2026-06-17 05:00:00 UTC", "11.65", "USD", *[""] * 18,
        ),
        depends_on_first=("currency", "expected_at"),
    ),
    Ledger(
        "shopify_orders", "orders_export_1.csv", "utf-8", ",", "double", _SHOPIFY,
        "order_lines", "gross_amount", _times("Lineitem price", "Lineitem quantity"), _shopify,
    ),
)  # fmt: skip
