"""`zhanggui simulate`: whole or not there, the same bytes for the same seed, and files that import without a hint."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from zhanggui.app import simulating
from zhanggui.app.callers import local_caller
from zhanggui.app.catalogue import run_command
from zhanggui.app.commanding import Commanded
from zhanggui.app.errors import ParameterInvalid, TooManySimulations
from zhanggui.app.jobs import kinds_of
from zhanggui.app.workspace import open_workspace
from zhanggui.shopsim.scenario import ScenarioUnknown
from zhanggui.surfaces.cli.main import run

Ask = Callable[..., Any]
SMALL = ["--days", "6", "--scale", "0.02"]


def digests(directory: Path) -> dict[str, str]:
    """Every file below a directory by its name."""
    files = (path for path in sorted(directory.rglob("*")) if path.is_file())
    return {path.relative_to(directory).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.fixture(scope="session")
def seller(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six days of a very small gift shop."""
    place = tmp_path_factory.mktemp("simulated") / "seller"
    assert run(["simulate", "gift_shop", "--out", str(place), "--seed", "7", *SMALL]) == 0
    return place


def test_what_was_written_is_told(tmp_path: Path, ask: Ask) -> None:
    code, told = ask(tmp_path, "simulate", "gift_shop", "--out", str(tmp_path / "s"), "--seed", "7", *SMALL)
    [one] = told["sellers"]
    orders = pq.read_table(tmp_path / "s" / "truth" / "orders.parquet")
    assert (code, told["scenario"], told["seed"]) == (0, "gift_shop", 7)
    assert (one["from"], one["to"], one["as_of"]) == ("2025-01-01", "2025-01-06", "2025-01-07")
    assert (one["company"], one["currency"], one["orders"]) == ("青禾礼品", "CNY", orders.num_rows)
    assert one["files"] == len([path for path in (tmp_path / "s" / "files").rglob("*") if path.is_file()])
    assert one["shops"] == ["taobao/青禾礼品", "jd/青禾礼品", "pdd/青禾小铺", "douyin/青禾礼物", "xhs/青禾手作"]


def test_the_same_seed_gives_the_same_bytes_over_an_earlier_one(seller: Path, tmp_path: Path) -> None:
    place = tmp_path / "again"
    assert run(["simulate", "gift_shop", "--out", str(place), "--seed", "8", *SMALL]) == 0
    assert digests(place) != digests(seller)
    assert run(["simulate", "gift_shop", "--out", str(place), "--seed", "7", *SMALL]) == 0
    assert digests(place) == digests(seller)
    assert [path.name for path in tmp_path.iterdir()] == ["again"]


def test_the_two_commands_that_it_names_make_books(
    seller: Path, tmp_path: Path, ask: Ask, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["simulate", "gift_shop", "--out", str(tmp_path / "s"), *SMALL, "--lang", "en"]) == 0
    told = capsys.readouterr().out
    assert f"zhanggui init {tmp_path}/s-books --settings {tmp_path}/s/zhanggui.toml" in told
    assert f"zhanggui --workspace {tmp_path}/s-books import {tmp_path}/s/files" in told
    assert "close the books as of 2025-01-07" in told
    code, made = ask(tmp_path / "b", "init", "--settings", str(seller / "zhanggui.toml"))
    assert (code, made["company"], made["base_currency"]) == (0, "青禾礼品", "CNY")
    code, report = ask(tmp_path / "b", "import", str(seller / "files"))
    assert code == 0
    assert {file["shop"] for file in report["files"]} == {
        "taobao/青禾礼品", "jd/青禾礼品", "pdd/青禾小铺", "douyin/青禾礼物", "xhs/青禾手作",
        "bank/company", "1688/company", "express/company", "jushuitan/company",
    }  # fmt: skip
    _, orders = ask(tmp_path / "b", "metrics", "orders")
    made_orders = pq.read_table(seller / "truth" / "orders.parquet").num_rows
    assert orders["rows"] == [[made_orders]]


def test_what_is_no_simulation_is_left_alone(tmp_path: Path, ask: Ask) -> None:
    place = tmp_path / "mine"
    place.mkdir()
    (place / "letter.txt").write_text("dear", "utf-8")
    code, told = ask(tmp_path, "simulate", "gift_shop", "--out", str(place), *SMALL)
    assert (code, told["error"]["code"]) == (4, "directory_not_empty")
    assert digests(tmp_path) == {"mine/letter.txt": hashlib.sha256(b"dear").hexdigest()}


def test_books_that_were_made_in_it_are_left_alone(seller: Path, tmp_path: Path) -> None:
    (tmp_path / "SIMULATED.txt").touch()
    (tmp_path / "secret.key").touch()
    with pytest.raises(simulating.DirectoryNotEmpty):
        simulating.check_place(tmp_path)


def test_a_simulation_that_breaks_off_leaves_the_earlier_one(
    seller: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "s"
    simulating.simulate_sellers(place, simulating.Order("gift_shop", 7, 6, 0.02))
    before = digests(place)

    def break_off(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("zhanggui.shopsim.simulated.write_truth", break_off)
    with pytest.raises(KeyboardInterrupt):
        simulating.simulate_sellers(place, simulating.Order("gift_shop", 8, 6, 0.02))
    assert digests(place) == before
    assert [path.name for path in tmp_path.iterdir()] == ["s"]


def test_the_shipped_scenarios_are_listed(tmp_path: Path, ask: Ask) -> None:
    _, told = ask(tmp_path, "simulate", "--list")
    assert [(one["name"], one["sellers"], len(one["channels"])) for one in told["scenarios"]] == [
        ("cross_border_home", 1, 4), ("fruit_farm", 1, 3), ("gift_shop", 1, 5), ("service_centre", 1000, 6),
    ]  # fmt: skip


def test_sellers_of_a_template_get_a_folder_each(tmp_path: Path, ask: Ask) -> None:
    out = tmp_path / "centre"
    code, told = ask(tmp_path, "simulate", "service_centre", "--out", str(out), "--sellers", "2", "--days", "3")
    assert (code, [Path(one["directory"]).name for one in told["sellers"]]) == (
        0, ["service_centre-0001", "service_centre-0002"],
    )  # fmt: skip
    assert sorted(path.name for path in out.iterdir()) == [
        "SIMULATED.txt",
        "service_centre-0001",
        "service_centre-0002",
    ]


@pytest.mark.parametrize(
    ("arguments", "code", "error"),
    [
        (["nowhere", "--out", "{}"], 4, "scenario_unknown"),
        (["gift_shop"], 2, "usage"),
        (["gift_shop", "--out", "{}", "--sellers", "2"], 2, "parameter_invalid"),
        (["gift_shop", "--out", "{}", "--days", "4000"], 2, "parameter_invalid"),
        (["gift_shop", "--out", "{}", "--scale", "0"], 2, "parameter_invalid"),
        (["gift_shop", "--out", "{}", "--lines", "10"], 2, "usage"),
        (["gift_shop", "--out", "{}", "--canonical", "--scale", "2"], 2, "usage"),
    ],
)
def test_what_cannot_be_meant_is_refused(arguments: list[str], code: int, error: str, tmp_path: Path, ask: Ask) -> None:
    out = tmp_path / "s"
    told = ask(tmp_path, "simulate", *(each.format(out) for each in arguments))
    assert (told[0], told[1]["error"]["code"], out.exists()) == (code, error, False)


def test_a_job_writes_inside_the_workspace_only(closed: Path, copied: Path) -> None:
    given = Commanded(open_workspace(copied), local_caller("tester"))
    told = {"scenario": "gift_shop", "days": 6, "seed": 7, "size_percent": 2, "name": "week"}
    found = run_command(given, "simulate", told)
    assert (found["name"], found["directory"], found["to"]) == ("week", "simulations/week", "2025-01-06")
    assert (copied / "simulations" / "week" / "SIMULATED.txt").is_file()
    assert "simulate" in kinds_of("reading")
    json.dumps(found)
    for wrong in ("../out", "/tmp/x", "A", ".hidden", "a" * 65):
        with pytest.raises(ParameterInvalid):
            run_command(given, "simulate", {**told, "name": wrong})
    with pytest.raises(ScenarioUnknown):  # a path would read what lies on the server
        run_command(given, "simulate", {**told, "scenario": str(copied / "zhanggui.toml")})
    with pytest.raises(ParameterInvalid):
        run_command(given, "simulate", {**told, "days": 367})


def test_a_workspace_keeps_so_many_and_no_more(copied: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(simulating, "MAX_KEPT_SIMULATIONS", 1)
    (copied / "simulations" / "first").mkdir(parents=True)
    given = Commanded(open_workspace(copied), local_caller("tester"))
    with pytest.raises(TooManySimulations):
        run_command(given, "simulate", {"scenario": "gift_shop", "days": 3})
