"""Progress on standard error, for anything that takes longer than a second; never on standard output."""

from __future__ import annotations

import sys
from types import TracebackType

from zhanggui.kernel.clock import monotonic_seconds
from zhanggui.kernel.phrases import phrase, phrases

SILENT_SECONDS = 1.0  # what is over sooner needs no progress
PAUSE_SECONDS = 2.0  # between two lines where the terminal cannot rewrite one


class Progress:
    """Told of what is being done; shows one line that is rewritten, or a line now and then into a log."""

    def __init__(self, title: str, lang: str) -> None:
        self.title, self.lang = title, lang
        self.started = self.shown = monotonic_seconds()
        self.is_terminal = sys.stderr.isatty()
        self.has_shown = False

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.has_shown and self.is_terminal:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()

    def __call__(self, what: str, done: int, total: int) -> None:
        now = monotonic_seconds()
        if now - self.started < SILENT_SECONDS or (not self.is_terminal and now - self.shown < PAUSE_SECONDS):
            return
        self.shown, self.has_shown = now, True
        key = f"progress.{what}"
        told = phrase(key, self.lang) if key in phrases(self.lang) else what
        line = f"{self.title}: {told} {done}/{total} ({now - self.started:.0f} s)"
        sys.stderr.write(f"\r\x1b[K{line}" if self.is_terminal else f"{line}\n")
        sys.stderr.flush()
