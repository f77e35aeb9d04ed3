"""The application's own records.

Imports, verdicts, tasks, audit. What a person decided is kept here and read like any other fact.
"""

from zhanggui.books.records import AuditEntry, Books, BundlePart, Job, LinkVerdict, Verdict

__all__ = ["AuditEntry", "Books", "BundlePart", "Job", "LinkVerdict", "Verdict"]
