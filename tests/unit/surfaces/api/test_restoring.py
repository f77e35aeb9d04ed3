"""Restoring by clicking: the backup is brought, the job prepares it, the server switches over and asks everybody to sign in."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from tests.served import API, PASSWORD, error_of, signed_in
from zhanggui.app.jobs import job_records
from zhanggui.app.restoring import find_plan
from zhanggui.app.working import run_job
from zhanggui.kernel.clock import now_utc
from zhanggui.surfaces.api.serving import Service


def run_waiting(service: Service, kind: str) -> str:
    """What a worker does."""
    job = job_records(service.workspace).claim([kind], 1, now_utc())
    assert job is not None
    return run_job(service.workspace, job, threading.Event())


def test_a_backup_is_made_taken_home_brought_back_and_restored(own: Path) -> None:
    with signed_in(own) as client:
        service: Service = client.app.state.service  # type: ignore[attr-defined]
        assert client.post(f"{API}/commands/backup").status_code == 202
        assert run_waiting(service, "backup") == "done"
        [made] = client.get(f"{API}/backups").json()["backups"]
        taken = client.get(f"{API}/backups/{made['name']}").content
        assert len(taken) == made["bytes"]
        assert client.put(f"{API}/settings", json={"company": "后来改名"}).json()["company"] == "后来改名"
        asked = client.get(f"{API}/questions/orders").content
        brought = client.post(f"{API}/backups", content=taken, headers={"Content-Type": "application/zip"})
        assert (brought.status_code, brought.json()["bytes"]) == (201, made["bytes"])
        name = brought.json()["name"]
        assert client.post(f"{API}/commands/check-backup", json={"name": name}).status_code == 202
        assert run_waiting(service, "check-backup") == "done"
        answer = client.post(f"{API}/commands/restore-here", json={"name": name})
        assert answer.status_code == 202
        assert service.crew._is_exchanging() is False
        assert run_waiting(service, "restore-here") == "done"
        assert service.crew._is_exchanging() is True
        assert find_plan(own) is None
        assert service.crew._is_exchanging() is False
        gone = client.get(f"{API}/session")
        assert (gone.status_code, error_of(gone)) == (401, "not_authenticated")
        client.cookies.clear()
        client.post(f"{API}/session", json={"name": "owner", "password": PASSWORD})
        assert client.get(f"{API}/session").json()["company"] == "测试小店"
        assert client.get(f"{API}/questions/orders").content == asked
        job = client.get(f"{API}/jobs/{answer.json()['job']['job_id']}").json()
        assert (job["state"], job["result"]["name"]) == ("done", name)


def test_what_was_prepared_by_a_job_that_did_not_end_is_given_up(own: Path) -> None:
    with signed_in(own) as client:
        service: Service = client.app.state.service  # type: ignore[attr-defined]
        (own / "restoring").mkdir()
        (own / "restoring.json").write_text('{"name": "a", "kept": "b", "actor": "c", "actor_kind": "person"}')
        assert service.crew._is_exchanging() is True
        assert find_plan(own) is None
        assert not (own / "restoring").exists()
        assert client.get(f"{API}/session").status_code == 200


def test_nobody_is_answered_while_it_is_switched(own: Path) -> None:
    with signed_in(own) as client:
        client.app.state.service.is_exchanging = True  # type: ignore[attr-defined]
        for path in ("/session", "/questions/orders", "/jobs", "/catalogue"):
            wait = client.get(f"{API}{path}")
            assert (wait.status_code, error_of(wait)) == (503, "restore_under_way")
        assert client.get(f"{API}/health").status_code == 200


@pytest.mark.parametrize(("name", "status"), [("operator", 403), ("owner", 400)])
def test_only_the_owner_brings_backups_and_only_backups_are_taken(own: Path, name: str, status: int) -> None:
    with signed_in(own, name) as client:
        refused = client.post(f"{API}/backups", content=b"PK\x03\x04", headers={"Content-Type": "application/zip"})
        assert refused.status_code == status
    assert not (own / "backups").exists()
    assert [path for path in (own / "staging").iterdir() if path.name.startswith("brought-")] == []
