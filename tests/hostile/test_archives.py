"""Archives that unpack to too much, lie about it, or name places that are not theirs."""

from __future__ import annotations

import gzip
import zlib

import pytest

from tests.hostile.archives import make_zip, symlink_zip, with_flag, with_overlap, with_sizes
from tests.hostile.conftest import GOOD, Room

GIB = 1 << 30
ZEROS = bytes(32 << 20)


def test_a_directory_of_ten_gigabytes_is_believed_and_refused(room: Room) -> None:
    honest = make_zip({f"{index}.csv": GOOD for index in range(3)})
    assert room.codes(room.write("big.zip", with_sizes(honest, 0xFFFF_FFF0))) == ["file_too_large"]


def test_a_member_that_shrinks_a_thousandfold_is_a_bomb(room: Room) -> None:
    assert room.codes(room.write("bomb.zip", make_zip({"orders.csv": ZEROS}))) == ["archive_suspicious"]


def test_dead_weight_beside_a_bomb_does_not_hide_it(room: Room) -> None:
    weight = zlib.compress(b"".join(str(index).encode() for index in range(600_000)))
    assert room.codes(room.write("bomb.zip", make_zip({"a.csv": ZEROS, "b.bin": weight}))) == ["archive_suspicious"]


def test_a_bomb_that_says_it_is_small_ends_where_it_said(room: Room) -> None:
    liar = with_sizes(make_zip({"orders.csv": ZEROS}), 100)
    assert room.codes(room.write("liar.zip", liar)) == ["container_broken"]


def test_archives_three_deep_are_refused(room: Room) -> None:
    nested = GOOD.encode()
    for name in ("a.csv", "b.zip", "c.zip"):
        nested = make_zip({name: nested})
    assert room.codes(room.write("deep.zip", nested)) == ["archive_suspicious"]


def test_an_archive_of_monthly_archives_is_read(room: Room) -> None:
    months = {f"2026-0{month}.zip": make_zip({"orders.csv": GOOD.replace("12345", f"1234{month}")}) for month in (1, 2)}
    staged = room.stage(room.write("year.zip", make_zip(months)))
    assert [one.member for one in staged.manifests] == ["2026-01.zip/orders.csv", "2026-02.zip/orders.csv"]


def test_nested_bombs_share_one_allowance(room: Room) -> None:
    inner = make_zip({f"{index}.csv": GOOD for index in range(600)})
    assert room.codes(room.write("many.zip", make_zip({"a.zip": inner, "b.zip": inner}))) == ["archive_suspicious"]


def test_too_many_members_are_refused(room: Room) -> None:
    many = make_zip({f"{index}.csv": "x" for index in range(1001)})
    assert room.codes(room.write("many.zip", many)) == ["archive_suspicious"]


def test_members_that_share_their_bytes_are_refused(room: Room) -> None:
    assert room.codes(room.write("overlap.zip", with_overlap(make_zip({"a.csv": GOOD}), 50))) == ["archive_suspicious"]


@pytest.mark.parametrize(
    "name",
    ["../orders.csv", "a/../../orders.csv", "/etc/orders.csv", "\\orders.csv", "..\\orders.csv", "C:\\orders.csv", "c:orders.csv", "x" * 1025],
)  # fmt: skip
def test_members_outside_the_archive_are_refused(room: Room, name: str) -> None:
    assert room.codes(room.write("slip.zip", make_zip({name: GOOD}))) == ["member_path_unsafe"]
    assert sorted(path.name for path in room.folder.iterdir()) == ["good.csv", "slip.zip", "staging"]


def test_a_name_that_ends_at_nul_is_refused(room: Room) -> None:
    archive = make_zip({"orders.csv\x01.exe": GOOD}).replace(b"\x01.exe", b"\x00.exe")
    assert room.codes(room.write("nul.zip", archive)) == ["member_path_unsafe"]


def test_a_symbolic_link_is_refused(room: Room) -> None:
    assert room.codes(room.write("link.zip", symlink_zip("/etc/passwd"))) == ["member_path_unsafe"]


def test_an_encrypted_archive_asks_for_no_password(room: Room) -> None:
    assert room.codes(room.write("locked.zip", with_flag(make_zip({"a.csv": GOOD}), 1))) == ["password_protected"]


@pytest.mark.parametrize("share", [0.2, 0.6, 0.95])
def test_a_cut_archive_is_refused(room: Room, share: float) -> None:
    whole = make_zip({"orders.csv": GOOD})
    assert room.codes(room.write("cut.zip", whole[: int(len(whole) * share)])) == ["container_broken"]


def test_damage_inside_a_member_is_found(room: Room) -> None:
    whole = bytearray(make_zip({"orders.csv": GOOD}))
    whole[60] ^= 0x55
    assert room.codes(room.write("flipped.zip", bytes(whole))) == ["container_broken"]


def test_one_bad_member_does_not_hold_up_the_others(room: Room) -> None:
    mixed = make_zip({"logo.png": b"\x89PNG\r\n\x1a\n\x00\x00", "empty.csv": b"", "orders.csv": GOOD})
    staged = room.stage(room.write("mixed.zip", mixed))
    assert [one.member for one in staged.manifests] == ["orders.csv"]
    assert {one.member: one.code for one in staged.refused} == {
        "logo.png": "container_unknown",
        "empty.csv": "file_empty",
    }


def test_a_gzip_file_is_read(room: Room) -> None:
    (manifest,) = room.stage(
        room.write("ExportOrderDetailList202607081818.csv.gz", gzip.compress(GOOD.encode()))
    ).manifests
    assert (manifest.format, manifest.rows_accepted) == ("taobao_items_csv", 1)


@pytest.mark.parametrize("share", [0.5, 0.97])
def test_a_cut_gzip_file_is_refused(room: Room, share: float) -> None:
    whole = gzip.compress(GOOD.encode())
    assert room.codes(room.write("cut.csv.gz", whole[: int(len(whole) * share)])) == ["container_broken"]


def test_a_gzip_bomb_is_stopped_while_it_grows(room: Room) -> None:
    assert room.codes(room.write("bomb.csv.gz", gzip.compress(bytes(256 << 20), 9))) == ["archive_suspicious"]


def test_member_names_with_odd_characters_are_only_names(room: Room) -> None:
    names = [
        "订单 (1).csv",
        "a;rm -rf.csv",
        "$(touch x).csv",
        "'quoted'.csv",
        "emoji😀.csv",
        "line\nbreak.csv",
        "*?.csv",
    ]
    members = {name: GOOD.replace("12345", f"{index:05d}") for index, name in enumerate(names)}
    staged = room.stage(room.write("odd.zip", make_zip(members)))
    assert [one.member for one in staged.manifests] == names
    assert all(len(unit.name) == 20 and unit.name.isalnum() for unit in room.staging.iterdir())
