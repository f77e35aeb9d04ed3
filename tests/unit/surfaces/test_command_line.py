"""The command line: stable shapes, exit codes, standard output only for the answer, both languages."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.unit.surfaces.conftest import DAMAGED, Ask, write_exports
from zhanggui.app.catalogue import COMMANDS, QUESTIONS
from zhanggui.surfaces.cli.main import app, run

HELP_SECONDS_MOST = 2.0  # half a second on an idle machine; tests run beside each other


def cells(answer: dict[str, Any]) -> dict[str, tuple[Any, ...]]:
    return {row[0]: tuple(row[1:]) for row in answer["rows"]}


def test_every_command_of_the_catalogue_is_offered_and_no_other() -> None:
    offered = {command.name for command in app.registered_commands}
    for group in app.registered_groups:
        assert group.typer_instance is not None
        offered |= {f"{group.name} {command.name}" for command in group.typer_instance.registered_commands}
    assert offered == {command.line for command in COMMANDS.values()}


def test_help_is_quick() -> None:
    script = "import sys; sys.argv = ['zhanggui', '--help']; from zhanggui.surfaces.cli.main import main; main()"
    begun = time.monotonic()
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert time.monotonic() - begun < HELP_SECONDS_MOST
    assert "metrics" in told.stdout


def test_help_loads_nothing_heavy() -> None:
    script = "import sys, zhanggui.surfaces.cli.main; print(sorted({'ibis', 'pyarrow', 'polars', 'duckdb', 'sqlalchemy', 'rich', 'yaml'} & set(sys.modules)))"
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert told.stdout.strip() in ("[]", "['yaml']")


def test_figures_are_exact_and_dated_in_the_shops_zone(closed: Path, ask: Ask) -> None:
    code, answer = ask(closed, "metrics", "paid_amount,orders,units", "--grain", "day")
    assert code == 0
    assert [column["name"] for column in answer["columns"]] == ["day", "paid_amount", "orders", "units"]
    assert cells(answer) == {
        "2026-07-01": ("100.00", 1, "2.00"),
        "2026-07-02": ("0.00", 1, "0.00"),
        "2026-07-03": ("65.90", 1, "1.00"),
    }
    assert answer["as_of"] == "2026-07-31"


def test_figures_stand_beside_those_before(closed: Path, ask: Ask) -> None:
    code, answer = ask(closed, "metrics", "paid_orders", "--grain", "day", "--compare", "previous")
    assert (code, [column["name"] for column in answer["columns"]]) == (
        0,
        ["day", "paid_orders", "paid_orders.previous", "paid_orders.change"],
    )
    # Nothing was paid on the second, which is known; of the days before the first nothing is.
    assert cells(answer) == {"2026-07-01": (1, None, None), "2026-07-03": (1, 0, None)}
    assert ask(closed, "metrics", "paid_orders", "--compare", "year")[0] == 2


def test_a_list_is_asked_for_in_pages(closed: Path, ask: Ask) -> None:
    code, answer = ask(closed, "ask", "orders", "page=2", "size=2", "sort=-gmv_amount")
    place = [column["name"] for column in answer["columns"]].index("platform_order_id")
    assert (code, answer["total"], [row[place] for row in answer["rows"]]) == (0, 3, ["4999000000000010003"])
    assert ask(closed, "ask", "orders", "sort=colour")[0] == 2


def test_the_rows_behind_a_figure_add_up_to_it(closed: Path, ask: Ask) -> None:
    code, answer = ask(closed, "rows", "paid_amount")
    [table] = answer["tables"]
    place = [column["name"] for column in table["columns"]].index("paid_amount")
    assert (code, table["table"], sorted(row[place] for row in table["rows"])) == (
        0,
        "order_facts",
        ["100.00", "65.90"],
    )


_VALUES = {"metric": "aov", "order": "4999000000000010001", "sku": "POT", "buyer": "nobody", "code": "POT"}
_NEEDED = {
    name: [f"{one.name}={_VALUES[one.name]}" for one in entry.question.parameters if one.required]
    for name, entry in QUESTIONS.items()
}


@pytest.mark.parametrize("name", sorted(QUESTIONS))
def test_every_question_is_answered(closed: Path, ask: Ask, name: str) -> None:
    given = _NEEDED.get(name, [])
    code, answer = ask(closed, "ask", name, *given)
    assert code == 0
    assert all(len(row) == len(answer["columns"]) for row in answer["rows"])
    assert {"columns", "rows", "generation", "as_of", "notes", "is_cut", "total"} == set(answer)


def test_one_order_across_all_tables(closed: Path, ask: Ask) -> None:
    _, answer = ask(closed, "ask", "order", "order=4999000000000010001")
    tables = {row[0] for row in answer["rows"]}
    assert {"orders", "order_lines", "order_facts", "line_facts"} <= tables


def test_lineage_leads_from_a_figure_to_its_files(closed: Path, ask: Ask) -> None:
    _, answer = ask(closed, "ask", "lineage", "metric=paid_amount")
    files = {(row[1], row[3]) for row in answer["rows"] if row[0] == "file"}
    assert ("ExportOrderList202607081818.csv", "orders") in files
    assert ("ExportOrderDetailList202607081819.csv", "order_lines") in files


def test_listings_are_linked_by_their_own_codes(closed: Path, ask: Ask) -> None:
    _, answer = ask(closed, "ask", "unmapped_skus")
    assert [row[4] for row in answer["rows"]] == ["勺子"]


def test_importing_again_changes_nothing(copied: Path, ask: Ask, tmp_path: Path) -> None:
    _, before = ask(copied, "metrics", "gmv,paid_amount,orders", "--by", "shop")
    code, report = ask(copied, "import", str(write_exports(tmp_path / "again")), "--shop", "小店")
    assert code == 0
    assert [(f["status"], f["rows_seen"], f["rows_accepted"], f["rows_duplicate"]) for f in report["files"]] == [
        ("duplicate", 3, 0, 3)
    ] * 2
    _, after = ask(copied, "metrics", "gmv,paid_amount,orders", "--by", "shop")
    assert after["rows"] == before["rows"]


def test_a_dry_run_reports_and_leaves_the_books(copied: Path, ask: Ask, tmp_path: Path) -> None:
    before = sorted(path.relative_to(copied) for path in (copied / "received").rglob("*"))
    (tmp_path / "ExportOrderList202607111818.csv").write_text(DAMAGED, "gb18030")
    code, report = ask(copied, "import", str(tmp_path / "ExportOrderList202607111818.csv"), "--dry-run")
    assert (code, report["dry_run"], report["generation"]) == (4, True, None)
    assert sorted(path.relative_to(copied) for path in (copied / "received").rglob("*")) == before


def test_refused_rows_are_corrected_and_imported_again(copied: Path, ask: Ask, tmp_path: Path) -> None:
    export = tmp_path / "ExportOrderList202607111818.csv"
    export.write_text(DAMAGED, "gb18030")
    code, report = ask(copied, "import", str(export), "--shop", "小店")
    [file] = report["files"]
    assert (code, file["rows_seen"], file["rows_accepted"], file["rows_refused"]) == (4, 2, 0, 2)
    assert [(r["row"], r["column"], r["code"]) for r in file["refusals"]] == [
        (2, "订单编号", "id_damaged"),
        (3, "买家应付货款", "money_unreadable"),
    ]
    out = tmp_path / "refused.csv"
    assert ask(copied, "refused", "--out", str(out))[0] == 0
    with out.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["问题行号"] for row in rows] == ["2", "3"]
    _, shown = ask(copied, "refused", report["import_id"])
    in_the_books = [json.loads(row["cells"])["买家会员名"] for row in shown["rows"]]
    assert (in_the_books, "*" in {row["买家会员名"] for row in rows}) == (["*", "*"], False)
    corrected = out.read_text("utf-8-sig").replace("4.999E+18", "4999000000000010004").replace("八元", "8.00")
    (tmp_path / "ExportOrderList202607121818.csv").write_text(corrected, "utf-8-sig")
    code, report = ask(copied, "import", str(tmp_path / "ExportOrderList202607121818.csv"), "--shop", "小店")
    assert (code, report["files"][0]["rows_accepted"], report["files"][0]["rows_refused"]) == (0, 2, 0)


def test_a_person_answers_a_decision(copied: Path, ask: Ask) -> None:
    _, found = ask(copied, "todo", "--all")
    first = found["decisions"][0]
    assert {"decision_id", "kind", "verdict", "impact_amount", "reasons", "answer"} <= set(first)
    code, said = ask(copied, "dismiss", first["decision_id"][:8], "--why", "已知")
    assert (code, said["decision_id"], said["verdict"]) == (0, first["decision_id"], "dismiss")
    _, again = ask(copied, "todo", "--all")
    assert {d["decision_id"]: (d["answer"], d["why"]) for d in again["decisions"]}[first["decision_id"]] == (
        "dismiss",
        "已知",
    )


def test_a_link_is_confirmed_and_undone(copied: Path, ask: Ask) -> None:
    _, before = ask(copied, "ask", "unmapped_skus")
    alias = ["taobao/小店", "勺子|", "--kind", "title"]
    assert ask(copied, "link", "confirm", *alias, "--sku", "SPOON")[0] == 0
    assert ask(copied, "close", "--as-of", "2026-07-31")[0] == 0
    _, links = ask(copied, "ask", "sku_links", "status=confirmed")
    assert [row[:4] for row in links["rows"]] == [["taobao/小店", "title", "勺子|", "SPOON"]]
    assert (len(before["rows"]), ask(copied, "ask", "unmapped_skus")[1]["rows"]) == (1, [])
    assert ask(copied, "link", "undo", *alias)[0] == 0
    assert ask(copied, "close", "--as-of", "2026-07-31")[0] == 0
    assert ask(copied, "ask", "unmapped_skus")[1]["rows"] == before["rows"]


def test_old_books_are_read_as_they_were(copied: Path, ask: Ask, tmp_path: Path) -> None:
    _, old = ask(copied, "metrics", "gmv")
    later = tmp_path / "ExportOrderList202607091818.csv"
    later.write_text(DAMAGED.replace("4.999E+18", "4999000000000010004").replace("八元", "8.00"), "gb18030")
    assert ask(copied, "import", str(later), "--shop", "小店")[0] == 0
    _, new = ask(copied, "metrics", "gmv")
    assert (old["rows"], new["rows"]) == ([["185.90"]], [["200.90"]])
    assert ask(copied, "metrics", "gmv", "--generation", str(old["generation"]))[1]["rows"] == old["rows"]


def test_a_backup_answers_alike_elsewhere(copied: Path, ask: Ask, tmp_path: Path) -> None:
    file, elsewhere = tmp_path / "books.zip", tmp_path / "elsewhere"
    assert ask(copied, "backup", str(file))[0] == 0
    assert ask(elsewhere, "restore", str(file))[0] == 0
    for question in ("files", "sku_links", "decisions", "quality"):
        assert ask(elsewhere, "ask", question)[1] == ask(copied, "ask", question)[1]
    code, told = ask(elsewhere, "restore", str(file))
    assert (code, told["error"]["code"]) == (4, "directory_not_empty")


def test_a_backup_that_was_touched_is_refused(copied: Path, ask: Ask, tmp_path: Path) -> None:
    file, elsewhere = tmp_path / "books.zip", tmp_path / "elsewhere"
    assert ask(copied, "backup", str(file))[0] == 0
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 0xFF
    file.write_bytes(content)
    code, told = ask(elsewhere, "restore", str(file))
    assert (code, told["error"]["code"]) == (4, "backup_damaged")
    assert not elsewhere.exists()


def test_tables_are_exported(closed: Path, ask: Ask, tmp_path: Path) -> None:
    code, told = ask(closed, "export", str(tmp_path / "out"), "--tables", "orders", "--as", "csv")
    assert (code, [file["rows"] for file in told["files"]]) == (0, [3])
    with (tmp_path / "out" / "orders.csv").open(encoding="utf-8-sig", newline="") as stream:
        assert [row["platform_order_id"] for row in csv.DictReader(stream)] == [
            "4999000000000010001", "4999000000000010002", "4999000000000010003",
        ]  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "code", "error"),
    [
        (["metrics", "nosuch"], 2, "unknown_metric"),
        (["ask", "nosuch"], 2, "question_unknown"),
        (["ask", "order"], 2, "parameter_missing"),
        (["ask", "files", "colour=red"], 2, "parameter_unknown"),
        (["ask", "reconciliation", "period=soon"], 2, "parameter_invalid"),
        (["metrics", "gmv", "--generation", "99999"], 2, "generation_unknown"),
        (["import", "/nowhere/at/all.csv"], 2, "path_missing"),
        (["import", "x", "--channel", "nosuch"], 2, "channel_unknown"),
        (["accept", "ffff"], 2, "decision_unknown"),
        (["bogus"], 2, "usage"),
    ],
)
def test_errors_have_one_shape_and_a_next_step(
    closed: Path, ask: Ask, arguments: list[str], code: int, error: str
) -> None:
    found, told = ask(closed, *arguments)
    assert (found, told["error"]["code"]) == (code, error)
    assert set(told["error"]) == {"code", "fields", "message", "next"}
    assert told["error"]["message"] and told["error"]["next"]


def test_a_directory_without_workspace_says_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["-w", str(tmp_path), "todo", "--lang", "zh"]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err == f"{tmp_path} 里没有工作区。\n先运行 zhanggui init {tmp_path}，或用 --workspace 指定目录。\n"


def test_an_empty_workspace_has_nothing_to_close(tmp_path: Path, ask: Ask) -> None:
    assert ask(tmp_path / "w", "init", str(tmp_path / "w"))[0] == 0
    code, told = ask(tmp_path / "w", "metrics", "gmv")
    assert (code, told["error"]["code"]) == (2, "nothing_imported")


def test_people_read_chinese_and_english(closed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for lang, word in (("zh", "实付金额"), ("en", "Paid")):
        assert run(["-w", str(closed), "metrics", "paid_amount", "--lang", lang]) == 0
        told = capsys.readouterr()
        assert word in told.out
        assert "165.90" in told.out
        assert "165.90" not in told.err
