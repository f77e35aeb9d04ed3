"""Headers as platforms write them, and the one spelling under which they are compared."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_BLANKS = re.compile(r"\s+")
_INVISIBLE = dict.fromkeys(map(ord, "\ufeff\u200b\u200c\u200d\u2060"))


@lru_cache(maxsize=65536)
def normalise_header(header: str) -> str:
    """NFKC (full- and half-width alike), no invisible characters, no outer or doubled blanks, no case."""
    text = unicodedata.normalize("NFKC", header).translate(_INVISIBLE)
    text = text.strip().strip("`'\"").strip()
    return _BLANKS.sub(" ", text).casefold()
