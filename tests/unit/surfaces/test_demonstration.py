"""The demonstration: everything in it says that it is simulated, its books are true, and its console ends."""

from __future__ import annotations

import re
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.house.checkout import SOURCE
from zhanggui.app import demo, demo_server
from zhanggui.app.errors import DirectoryNotEmpty
from zhanggui.app.people import needs_set_up
from zhanggui.app.settings import read_all
from zhanggui.app.simulating import Order
from zhanggui.app.workspace import open_workspace
from zhanggui.kernel.phrases import phrases
from zhanggui.shopsim.scenario import load_scenario
from zhanggui.surfaces.api.idling import IdleWatch
from zhanggui.surfaces.cli.main import run


def wait_until(is_so: Callable[[], bool], seconds: float = 30) -> bool:
    """Whether it becomes so in time."""
    give_up_at = time.monotonic() + seconds
    while not is_so() and time.monotonic() < give_up_at:
        time.sleep(0.05)
    return is_so()


def test_every_name_says_that_it_is_simulated() -> None:
    told = demo.labelled(load_scenario("gift_shop"))
    assert told.company.name == "青禾礼品（模拟 simulated）"
    assert all(shop.code.endswith("·模拟simulated") and shop.name.endswith("·模拟simulated") for shop in told.shops)
    codes = {shop.code for shop in told.shops}
    assert {event.shop for event in told.events} - {""} <= codes


def test_what_is_planted_in_a_year_is_gathered_into_the_days_shown() -> None:
    year = load_scenario("gift_shop")
    told = demo.gathered(year, 73)
    assert [event.kind for event in told.events] == [event.kind for event in year.events]
    assert [(event.day, event.days) for event in told.events][:3] == [(8, 15), (12, 2), (15, 2)]
    assert all(event.day < 73 for event in told.events)


def test_every_kind_of_comparison_has_a_name_in_both_languages() -> None:
    source = "".join(path.read_text("utf-8") for path in sorted((SOURCE / "app").glob("proving*.py")))
    kinds = {kind.replace(" ", "_") for kind in re.findall(r'differences\("([a-z ]+)"', source)} | {"fees"}
    assert {"order", "ledger", "stock", "parcel_charge"} <= kinds
    missing = [
        (kind, lang) for kind in sorted(kinds) for lang in ("zh", "en") if f"demo.kind.{kind}" not in phrases(lang)
    ]
    assert missing == []


def test_only_what_a_demonstration_made_is_taken_away(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear", "utf-8")
    with pytest.raises(DirectoryNotEmpty):
        demo.clear(tmp_path)
    for name in demo.PARTS:
        (tmp_path / name).mkdir()
    demo.clear(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


@pytest.fixture
def served(copied: Path, tmp_path: Path) -> Iterator[tuple[Path, Path]]:
    """A demonstration's directory and its books; whatever serves them at the end is ended."""
    home = tmp_path / "demo"
    home.mkdir()
    shutil.move(copied, home / "simulated-books")
    yield home, home / "simulated-books"
    demo_server.stop_console(home)


def test_the_console_outlives_its_starter_until_it_is_stopped(
    served: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    home, books = served
    address = demo_server.start_console(home, books, port=0)
    assert demo_server.find_address(books) == address
    with urlopen(f"{address}/api/v1/health", timeout=10) as answer:
        assert answer.status == 200
    assert run(["demo", "--stop", "--dir", str(home), "--lang", "en"]) == 0
    assert capsys.readouterr().out == "The demonstration's console was stopped.\n"
    assert demo_server.find_address(books) == ""
    assert run(["demo", "--stop", "--dir", str(home), "--lang", "en"]) == 0
    assert capsys.readouterr().out == "No console of a demonstration is running.\n"


def test_the_console_ends_when_nobody_asks_anything(served: tuple[Path, Path]) -> None:
    home, books = served
    demo_server.start_console(home, books, port=0, idle_minutes=0.02)
    assert wait_until(lambda: demo_server.find_address(books) == "")


def test_another_server_of_the_books_is_never_ended(served: tuple[Path, Path]) -> None:
    home, books = served
    address = demo_server.start_console(home, books, port=0)
    note = home / demo_server.NOTE
    kept = note.read_bytes()
    note.write_bytes(kept.replace(address.encode(), b"http://127.0.0.1:1"))
    assert demo_server.stop_console(home) is False
    assert demo_server.find_address(books) == address
    note.write_bytes(kept)


def test_idleness_is_counted_from_the_last_question_and_never_while_somebody_works() -> None:
    stopped, is_working = threading.Event(), [True]
    watch = IdleWatch(0.2, lambda: is_working[0], stopped.set)
    watch.start()
    assert not stopped.wait(0.5)
    is_working[0] = False
    assert stopped.wait(5)


@pytest.mark.slow
def test_the_books_of_the_simulated_seller_are_true(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "_show_panel", lambda home, _: demo.Part(home, (), (), None))  # type: ignore[arg-type]
    shown = demo.run_demo(tmp_path, order=Order("gift_shop", 3, 20, 0.05))
    books = open_workspace(shown.seller.workspace)
    assert shown.is_true
    assert {check.different for check in shown.checks} == {0}
    assert sum(check.compared for check in shown.checks if check.kind == "order") == shown.simulated.counts["orders"]
    assert not needs_set_up(books)
    assert read_all(books)["close_at"] == ""
    assert shown.seller.todo.as_of == shown.simulated.as_of
