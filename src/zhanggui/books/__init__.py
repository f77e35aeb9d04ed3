"""The application's own records.

People, sessions, tokens and grants, jobs, verdicts, settings, audit. What a person decided is kept here and read like any other fact.
"""

from zhanggui.books.audit import AuditEntry
from zhanggui.books.jobs import Job
from zhanggui.books.records import Books, BundlePart, LinkVerdict, Verdict

__all__ = ["AuditEntry", "Books", "BundlePart", "Job", "LinkVerdict", "Verdict"]
