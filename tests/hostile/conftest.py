"""One sandbox for all hostile files, with limits low enough for two cores, and what must hold after each of them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.planted import keep, make_planted
from zhanggui.intake.errors import ChildFailed
from zhanggui.intake.reading import Staged, StageJob
from zhanggui.intake.sandbox import ChildLimits, Sandbox
from zhanggui.kernel.errors import ZhangguiError

KEY = b"hostile-files-use-this-fixed-key"
MEMORY_BYTES = 1536 << 20
PARENT_GROWTH_BYTES = 64 << 20
GOOD = (
    "订单编号,标题,价格,购买数量,外部系统编号,商品属性,套餐信息,备注,订单状态,商家编码\n"
    "4999000000000012345,测试雪平锅,120.00,1,POT-18,18cm,,,交易成功,POT\n"
)


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    """The sandbox as the import uses it, with less memory and time."""
    with Sandbox(1, ChildLimits(memory_bytes=MEMORY_BYTES, cpu_seconds=20, wall_seconds=60)) as running:
        yield running


class Room:
    """A staging directory and the sandbox that fills it."""

    def __init__(self, sandbox: Sandbox, folder: Path) -> None:
        self.sandbox = sandbox
        self.folder = folder
        self.staging = folder / "staging"

    def write(self, name: str, content: bytes | str) -> Path:
        """A file as a seller would send it."""
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def stage(self, path: Path, name: str = "") -> Staged:
        """Read one file in a child."""
        return self.sandbox.stage(StageJob(path=path, staging=self.staging, key=KEY, name=name))

    def codes(self, path: Path, name: str = "") -> list[str]:
        """Why a file was refused: as a whole, or its units; nothing of it may have been staged."""
        try:
            staged = self.stage(path, name)
        except ZhangguiError as error:
            assert not isinstance(error, ChildFailed), error
            return [error.code]
        assert staged.manifests == ()
        return [unit.code for unit in staged.refused]


@pytest.fixture
def room(sandbox: Sandbox, tmp_path: Path) -> Iterator[Room]:
    """Room for one hostile file. After it the parent is as it was: its memory, its disk, and its next job."""
    good = tmp_path / "good.csv"
    good.write_text(GOOD, "utf-8")
    ready = Room(sandbox, tmp_path)
    ready.stage(good)
    parent = psutil.Process()
    before = parent.memory_info().rss
    yield ready
    assert parent.memory_info().rss - before < PARENT_GROWTH_BYTES
    (manifest,) = ready.stage(good).manifests
    assert (manifest.rows_accepted, manifest.rows_refused) == (1, 0)
    assert list(ready.staging.glob(".*")) == []
    assert list(ready.staging.glob("room-*")) == []
    assert all((unit / "manifest.json").exists() for unit in ready.staging.iterdir())


@pytest.fixture(scope="session")
def planted_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workspace with what strangers wrote, made once for a run; not to be changed."""
    return keep(tmp_path_factory, "planted", make_planted) / "workspace"


@pytest.fixture
def planted_copy(planted_home: Path, tmp_path: Path) -> Path:
    """A copy of it, to be changed at will."""
    return Path(shutil.copytree(planted_home, tmp_path / "workspace"))
