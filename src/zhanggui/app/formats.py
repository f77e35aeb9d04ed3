"""The report formats: which there are, which one a file is, and a first draft of one that is not known."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from zhanggui.app.errors import PathMissing


def list_formats() -> list[dict[str, Any]]:
    """One record for each format: id, channel, platform, report in both languages, container."""
    from zhanggui.intake.declaration import shipped_formats

    return [
        {
            "format": declared.id,
            "channel": declared.channel,
            "platform": declared.platform,
            "zh": declared.report_zh,
            "en": declared.report_en,
            "containers": list(declared.containers),
        }
        for declared in sorted(shipped_formats().values(), key=lambda one: (one.channel, one.id))
    ]


def recognise(path: Path) -> dict[str, Any]:
    """The documented shape: format, confidence, candidates (best first). Raises PathMissing and intake's refusals."""
    from zhanggui.intake.reading import recognise_file

    if not path.is_file():
        raise PathMissing(path=str(path))
    found = [{"format": one.format.id, "confidence": one.confidence} for one in recognise_file(path)]
    best = found[0] if found else {"format": None, "confidence": 0}
    return {"format": best["format"], "confidence": best["confidence"], "candidates": found}


def suggest_mapping(path: Path) -> str:
    """A mapping file in YAML for a person to edit. Raises PathMissing and intake's refusals."""
    from zhanggui.intake.suggesting import suggest_mapping as draft

    if not path.is_file():
        raise PathMissing(path=str(path))
    return draft(path)
