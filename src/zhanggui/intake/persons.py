"""What happens to personal data at intake: hashed with the workspace's key, kept on request, or dropped."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from zhanggui.canon.tables import Person
from zhanggui.kernel.identity import keyed_hash

_PURPOSES = {
    "buyer_key": "buyer",
    "platform_buyer_id_hash": "buyer",
    "phone_hash": "phone",
    "recipient_hash": "name",
    "email_hash": "email",
    "counterparty": "counterparty",
    "counterparty_account": "account",
    "platform_account_id": "account",
}


@dataclass(frozen=True)
class PersonPolicy:
    """The workspace's key, and whether the owner wants direct personal data kept in its two tables."""

    key: bytes
    keep_direct: bool = False

    def keeps(self, person: Person) -> bool:
        """Whether values of that class are kept; sensitive ones never are."""
        return person is Person.DIRECT and self.keep_direct

    def hash_one(self, text: str, purpose: str) -> str | None:
        """The keyed hash of one value."""
        return keyed_hash(self.key, purpose, text)

    def hashed(self, expr: pl.Expr, column: str) -> pl.Expr:
        """Keyed hashes of a column; masked values stand for nobody and become null."""
        purpose = _PURPOSES.get(column, column.removesuffix("_hash"))

        def hash_all(values: pl.Series) -> pl.Series:
            distinct = values.drop_nulls().unique()
            hashes = {text: self.hash_one(text, purpose) for text in distinct.to_list() if "*" not in text}
            return values.replace_strict(hashes, default=None, return_dtype=pl.String)

        return expr.map_batches(hash_all, return_dtype=pl.String)
