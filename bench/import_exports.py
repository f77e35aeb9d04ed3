"""Import of long exports, end to end into the books, beside the engine alone and a plain pandas script.

Two files are written first: 2 million lines of a Taobao item report in GBK, and a workbook of 1 million rows of the
newer item report. For each: (ours) `zhanggui import` into a fresh workspace, the whole process; (a) the engine alone,
reading and cleaning the same columns into a table of its own (for GBK after the strict transcoding that it needs);
(b) a plain pandas script that does the same mapping and writes Parquet. Targets: at most 3 × (a), at least 5 × faster
than (b), peak memory of ours under 2 GiB.
"""

from __future__ import annotations

import random
import sys
from datetime import datetime, timedelta
from pathlib import Path

from bench.processes import Result, Row, run_command

TEXT_LINES = 2_000_000
SHEET_ROWS = 1_000_000
_TEXT_HEADER = "订单编号,标题,价格,购买数量,外部系统编号,商品属性,套餐信息,备注,订单状态,商家编码"
_SHEET_HEADER = (
    "子订单编号,主订单编号,商品标题,商品价格,购买数量,商品属性,商品ID,商家编码,外部系统编号,买家应付货款,买家实付金额,"
    "订单状态,退款状态,退款金额,订单创建时间,订单付款时间,发货时间,确认收货时间,物流单号,物流公司"
)
_STATES = ("交易成功", "买家已付款，等待卖家发货", "卖家已发货，等待买家确认", "交易关闭")


def write_text(path: Path, lines: int, seed: int = 1) -> None:
    """A Taobao item report as the platform writes it: GBK, wrapped ids, null words, orders of several lines."""
    draw = random.Random(seed)
    order = 3515000000000000000
    with path.open("w", encoding="gb18030", newline="") as file:
        file.write(_TEXT_HEADER + "\r\n")
        for number in range(lines):
            if number == 0 or draw.random() < 0.7:
                order += draw.randint(1, 99999)
            item, variant = draw.randrange(800), draw.randrange(50)
            note = "null" if draw.random() < 0.9 else f"买家要求尽快发货 {number}"
            file.write(
                f'"=""{order}""","掌柜推荐 2026新款 夏季纯棉短袖T恤 第{item}款 宽松显瘦","{draw.randint(100, 99999) / 100:.2f}",'
                f'"{draw.randint(1, 5)}","SKU{item:04d}-{variant}","颜色分类：色{variant // 5}；尺码：{variant % 5}码","",'
                f'"{note}","{_STATES[draw.randrange(4)]}","ITEM{item:04d}"\r\n'
            )


def write_sheet(path: Path, rows: int) -> None:
    """The newer item report as a workbook; every cell is text, as the platform writes it."""
    import xlsxwriter

    draw = random.Random(2)
    first = datetime(2026, 1, 1)
    line = 3515000000000000000
    with xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_urls": False}) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, _SHEET_HEADER.split(","))
        for number in range(rows):
            line += draw.randint(1, 9999)
            price, pieces, item = draw.randint(100, 99999) / 100, draw.randint(1, 4), draw.randrange(800)
            times = [first + timedelta(seconds=number * 15, minutes=minutes) for minutes in (0, 3, 1200, 7200)]
            cells = [
                str(line), str(line), f"2026夏季纯棉短袖T恤 第{item}款", f"{price:.2f}", str(pieces), "颜色分类:红;尺码:M",
                f"6{item:011d}", f"ITEM{item:04d}", f"SKU{item:04d}", f"{price * pieces:.2f}", f"{price * pieces:.2f}",
                "交易成功", "没有申请退款", "0.00", *(f"{time:%Y-%m-%d %H:%M:%S}" for time in times),
                f"SF{number:012d}", "顺丰速运",
            ]  # fmt: skip
            sheet.write_row(number + 1, 0, cells)


def run(room: Path, scale: float = 1.0) -> list[Result]:
    """Measure both files; `scale` shrinks them for a quick look."""
    text, sheet = room / "ExportOrderDetailList202607081818.csv", room / "ExportItemList202607081818.xlsx"
    write_text(text, int(TEXT_LINES * scale))
    write_sheet(sheet, int(SHEET_ROWS * scale))
    return [
        _measure(f"GBK item report, {int(TEXT_LINES * scale):,} lines", text, "text", room),
        _measure(f"workbook, {int(SHEET_ROWS * scale):,} rows", sheet, "sheet", room),
    ]


def _measure(title: str, path: Path, kind: str, room: Path) -> Result:
    python = sys.executable
    workspace = room / f"workspace-{kind}"
    command = [python, "-m", "zhanggui.surfaces.cli.main", "--workspace", str(workspace)]
    run_command([*command, "init"])
    ours = run_command([*command, "import", str(path)])
    alone = run_command([python, "-m", "bench.baselines.engine_alone", kind, str(path), str(room / f"alone-{kind}.db")])
    pandas = run_command(
        [python, "-m", "bench.baselines.pandas_script", kind, str(path), str(room / f"pandas-{kind}.parquet")]
    )
    return Result(
        title,
        [
            Row("zhanggui import (whole process, into the books)", ours.seconds, ours.peak_bytes),
            Row("(a) engine alone: read and clean", alone.seconds, alone.peak_bytes),
            Row("(b) plain pandas script", pandas.seconds, pandas.peak_bytes),
        ],
        [
            ("ours / (a), target ≤ 3", ours.seconds / alone.seconds),
            ("(b) / ours, target ≥ 5", pandas.seconds / ours.seconds),
            ("peak memory of ours in GiB, target < 2", ours.peak_bytes / (1 << 30)),
        ],
    )
