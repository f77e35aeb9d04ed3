"""Bank statements that are no tables, read into records of text cells with one set of columns.

One module reads one standard; this one is their shelf, so that the rest of intake knows a single place.
"""

from __future__ import annotations

from zhanggui.intake.statement_camt import read_camt
from zhanggui.intake.statement_mt940 import read_mt940
from zhanggui.intake.statement_ofx import read_ofx
from zhanggui.intake.statement_records import COLUMNS, Record, StatementBroken, StatementCut

__all__ = ["COLUMNS", "Record", "StatementBroken", "StatementCut", "read_camt", "read_mt940", "read_ofx"]
