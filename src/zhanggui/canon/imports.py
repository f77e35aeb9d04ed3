"""The manifest that intake hands to the warehouse with a file's rows: what was read, and whether it adds up.

Controls carry decimal strings, so that a manifest is plain JSON and no amount passes through a float.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True)
class Control:
    """A total that the file states, beside the one computed from its rows; both are decimal strings."""

    name: str
    stated: str
    computed: str
    agrees: bool


@dataclass(frozen=True)
class Refused:
    """A row that was not taken: where, why, and its raw cells by header."""

    source_row: int
    column: str
    code: str
    message: str
    cells: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Warning_:
    """Something about the file that a person should know, though its rows were taken."""

    code: str
    message: str
    column: str = ""
    count: int = 1


@dataclass(frozen=True)
class StagedTable:
    """One table among the file's rows; `occurrence` asks the warehouse to number equal line keys."""

    rows: int
    occurrence: bool = False


@dataclass(frozen=True)
class FileManifest:
    """What one file, or one member of an archive, states; instants are UTC and naive."""

    file_id: str
    digest: str
    path_name: str
    member: str
    size_bytes: int
    format: str
    format_variant: str
    channel: str
    shop_id: str
    account_id: str | None
    currency: str | None
    encoding: str | None
    sheet: str | None
    header_row: int | None
    header_fingerprint: str
    unknown_headers: tuple[str, ...]
    missing_headers: tuple[str, ...]
    stated_at: datetime
    period_from: date | None
    period_to: date | None
    rows_seen: int
    rows_accepted: int
    rows_refused: int
    controls: tuple[Control, ...]
    warnings: tuple[Warning_, ...]
    primary_table: str
    tables: Mapping[str, StagedTable]

    def to_json(self) -> str:
        """The manifest as JSON with sorted keys: equal manifests give equal text."""
        return json.dumps(dataclasses.asdict(self), ensure_ascii=False, sort_keys=True, indent=1, default=_plain)

    @classmethod
    def from_json(cls, text: str) -> FileManifest:
        """Read what `to_json` wrote."""
        fields: dict[str, Any] = json.loads(text)
        fields["stated_at"] = datetime.fromisoformat(fields["stated_at"])
        for name in ("period_from", "period_to"):
            fields[name] = date.fromisoformat(fields[name]) if fields[name] else None
        fields["unknown_headers"] = tuple(fields["unknown_headers"])
        fields["missing_headers"] = tuple(fields["missing_headers"])
        fields["controls"] = tuple(Control(**control) for control in fields["controls"])
        fields["warnings"] = tuple(Warning_(**warning) for warning in fields["warnings"])
        fields["tables"] = {name: StagedTable(**staged) for name, staged in fields["tables"].items()}
        return cls(**fields)


def _plain(value: object) -> str:
    if isinstance(value, date):  # a datetime is a date too
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in a manifest")
