"""What the installed wheel serves where there is no Node: the console's page and script, and, were they missing, what to do about it.

Run by the interpreter into which the wheel was installed, with nothing else on the PATH; needs no other package.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

import zhanggui

STATIC = Path(zhanggui.__file__).parent / "surfaces/web/static"


def get(address: str) -> tuple[str, str]:
    """The kind and the text of what stands at an address."""
    with urllib.request.urlopen(address, timeout=30) as answer:
        return answer.headers["Content-Type"], answer.read().decode()


def wait(address: str) -> None:
    """Until the server answers, for a minute at most."""
    for _ in range(120):
        try:
            get(f"{address}/api/v1/health")
        except urllib.error.URLError:
            time.sleep(0.5)
        else:
            return
    raise TimeoutError(address)


def look(address: str) -> None:
    """The page, its script, and the interface."""
    kind, page = get(f"{address}/")
    scripts = re.findall(r'src="(/assets/[^"]+\.js)"', page)
    assert kind.startswith("text/html") and scripts, page[:300]
    kind, script = get(address + scripts[0])
    assert kind.startswith("text/javascript") and len(script) > 1000, (kind, len(script))
    assert get(f"{address}/orders/17")[1] == page, "the console's own addresses give its page"
    assert json.loads(get(f"{address}/api/v1/health")[1])["status"] == "ok"
    aside = STATIC.with_name("aside")
    STATIC.rename(aside)  # as in a clone in which nothing was built
    try:
        assert "make console" in get(f"{address}/")[1]
        assert json.loads(get(f"{address}/api/v1/health")[1])["status"] == "ok"
    finally:
        aside.rename(STATIC)


def main() -> None:
    """Serve an empty workspace and look at it."""
    assert shutil.which("node") is None and shutil.which("npm") is None, "Node is on the PATH"
    program = [sys.executable, "-m", "zhanggui.surfaces.cli.main", "-w"]
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([*program, folder + "/books", "init"], check=True, stdout=subprocess.DEVNULL)
        serving = [*program, folder + "/books", "serve", "--port", "0", "--json"]
        with subprocess.Popen(serving, stdout=subprocess.PIPE, text=True) as server:
            assert server.stdout is not None
            try:
                told = json.loads("".join(iter(server.stdout.readline, "}\n")) + "}")
                wait(told["address"])
                look(told["address"])
            finally:
                server.terminate()
    sys.stdout.write("the wheel serves the console without Node\n")


if __name__ == "__main__":
    main()
