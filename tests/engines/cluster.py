"""A real Spark standalone cluster on this machine: one master, two workers, each a process of its own.

Ports are free ones, every process is stopped at the end by its own handle, and everything is written below one
folder that the test gives.
"""

from __future__ import annotations

import os
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

_WORKERS = 2
_START_SECONDS = 60


def _spark_home() -> Path:
    spec = find_spec("pyspark")
    assert spec is not None and spec.submodule_search_locations
    return Path(next(iter(spec.submodule_search_locations)))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _start(home: Path, folder: Path, name: str, arguments: list[str]) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "SPARK_HOME": str(home), "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_DAEMON_MEMORY": "512m"}
    with (folder / f"{name}.log").open("wb") as log:
        command = ["bash", str(home / "bin" / "spark-class"), *arguments]
        return subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=folder, stdin=subprocess.DEVNULL)


def _wait_for_workers(port: int, folder: Path) -> None:
    """Until the master's page counts all workers alive."""
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/json/", timeout=5) as page:
                if b'"aliveworkers" : %d' % _WORKERS in page.read():
                    return
        except OSError:
            pass
        time.sleep(0.5)
    logs = "\n".join(path.read_text(errors="replace")[-2000:] for path in sorted(folder.glob("*.log")))
    raise TimeoutError(f"the cluster did not start:\n{logs}")


@contextmanager
def standalone_cluster(folder: Path) -> Iterator[str]:
    """Start the cluster and give its address, spark://…"""
    home, port, page = _spark_home(), _free_port(), _free_port()
    address = f"spark://127.0.0.1:{port}"
    started = [
        _start(home, folder, "master", [
            "org.apache.spark.deploy.master.Master", "--host", "127.0.0.1", "--port", str(port), "--webui-port", str(page),
        ])
    ]  # fmt: skip
    try:
        for number in range(_WORKERS):
            started.append(
                _start(home, folder, f"worker-{number}", [
                    "org.apache.spark.deploy.worker.Worker", "--host", "127.0.0.1", "--cores", "1", "--memory", "1g",
                    "--webui-port", str(_free_port()), "--work-dir", str(folder / f"work-{number}"), address,
                ])
            )  # fmt: skip
        _wait_for_workers(page, folder)
        yield address
    finally:
        for process in reversed(started):
            process.terminate()
        for process in started:
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
