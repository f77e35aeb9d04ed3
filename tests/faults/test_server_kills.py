"""A server killed in the middle of an import or a close: nothing is half-done, and the next server goes on.

The kill is SIGKILL to the server alone; its worker must notice by itself. Which moment is hit is decided by named
places in the warehouse, where the worker kills itself, and by watching the job for the server.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.planted import keep, make_planted
from tests.served import API, PASSWORD, let_in
from tests.unit.surfaces.conftest import write_exports
from zhanggui.app.catalogue import answer_question
from zhanggui.app.jobs import cancel_job, find_job, submit_close, submit_job
from zhanggui.app.rooms import make_room
from zhanggui.app.uploads import Waiting, open_upload
from zhanggui.app.workspace import Settings, Workspace, create_workspace
from zhanggui.books.jobs import Job
from zhanggui.warehouse.faults import VARIABLE

CHECKOUT = Path(__file__).parents[2]
HANG_SECONDS = 90.0
DRAIN_SECONDS = 10.0

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="kills by signal")


@contextmanager
def server(home: Path, **environment: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A real server on a free port of the loopback; gives its process and address."""
    program = [sys.executable, "-m", "zhanggui.surfaces.cli.main", "-w", str(home), "serve", "--port", "0", "--json"]
    process = subprocess.Popen(
        program, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True, env={**os.environ, **environment}
    )
    try:
        assert process.stdout is not None
        address = json.loads("".join(iter(process.stdout.readline, "}\n")) + "}")["address"]
        wait_until(lambda: is_healthy(address))
        yield process, address
    finally:
        process.kill()
        process.communicate()


def is_healthy(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/api/v1/health", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def wait_until(is_so: Any) -> None:
    give_up_at = time.monotonic() + HANG_SECONDS
    while not is_so():
        assert time.monotonic() < give_up_at, "it hangs"
        time.sleep(0.05)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """An empty workspace."""
    return create_workspace(tmp_path / "workspace", Settings(company="测试"))


@pytest.fixture
def planted_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed workspace with something to take out; not to be changed."""
    return keep(tmp_path_factory, "planted", make_planted) / "workspace"


def upload(workspace: Workspace, tmp_path: Path) -> str:
    """Two exports that wait in an upload; gives its id."""
    room = open_upload(workspace)
    waiting = []
    for number, path in enumerate(sorted(write_exports(tmp_path / "exports").iterdir())):
        room.place(number).write_bytes(path.read_bytes())
        waiting.append(Waiting(room.place(number), path.name))
    room.close(waiting)
    return room.upload_id


def state_of(workspace: Workspace, job: Job) -> str:
    return find_job(workspace, job.job_id).state


def rows_of(workspace: Workspace, question: str) -> tuple[tuple[Any, ...], ...]:
    return answer_question(workspace, question, {}).rows


@pytest.mark.parametrize("point", ["publish.before_commit", "publish.after_commit"])
def test_an_import_whose_worker_dies_begins_again(workspace: Workspace, tmp_path: Path, point: str) -> None:
    job = submit_job(workspace, "import", {"upload": upload(workspace, tmp_path), "close": "false"}, "wang")
    with server(workspace.root, **{VARIABLE: point}) as (process, _):
        wait_until(lambda: find_job(workspace, job.job_id).worker_pid is not None)
        died = find_job(workspace, job.job_id).worker_pid
        wait_until(lambda: find_job(workspace, job.job_id).worker_pid != died)
        process.kill()
        process.wait()
    files = len(rows_of(workspace, "files"))
    assert files == (2 if point == "publish.after_commit" else 0)
    with server(workspace.root):
        wait_until(lambda: state_of(workspace, job) == "done")
    assert len(rows_of(workspace, "files")) == 2
    [imported] = rows_of(workspace, "imports")
    assert imported[4] == 6, "every row once"


def test_a_server_that_is_killed_takes_its_worker_with_it(workspace: Workspace, tmp_path: Path) -> None:
    imported = submit_job(workspace, "import", {"upload": upload(workspace, tmp_path), "close": "false"}, "wang")
    with server(workspace.root) as (process, _):
        wait_until(lambda: state_of(workspace, imported) == "done")
        before = rows_of(workspace, "generations")
        closing = submit_close(workspace, "wang")
        assert closing is not None
        wait_until(lambda: find_job(workspace, closing.job_id).stage != "")
        worker = find_job(workspace, closing.job_id).worker_pid
        assert worker is not None
        process.send_signal(signal.SIGKILL)
        process.wait()
        wait_until(lambda: not Path(f"/proc/{worker}").exists())
    assert rows_of(workspace, "generations") == before
    assert state_of(workspace, closing) == "running", "nobody was left to say otherwise"
    with server(workspace.root):
        wait_until(lambda: state_of(workspace, closing) == "stopped")
        again = submit_close(workspace, "wang")
        assert again is not None
        wait_until(lambda: state_of(workspace, again) == "done")
    assert len(rows_of(workspace, "generations")) == len(before) + 1


def test_a_server_that_is_asked_to_stop_does_so_in_time(workspace: Workspace, tmp_path: Path) -> None:
    imported = submit_job(workspace, "import", {"upload": upload(workspace, tmp_path), "close": "false"}, "wang")
    with server(workspace.root) as (process, _):
        wait_until(lambda: state_of(workspace, imported) == "done")
        closing = submit_close(workspace, "wang")
        assert closing is not None
        wait_until(lambda: find_job(workspace, closing.job_id).stage != "")
        process.send_signal(signal.SIGTERM)
        assert process.wait(DRAIN_SECONDS) == 0
    assert state_of(workspace, closing) == "stopped"


def test_a_job_is_cancelled_where_it_is_and_leaves_nothing(workspace: Workspace, tmp_path: Path) -> None:
    imported = submit_job(workspace, "import", {"upload": upload(workspace, tmp_path), "close": "false"}, "wang")
    with server(workspace.root):
        wait_until(lambda: state_of(workspace, imported) == "done")
        before = rows_of(workspace, "generations")
        closing = submit_close(workspace, "wang")
        assert closing is not None
        wait_until(lambda: find_job(workspace, closing.job_id).stage != "")
        cancel_job(workspace, closing.job_id)
        wait_until(lambda: state_of(workspace, closing) == "cancelled")
    assert rows_of(workspace, "generations") == before


def test_a_second_server_is_refused_and_the_command_line_works_beside_the_first(
    workspace: Workspace, tmp_path: Path
) -> None:
    exports = write_exports(tmp_path / "exports")
    line = [sys.executable, "-m", "zhanggui.surfaces.cli.main", "-w", str(workspace.root)]

    def run(*arguments: str) -> tuple[int, str, str]:
        told = subprocess.run(
            [*line, *arguments], cwd=CHECKOUT, capture_output=True, text=True, timeout=HANG_SECONDS, check=False
        )
        return told.returncode, told.stdout, told.stderr

    with server(workspace.root) as (_, address):
        code, _, told = run("serve", "--port", "0", "--lang", "en")
        assert (code, address in told) == (5, True)
        assert run("import", str(exports), "--shop", "小店")[0] == 0
        code, answer, _ = run("metrics", "paid_amount", "--json")
        assert (code, json.loads(answer)["rows"]) == (0, [["165.90"]])
        assert is_healthy(address)


def test_a_download_that_is_cut_off_is_not_taken_for_whole_and_leaves_nothing(workspace: Workspace) -> None:
    let_in(workspace.root)
    backup = workspace.root / "backups" / "zhanggui-20260101-000000.zip"
    backup.parent.mkdir()
    backup.write_bytes(b"x" * (64 << 20))  # more than the sockets hold, so that the server is in the middle of it
    left = make_room(workspace.staging, "download-")
    (left / "owner.pid").write_text("4194303", "ascii")  # as a server that was killed leaves it
    with server(workspace.root) as (process, address):
        assert not left.exists(), "what a dead server left is gone"
        with httpx.Client(base_url=address, headers={"X-Zhanggui": "1", "Origin": address}) as client:
            assert client.post(f"{API}/session", json={"name": "owner", "password": PASSWORD}).status_code == 200
            with client.stream("GET", f"{API}/backups/{backup.name}") as answer:
                assert (answer.status_code, answer.headers["Content-Length"]) == (200, str(64 << 20))
                pieces = answer.iter_raw(1 << 16)
                next(pieces)
                process.kill()
                process.wait()
                with pytest.raises(httpx.TransportError):
                    for _ in pieces:
                        continue
    with server(workspace.root) as (_, address):
        assert is_healthy(address)
        assert list(workspace.staging.iterdir()) == []
    assert backup.stat().st_size == 64 << 20


def test_whoever_goes_away_in_the_middle_of_a_download_leaves_nothing(planted_home: Path, tmp_path: Path) -> None:
    root = Path(shutil.copytree(planted_home, tmp_path / "workspace"))
    with server(root) as (_, address):
        with httpx.Client(base_url=address, headers={"X-Zhanggui": "1", "Origin": address}) as client:
            assert client.post(f"{API}/session", json={"name": "owner", "password": PASSWORD}).status_code == 200
            with client.stream("GET", f"{API}/export", params={"format": "csv"}, timeout=60) as answer:
                next(answer.iter_raw(1024))
        wait_until(lambda: list((root / "staging").iterdir()) == [])
        assert is_healthy(address)
