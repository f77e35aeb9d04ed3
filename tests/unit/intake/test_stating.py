"""What a record states, and when it states nothing that could be booked."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from tests.golden.reading_samples import SAMPLES, read_sample


def test_a_ledger_entry_without_its_amount_is_refused(tmp_path: Path) -> None:
    ledger = next((SAMPLES / "alipay").glob("*.csv"))
    text = ledger.read_bytes().decode("gb18030")
    blanked = text.replace(",201.12,0.00,", ",,,", 1)
    assert blanked != text
    (tmp_path / ledger.name).write_bytes(blanked.encode("gb18030"))
    (tmp_path / "room").mkdir()
    [manifest] = read_sample(tmp_path / ledger.name, tmp_path / "room").manifests
    refused = pl.read_parquet(tmp_path / "room" / manifest.file_id / "refused.parquet")
    assert (manifest.rows_seen, manifest.rows_accepted, manifest.rows_refused) == (2, 1, 1)
    assert refused.select("source_row", "column", "code").rows() == [(6, "amount", "cell_missing")]
