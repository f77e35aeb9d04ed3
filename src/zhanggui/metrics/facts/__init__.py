"""Steps of the close that make conformed facts of the statements. Importing this package declares them all."""

from zhanggui.metrics.facts import exchange, ledger, lines, marketing, orders, parcels, refunds, stock, voice

__all__ = ["exchange", "ledger", "lines", "marketing", "orders", "parcels", "refunds", "stock", "voice"]
