"""Personal data planted in every column that may hold it is found nowhere in what is staged."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from tests.hostile.conftest import KEY
from zhanggui.intake.declaration import find_format, format_ids
from zhanggui.intake.plausible_rows import make_rows
from zhanggui.intake.reading import StageJob, stage_file
from zhanggui.intake.writing import sample_name, write_export

PLANTED = ("欧阳植入", "13812345678", "11010519491231002X", "planted@example.com", "植入路188号")
_PERSONAL = ("person", "sensitive")
_WITH_PERSONS = [
    one
    for one in format_ids()
    if any(field.type in _PERSONAL for field in find_format(one).fields.values())
    and not {"camt", "mt940", "ofx"} & set(find_format(one).containers)
]


@pytest.mark.parametrize("breaks_a_row", [False, True])
@pytest.mark.parametrize("format_id", _WITH_PERSONS)
def test_planted_persons_are_not_stored(format_id: str, breaks_a_row: bool, tmp_path: Path) -> None:
    declared = find_format(format_id)
    personal = [name for name, field in declared.fields.items() if field.type in _PERSONAL]
    rows = make_rows(declared, 6)
    for index, row in enumerate(rows):
        row |= {name: PLANTED[(index + place) % len(PLANTED)] for place, name in enumerate(personal)}
    if breaks_a_row:
        money = next((name for name, field in declared.fields.items() if field.type == "money"), None)
        if money is None:
            pytest.skip("has no amount to break")
        rows[-1][money] = "twelve"
    path = write_export(declared, rows, tmp_path / sample_name(declared))
    staged = stage_file(StageJob(path=path, staging=tmp_path, key=KEY, format_id=format_id))
    (manifest,) = staged.manifests
    folder = tmp_path / manifest.file_id
    for part in folder.rglob("*.parquet"):
        text = pl.read_parquet(part).select(pl.all().cast(pl.String)).write_csv()
        assert [word for word in PLANTED if word in text] == [], part
    assert [word for word in PLANTED if word in manifest.to_json()] == []
