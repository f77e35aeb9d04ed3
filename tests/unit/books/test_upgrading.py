"""The way up: what an earlier release wrote is there afterwards, a step that fails leaves nothing, and newer records are left alone."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError, OperationalError

import zhanggui.books
from zhanggui.books import AuditEntry, Books, Verdict
from zhanggui.books.opening import open_engine, writing
from zhanggui.books.tables import METADATA
from zhanggui.books.upgrade import NEWEST, BooksNewer, read_step

MORNING = datetime(2026, 7, 1, 8)


@pytest.fixture
def first_release(tmp_path: Path) -> Path:
    """Records as the first release wrote them: a verdict, an act, and jobs in three states."""
    path = tmp_path / "books.sqlite"
    engine = open_engine(f"sqlite:///{path}")
    config = Config()
    config.set_main_option("script_location", str(Path(zhanggui.books.__file__).parent / "migrations"))
    with writing(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        for statement in (
            "INSERT INTO verdicts (decision_id, verdict, actor, decided_at) VALUES ('d1', 'accept', 'wang', :at)",
            "INSERT INTO audit (at, actor, action, subject, detail) VALUES (:at, 'wang', 'decision.accept', 'd1', '{}')",
            "INSERT INTO jobs VALUES ('j1', 'import', 'done', :at, :at, '{\"rows\": 3}')",
            "INSERT INTO jobs VALUES ('j2', 'close', 'failed', :at, :at, '{\"code\": \"fault\"}')",
            "INSERT INTO jobs VALUES ('j3', 'close', 'running', :at, NULL, '{}')",
        ):
            connection.execute(text(statement), {"at": "2026-07-01 08:00:00.000000"})
    engine.dispose()
    return path


def test_what_the_first_release_wrote_is_there_after_the_upgrade(first_release: Path) -> None:
    books = Books.at(first_release)
    assert read_step(books.engine) == NEWEST
    assert books.read_verdicts() == {"d1": Verdict("d1", "accept", "wang", MORNING)}
    assert books.read_audit() == [AuditEntry(MORNING, "wang", "decision.accept", "d1", {}, "local", None, None)]
    with books.reading() as records:
        told = records.execute(text("SELECT job_id, state, created_by, result, error, started_at FROM jobs ORDER BY 1"))
        at = "2026-07-01 08:00:00.000000"
        assert [tuple(row) for row in told] == [
            ("j1", "done", "local", '{"rows": 3}', None, at),
            ("j2", "failed", "local", None, '{"code": "fault"}', at),
            ("j3", "stopped", "local", None, None, at),
        ]


def test_the_upgraded_tables_are_those_of_a_new_workspace(first_release: Path, tmp_path: Path) -> None:
    def shape(path: Path) -> dict[str, list[tuple[str, str, bool]]]:
        inspector = inspect(Books.at(path).engine)
        return {
            name: [(c["name"], str(c["type"]), bool(c["nullable"])) for c in inspector.get_columns(name)]
            for name in inspector.get_table_names()
        }

    upgraded = shape(first_release)
    assert upgraded == shape(tmp_path / "new.sqlite")
    assert set(upgraded) - {"alembic_version"} == set(METADATA.tables)


def test_an_upgraded_audit_is_still_append_only(first_release: Path) -> None:
    books = Books.at(first_release)
    for statement in ("DELETE FROM audit", "UPDATE audit SET actor = 'x'", "REPLACE INTO audit SELECT * FROM audit"):
        with pytest.raises(IntegrityError, match="append-only"), books.writing() as records:
            records.execute(text(statement))


def test_a_step_that_fails_leaves_the_records_as_they_were(first_release: Path) -> None:
    engine = open_engine(f"sqlite:///{first_release}")
    with writing(engine) as connection:  # in the way of the step's last table but one
        connection.execute(text("CREATE TABLE settings (x INTEGER)"))
    before = set(inspect(engine).get_table_names())
    with pytest.raises(OperationalError):
        Books.at(first_release)
    assert set(inspect(engine).get_table_names()) == before
    assert read_step(engine) == "0001"
    with writing(engine) as connection:
        connection.execute(text("DROP TABLE settings"))
    engine.dispose()
    assert read_step(Books.at(first_release).engine) == NEWEST


def test_many_who_open_at_once_upgrade_once(first_release: Path) -> None:
    with ThreadPoolExecutor(4) as crew:
        opened = list(crew.map(lambda _: Books.at(first_release), range(4)))
    assert [list(books.read_verdicts()) for books in opened] == [["d1"]] * 4


def test_records_of_a_newer_release_are_left_alone(first_release: Path) -> None:
    books = Books.at(first_release)
    with books.writing() as records:
        records.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    books.close()
    with pytest.raises(BooksNewer) as refused:
        Books.at(first_release)
    assert refused.value.fields == {"step": "9999", "known": NEWEST}
