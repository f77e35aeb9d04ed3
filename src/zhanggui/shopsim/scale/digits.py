"""Numbers as text without a loop: digits are looked up four at a time and stand in a matrix, one row of bytes each.

A text of one width for all rows needs no lengths; texts of several widths are laid one behind the other. What would be
a format string per row (some 300 ns) costs a few nanoseconds.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pyarrow as pa

Rows = np.ndarray
"""[row, byte] characters of texts of one width."""

_FOUR = 10_000


@cache
def _fours() -> np.ndarray:
    """[number below ten thousand, byte] its four digits."""
    numbers = np.arange(_FOUR)
    digits = [numbers // 10**place % 10 + ord("0") for place in (3, 2, 1, 0)]
    return np.stack(digits, axis=1).astype(np.uint8)


@cache
def _hexes() -> np.ndarray:
    """[number below 65536, byte] its four hexadecimal digits."""
    numbers = np.arange(1 << 16)
    digits = [numbers >> shift & 15 for shift in (12, 8, 4, 0)]
    return np.frombuffer(b"0123456789abcdef", dtype=np.uint8)[np.stack(digits, axis=1)]


def blank_rows(count: int, pattern: str) -> Rows:
    """Rows that all read as the pattern (ASCII); what varies is written over it."""
    return np.tile(np.frombuffer(pattern.encode("ascii"), dtype=np.uint8), (count, 1))


def put_number(rows: Rows, first: int, width: int, numbers: np.ndarray) -> None:
    """Write the last `width` decimal digits of the numbers at byte `first`."""
    rest, end = numbers, first + width
    while end > first:
        part = min(4, end - first)
        higher = rest // _FOUR
        rows[:, end - part : end] = _fours()[rest - higher * _FOUR][:, 4 - part :]
        rest, end = higher, end - part


def put_hex(rows: Rows, first: int, numbers: np.ndarray) -> None:
    """Write 64-bit numbers as sixteen hexadecimal digits at byte `first`."""
    for place, shift in enumerate((48, 32, 16, 0)):
        part = (numbers >> np.uint64(shift)) & np.uint64(0xFFFF)
        rows[:, first + 4 * place : first + 4 * place + 4] = _hexes()[part.astype(np.int64)]


def texts(parts: list[Rows]) -> pa.StringArray:
    """The rows of all parts, one behind the other, as an Arrow column."""
    counts = np.array([part.shape[0] for part in parts], dtype=np.int64)
    widths = np.repeat(np.array([part.shape[1] for part in parts], dtype=np.int32), counts)
    offsets = np.zeros(len(widths) + 1, dtype=np.int32)
    np.cumsum(widths, out=offsets[1:])
    data = np.concatenate([np.ascontiguousarray(part).ravel() for part in parts] or [np.zeros(0, dtype=np.uint8)])
    return pa.StringArray.from_buffers(len(widths), pa.py_buffer(offsets), pa.py_buffer(data))
