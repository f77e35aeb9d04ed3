"""The laws of reading: nothing that a damaged file says is lost or changed in silence.

Over two thousand files are damaged at random, most of them here and the others where files are cut. Each is refused whole with a code, or every physical line of it is
accounted for by a second reader that shares nothing with intake: a line that the damage left alone states exactly
what it stated in the whole file or stands among the refused; a damaged line states what it now says or is refused.
The seed is printed; ZHANGGUI_SEED takes another one and ZHANGGUI_MUTANTS asks for more files.
"""

from __future__ import annotations

import csv
import os
import re
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.golden.reading_samples import SAMPLES
from tests.laws.ledgers import LEDGERS, Ledger
from tests.laws.mutations import Mutant, join, mutate, pieces_of, split_lines
from zhanggui.canon.imports import FileManifest
from zhanggui.intake.cells import RawBatch
from zhanggui.intake.reading import StageJob, stage_file
from zhanggui.intake.text_batches import read_batches
from zhanggui.intake.text_tables import BadRecord, NotPlain, TextTable, locate_table, open_text
from zhanggui.kernel.errors import Refusal

KEY = b"the-laws-of-reading-use-this-key"
SEED = int(os.environ.get("ZHANGGUI_SEED", "23"))
MUTANTS = int(os.environ.get("ZHANGGUI_MUTANTS", "1500"))
BOOKKEEPING = {"source_row", "source_file_id", "stated_at"}
BATCHES = 10  # of mutants, so that a failure is told early and tests can be spread over processors
LONG_MUTANTS = 25  # of a batch, a fifth of them of one long file
Row = dict[str, Any]


@dataclass(frozen=True)
class Read:
    """What intake made of a file: the stated rows and the refusals by physical line; or why it was refused whole."""

    manifest: FileManifest | None
    stated: dict[int, list[tuple[str, Row]]]
    refused: dict[int, str]
    code: str = ""


def read(content: bytes, name: str, folder: Path) -> Read:
    """Stage a file in this process; anything but an outcome with a code is an error of ours."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    path = folder / "file"
    path.write_bytes(content)
    job = StageJob(path=path, staging=folder, key=KEY, name=name, modified_at=datetime(2026, 8, 2))
    try:
        staged = stage_file(job)
    except Refusal as refusal:
        return Read(None, {}, {}, refusal.code)
    if not staged.manifests:
        return Read(None, {}, {}, staged.refused[0].code)
    (manifest,) = staged.manifests
    unit = folder / manifest.file_id
    stated: dict[int, list[tuple[str, Row]]] = {}
    for table in manifest.tables:
        for row in pl.read_parquet(unit / table / "*.parquet").iter_rows(named=True):
            kept = {name: value for name, value in row.items() if name not in BOOKKEEPING}
            stated.setdefault(row["source_row"], []).append((table, kept))
    refused = dict(pl.read_parquet(unit / "refused.parquet").select("source_row", "code").iter_rows())
    return Read(manifest, stated, refused)


def check_counts(found: Read) -> None:
    """Seen is accepted and refused, each record once."""
    assert found.manifest is not None
    manifest = found.manifest
    assert manifest.rows_seen == manifest.rows_accepted + manifest.rows_refused
    assert manifest.rows_refused == len(found.refused)
    assert not found.stated.keys() & found.refused.keys()
    assert manifest.rows_accepted >= len(found.stated)


class SecondReader:
    """Accounts for every physical line of a damaged file without intake's help."""

    def __init__(self, ledger: Ledger, original: Read, mutant: Mutant, found: Read) -> None:
        assert found.manifest is not None and found.manifest.encoding is not None
        self.ledger, self.original, self.mutant, self.found = ledger, original, mutant, found
        self.encoding = found.manifest.encoding
        self.lines = [re.sub(rb"\r\n\Z|[\r\n]\Z", b"", line) for line in split_lines(mutant.content)]
        self.header_row = found.manifest.header_row or 0
        header = self.lines[self.header_row - 1].decode(self.encoding, "backslashreplace").lstrip("\ufeff")
        self.header = ledger.parse([header]) or next(csv.reader([header], delimiter=ledger.delimiter))  # cut in a quote
        self.width = self._usual_width()
        first = ledger.header_lines + 1
        self.stays_first = not ledger.first_record or mutant.origins[self.header_row : self.header_row + 1] == (first,)
        self.total = Decimal(0)
        self.repeated = 0

    def account(self) -> None:
        """Go through the lines under the header; fail at the first that is lost or changed."""
        row = self.header_row + 1
        while row <= len(self.lines):
            row += self._account_record(row)
        assert not [one for one in self.found.stated if not self.header_row < one <= len(self.lines)]
        assert self.found.manifest is not None
        assert self.found.manifest.rows_accepted == len(self.found.stated) + self.repeated
        assert self.total == sum((amount for amount in self._amounts()), Decimal(0))

    def _amounts(self) -> Iterator[Decimal]:
        for rows in self.found.stated.values():
            yield from (row[self.ledger.column] or Decimal(0) for table, row in rows if table == self.ledger.table)

    def _account_record(self, row: int) -> int:
        """How many lines the record at a line takes."""
        if row in self.found.refused:
            used, _ = self._parse(row)
            own = range(row + 1, row + used)
            return 1 if any(one in self.found.refused or one in self.found.stated for one in own) else used
        origin = self.mutant.origins[row - 1]
        if row not in self.found.stated and self._is_said_before(row):
            self.repeated += 1
            return 1
        if row not in self.found.stated:
            assert self._says_nothing(row, origin), f"line {row} is lost: {self.lines[row - 1]!r}"
            return 1
        used, cells = self._parse(row)
        assert cells is not None, f"line {row} was taken, but cannot be split: {self.lines[row - 1]!r}"
        stated = [one for table, one in self.found.stated[row] if table == self.ledger.table]
        said = self.ledger.stated(self.header, cells) if stated else None
        assert all(one[self.ledger.column] == said for one in stated), f"line {row}: {said} is not {stated}"
        self.total += said or 0
        if origin is not None and self.mutant.origins[row - 1 : row - 1 + used] == (*range(origin, origin + used),):
            assert self._plain(self.found.stated[row]) == self._plain(self.original.stated[origin]), f"line {row}"
        return used

    def _is_said_before(self, row: int) -> bool:
        """The first record of a settlement states a payout, which is said once however often it stands there."""
        return bool(self.ledger.first_record) and any(
            self.lines[one - 1] == self.lines[row - 1] for one in self.found.stated
        )

    def _plain(self, rows: Sequence[tuple[str, Row]]) -> list[tuple[str, Row]]:
        """The rows of the table that is never said only once; without what a damaged first record changes."""
        left_out = set() if self.stays_first else set(self.ledger.depends_on_first)
        return [
            (table, {name: value for name, value in row.items() if name not in left_out})
            for table, row in rows
            if table == self.ledger.table
        ]

    def _says_nothing(self, row: int, origin: int | None) -> bool:
        """A line that is no record: blank, of the footer, or a heading such as 合计."""
        if origin is not None:
            return origin not in self.original.stated
        text = self.lines[row - 1].decode(self.encoding, "backslashreplace")
        cells = [cell.strip(" \t\"'`\u3000\ufeff") for cell in text.split(self.ledger.delimiter)]
        filled = [cell for cell in cells if cell not in ("", "-", "--")]
        if not filled or filled[0] in ("合计", "Total", "总计"):
            return True
        rest = self.lines[row:]
        is_footer = filled[0].startswith(("#", "-----")) and not any(self._is_record(line) for line in rest)
        return is_footer or self._is_below_footer(row)

    def _is_below_footer(self, row: int) -> bool:
        above = [line.lstrip(b' "`') for line in self.lines[self.header_row : row - 1]]
        begins = any(line.startswith((b"#", b"-----")) for line in above)
        return begins and not any(self._is_record(line) for line in self.lines[row - 1 :])

    def _usual_width(self) -> int:
        """How many cells most lines have, where they close with a delimiter that the header lacks, or the reverse."""
        parsed = [
            self.ledger.parse([line.decode(self.encoding, "backslashreplace")])
            for line in self.lines[self.header_row :]
        ]
        widths = [len(cells) for cells in parsed if cells is not None]
        usual = max(widths, key=widths.count, default=len(self.header))
        is_shorter = usual < len(self.header) and not any(self.header[usual:])
        return usual if usual > len(self.header) or is_shorter else len(self.header)

    def _is_record(self, line: bytes) -> bool:
        cells = self.ledger.parse([line.decode(self.encoding, "backslashreplace")])
        return cells is not None and len(cells) == len(self.header)

    def _parse(self, row: int) -> tuple[int, list[str] | None]:
        texts: list[str] = []
        for line in self.lines[row - 1 : row + 50]:
            try:
                texts.append(line.decode(self.encoding))
            except UnicodeDecodeError:
                break
            cells = self.ledger.parse(texts)
            if cells is not None:
                return len(texts), self._fitted(cells)
        return 1, None

    def _fitted(self, cells: list[str]) -> list[str] | None:
        """Alipay does not quote the commas of a remark, which is the last column."""
        surplus = len(cells) - len(self.header)
        if len(cells) == self.width and not any(cell.strip() for cell in cells[len(self.header) :]):
            return cells[: len(self.header)] + [""] * -surplus
        if self.ledger.format_id == "alipay_ledger_csv" and surplus > 0:
            cells = [*cells[: len(self.header) - 1], ",".join(cells[len(self.header) - 1 :])]
        return cells if len(cells) == len(self.header) else None


def check_mutant(ledger: Ledger, original: Read, mutant: Mutant, folder: Path) -> Read:
    """The law for one damaged file."""
    found = read(mutant.content, ledger.name, folder)
    if found.manifest is None:
        assert found.code
        return found
    check_counts(found)
    SecondReader(ledger, original, mutant, found).account()
    return found


def base_of(ledger: Ledger, random: Random, rows: int, folder: Path) -> tuple[bytes, Read]:
    """A whole file and what it states: all of it."""
    content = ledger.write(random, rows)
    original = read(content, ledger.name, folder)
    assert original.manifest is not None, original.code
    assert (original.manifest.format, original.refused) == (ledger.format_id, {})
    check_counts(original)
    everything = join(pieces_of(content), "none")
    SecondReader(ledger, original, everything, original).account()
    return content, original


@pytest.mark.parametrize("batch", range(BATCHES))
def test_nothing_is_lost_or_changed_in_silence(batch: int, tmp_path: Path) -> None:
    random = Random(SEED * 1000 + batch)
    outcomes = {"whole": 0, "in part": 0, "taken": 0}
    bases: dict[str, tuple[bytes, Read]] = {}
    for index in range(MUTANTS // BATCHES):
        ledger = LEDGERS[index % len(LEDGERS)]
        is_long = ledger is LEDGERS[batch % len(LEDGERS)] and index < LONG_MUTANTS
        if index < len(LEDGERS) or (index - LONG_MUTANTS) in range(len(LEDGERS)):
            rows = random.choice([300, 1000, 3000]) if is_long else random.randint(4, 24)
            bases[ledger.format_id] = base_of(ledger, random, rows, tmp_path / "base")
        content, original = bases[ledger.format_id]
        last = len(split_lines(content)) - len(ledger.footer)
        mutant = mutate(content, ledger.header_lines, random, last)
        note = f"seed {SEED}, batch {batch}, mutant {index}, {ledger.format_id}: {mutant.name}"
        try:
            found = check_mutant(ledger, original, mutant, tmp_path / "mutant")
        except Exception as error:
            error.add_note(note)
            (tmp_path / "failing").write_bytes(mutant.content)
            raise
        outcomes["whole" if found.manifest is None else "in part" if found.refused else "taken"] += 1
    print(f"seed {SEED}, batch {batch}: {outcomes}")
    assert outcomes["taken"] and outcomes["in part"]


@pytest.mark.parametrize("ledger", LEDGERS, ids=lambda one: one.format_id)
def test_a_file_cut_anywhere_is_refused_or_accounted_for(ledger: Ledger, tmp_path: Path) -> None:
    content, original = base_of(ledger, Random(7), 2, tmp_path / "base")
    pieces = pieces_of(content)
    first = sum(len(piece.content) for piece in pieces[: ledger.header_lines])
    whole = original.manifest
    assert whole is not None
    last = len(content) - sum(len(line.encode(ledger.encoding)) + 1 for line in ledger.footer)
    anywhere = Random(SEED).sample(range(first + 1, len(content)), 40)
    for size in sorted({*anywhere, *range(last - 40, last)}):
        offset, kept = 0, []
        for piece in pieces:
            part = piece.content[: max(0, size - offset)]
            offset += len(piece.content)
            if part:
                kept.append(piece if part == piece.content else type(piece)(part, None))
        found = check_mutant(ledger, original, join(kept, f"cut at {size}"), tmp_path / "mutant")
        if found.manifest is not None and not content[:size].endswith(b"\n"):
            codes = [warning.code for warning in found.manifest.warnings]
            is_in_footer = any(content[:size].splitlines()[-1].startswith(b"#") for _ in ledger.footer)
            assert is_in_footer or "last_line_unterminated" in codes


TEXT_SAMPLES = sorted(
    path
    for path in SAMPLES.rglob("*")
    if path.suffix in (".csv", ".txt", ".xml", ".sta", ".ofx", ".xls", ".xlsx") and "_damaged" not in path.parts
)


@pytest.mark.parametrize("sample", TEXT_SAMPLES, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_damaged_samples_have_an_outcome_and_keep_their_count(sample: Path, tmp_path: Path) -> None:
    random = Random(f"{SEED} {sample.name}")
    content = sample.read_bytes()
    original = read(content, sample.name, tmp_path / "base")
    assert original.manifest is not None
    for _ in range(2):
        mutant = mutate(content, 1, random, len(split_lines(content)))
        found = read(mutant.content, sample.name, tmp_path / "mutant")
        if found.manifest is not None:
            manifest = found.manifest
            assert manifest.rows_seen == manifest.rows_accepted + manifest.rows_refused
            assert manifest.rows_refused >= len(found.refused)


WORKBOOKS = [path for path in TEXT_SAMPLES if path.suffix == ".xlsx"][:8]


@pytest.mark.parametrize("sample", WORKBOOKS, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_a_damaged_workbook_is_refused_or_says_the_same(sample: Path, tmp_path: Path) -> None:
    random = Random(f"{SEED} {sample.name}")
    content = sample.read_bytes()
    original = read(content, sample.name, tmp_path / "base")
    for _ in range(12):
        changed = bytearray(content)
        changed[random.randrange(len(changed))] ^= 1 << random.randrange(8)
        found = read(bytes(changed), sample.name, tmp_path / "mutant")
        assert found.manifest is None or (found.stated, found.refused) == (original.stated, original.refused)


CELL = st.text(st.sampled_from("abc,\"'\t ;0.19-#=测é\u3000"), max_size=6)


def write_table(rows: Sequence[Sequence[str]], quotes: str, end: str) -> bytes:
    """Comma separated text, quoted where it must be or everywhere."""

    def cell(text: str) -> str:
        must = quotes == "all" or any(sign in text for sign in ',"')
        return '"' + text.replace('"', '""') + '"' if must else text

    return "".join(",".join(map(cell, row)) + end for row in rows).encode()


def records_of(table: TextTable, careful: bool) -> list[tuple[int, tuple[str | None, ...]] | BadRecord]:
    """Every record that a reader gives, in order."""
    found: list[tuple[int, tuple[str | None, ...]] | BadRecord] = []
    for batch in read_batches(table, careful):
        if isinstance(batch, RawBatch):
            columns = [column.spread().to_list() for column in batch.columns.values()]
            found += list(zip(batch.rows.to_list(), zip(*columns, strict=True), strict=True))
        else:
            found.append(batch)
    return found


@settings(max_examples=150)
@given(
    rows=st.lists(st.tuples(CELL, CELL, CELL), min_size=1, max_size=8),
    quotes=st.sampled_from(["all", "needed"]),
    end=st.sampled_from(["\n", "\r\n"]),
    damage=st.one_of(
        st.none(),
        st.tuples(st.integers(0, 10_000), st.sampled_from([b'"', b",", b"\n", b"\r", b"\x00", b"x", b"\xff"])),
    ),
)
def test_both_readers_give_the_same_records(
    rows: list[tuple[str, str, str]],
    quotes: str,
    end: str,
    damage: tuple[int, bytes] | None,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.getbasetemp() / "both"
    folder.mkdir(exist_ok=True)
    content = write_table(rows, quotes, end)
    if damage is not None:
        place = damage[0] % (len(content) + 1)
        content = content[:place] + damage[1] + content[place:]
    path = folder / "table.csv"
    path.write_bytes(b"one,two,three\n" + content)
    file = open_text(path, ("utf-8", "gb18030", "cp1252"), folder)
    table = locate_table(file, ",", "double", ("one", "two", "three"), 0, "^#--")
    try:
        fast = records_of(table, careful=False)
    except NotPlain:
        return
    careful = records_of(table, careful=True)
    blank = [one for one in fast if isinstance(one, tuple) and not any(cell and cell.strip() for cell in one[1])]
    if any(isinstance(one, tuple) and None in one[1] for one in fast):
        return  # undecodable cells: the one refuses the cell's row, the other the line
    assert [one for one in fast if one not in blank] == careful
