"""The truth stands beside the files, whole, and equal worlds write equal bytes."""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path

import pyarrow.parquet as pq

from tests.unit.shopsim.small_worlds import live
from zhanggui.shopsim.chronicle import TABLES
from zhanggui.shopsim.simulated import render_rules, write_seller
from zhanggui.shopsim.truth import STANDING, write_truth


def _digests(directory: Path) -> dict[str, str]:
    return {
        path.relative_to(directory).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(directory.rglob("*"))
        if path.is_file()
    }


def test_every_table_is_written_and_read_as_it_was(tmp_path: Path) -> None:
    world = live(days=5)
    paths = write_truth(world, tmp_path)
    assert {path.stem for path in paths} == {*TABLES, *STANDING}
    for name in TABLES:
        told = pq.read_table(tmp_path / f"{name}.parquet")  # Parquet keeps no whole seconds, only milliseconds
        assert told.cast(world.chronicle.table(name).schema).equals(world.chronicle.table(name)), name
    assert pq.read_table(tmp_path / "listings.parquet").num_rows == world.listings.count
    assert (
        pq.read_table(tmp_path / "components.parquet").num_rows == sum(map(len, world.products.components.values())) > 0
    )


def test_equal_worlds_write_equal_bytes(tmp_path: Path) -> None:
    written = []
    for name in ("one", "other"):
        write_seller(live(days=8), tmp_path / name)
        written.append(_digests(tmp_path / name))
    assert written[0] == written[1]
    assert {"SIMULATED.txt", "zhanggui.toml", "truth/orders.parquet"} < set(written[0])
    assert any(name.startswith("files/taobao-青禾礼品/") for name in written[0])


def test_the_rules_give_every_folder_its_shop() -> None:
    world = live(days=1)
    told = tomllib.loads(render_rules(world))
    assert told["company"] == {"name": "青禾礼品", "base_currency": "CNY", "timezone": "Asia/Shanghai"}
    assert told["shops"] == [
        {"pattern": "*taobao-青禾礼品/*", "shop": "青禾礼品", "channel": "taobao"},
        {"pattern": "*pdd-青禾小铺/*", "shop": "青禾小铺", "channel": "pdd"},
        {"pattern": "*company/*", "shop": "company"},
    ]
    assert [f"{rule['channel']}/{rule['shop']}" for rule in told["shops"][:-1]] == [shop.code for shop in world.shops]
