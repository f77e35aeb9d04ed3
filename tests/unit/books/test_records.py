"""The records: what was said stays said, the newest counts, and the audit cannot be rewritten."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError

from zhanggui.books import AuditEntry, Books, BundlePart, LinkVerdict, Verdict
from zhanggui.books.tables import METADATA
from zhanggui.books.upgrade import NEWEST, read_step, upgrade_records

MORNING, NOON = datetime(2026, 7, 1, 8), datetime(2026, 7, 1, 12)


@pytest.fixture
def books(tmp_path: Path) -> Books:
    return Books.at(tmp_path / "books.sqlite")


def test_the_newest_verdict_counts(books: Books) -> None:
    books.add_verdict(Verdict("d1", "accept", "wang", MORNING))
    books.add_verdict(Verdict("d1", "snooze", "li", NOON, "等对账单", date(2026, 7, 9)))
    assert books.read_verdicts() == {"d1": Verdict("d1", "snooze", "li", NOON, "等对账单", date(2026, 7, 9))}


def test_every_word_on_a_link_is_kept_in_order(books: Books) -> None:
    words = [
        LinkVerdict("taobao/main", "listing", "L1|", "confirm", "wang", MORNING, "A"),
        LinkVerdict("taobao/main", "listing", "L1|", "undo", "wang", NOON),
    ]
    for word in words:
        books.add_link_verdict(word)
    assert books.read_link_verdicts() == words


def test_a_component_of_zero_is_taken_out(books: Books) -> None:
    books.add_bundle_part(BundlePart("SET", "A", Decimal("2"), "wang", MORNING))
    books.add_bundle_part(BundlePart("SET", "B", Decimal("1.5"), "wang", MORNING))
    books.add_bundle_part(BundlePart("SET", "A", Decimal("0"), "wang", NOON))
    assert books.read_bundle_parts() == [BundlePart("SET", "B", Decimal("1.5"), "wang", MORNING)]


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM audit",
        "UPDATE audit SET actor = 'nobody'",
        "INSERT OR REPLACE INTO audit (audit_id, at, actor, action, subject, detail, actor_kind) "
        "VALUES (1, '2026-07-01', 'nobody', 'x', 'y', '{}', 'local')",
    ],
)
def test_nobody_rewrites_the_audit(books: Books, statement: str) -> None:
    entry = AuditEntry(MORNING, "wang", "decision.accept", "d1", {"why": None})
    books.add_audit(entry)
    with pytest.raises(IntegrityError, match="append-only"), books.engine.begin() as connection:
        connection.execute(text(statement))
    assert books.read_audit() == [entry]


def test_the_migrations_make_what_the_tables_declare(books: Books) -> None:
    inspector = inspect(books.engine)
    made = {name: {c["name"] for c in inspector.get_columns(name)} for name in inspector.get_table_names()}
    assert made.pop("alembic_version") == {"version_num"}
    assert made == {table.name: set(table.columns.keys()) for table in METADATA.sorted_tables}


def test_upgrading_twice_does_nothing(books: Books) -> None:
    assert read_step(books.engine) == NEWEST
    assert upgrade_records(books.engine) is False


def test_what_was_written_is_there_after_reopening(tmp_path: Path) -> None:
    first = Books.at(tmp_path / "books.sqlite")
    first.add_verdict(Verdict("d1", "accept", "wang", MORNING))
    first.close()
    assert list(Books.at(tmp_path / "books.sqlite").read_verdicts()) == ["d1"]
