"""A forecast in one sentence with its figures: what sold lately, which way it goes, what is planned, what to expect.

The room gives codes and numbers; the phrase book makes the sentence, in both languages. The effect of a promotion is
what the same forecast says without it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from zhanggui.demand.forecasting import Fitted, Forecast
from zhanggui.demand.panel import Panel
from zhanggui.kernel.phrases import phrase

TREND_CUT = 0.15
"""Weeks of the last month within 15 % of those of the last two are called steady."""


@dataclass(frozen=True)
class Explanation:
    """The figures of one series' forecast: units, units a week, shares of 1 (None where nothing is planned)."""

    sold_8_weeks: float
    weekly: float
    trend: str
    promotion_share: float | None
    window_days: int
    expected: float
    high: float
    out_days: int
    model: str

    def sentence(self, lang: str) -> str:
        """The one sentence in that language."""
        parts = [
            phrase(
                "demand.sold", lang, sold=_whole(self.sold_8_weeks), weekly=f"{self.weekly:.1f}",
                trend=phrase(f"demand.trend_{self.trend}", lang),
            )
        ]  # fmt: skip
        if self.out_days:
            parts.append(phrase("demand.out_days", lang, days=self.out_days))
        if self.promotion_share is not None:
            way = "adds" if self.promotion_share >= 0 else "takes"
            parts.append(phrase(f"demand.promotion_{way}", lang, percent=f"{abs(self.promotion_share):.0%}"))
        parts.append(
            phrase(
                "demand.expected", lang, days=self.window_days, expected=_whole(self.expected), high=_whole(self.high)
            )
        )
        parts.append(phrase(f"demand.model_{self.model}", lang))
        return phrase("demand.joint", lang).join(parts) + phrase("demand.end", lang)


def explain_forecast(fitted: Fitted, forecast: Forecast, row: int, unpromoted: Forecast | None = None) -> Explanation:
    """The figures behind one row; `unpromoted` is the same forecast without plans, for the promotion's share."""
    panel = fitted.sums.panel
    recent, month = panel.units[row, -56:], panel.units[row, -28:]
    ratio = float(month.sum() / max(len(month), 1)) / max(float(recent.sum() / max(len(recent), 1)), 1e-9)
    trend = "rising" if ratio > 1 + TREND_CUT else "falling" if ratio < 1 - TREND_CUT else "steady"
    share = None
    if unpromoted is not None and unpromoted.mean[row] > 0 and _is_promoted(panel, row, int(forecast.window_days[row])):
        share = float(forecast.mean[row] / unpromoted.mean[row] - 1)
    return Explanation(
        float(recent.sum()),
        float(recent.sum()) / max(len(recent) / 7, 1),
        trend,
        share,
        int(forecast.window_days[row]),
        float(forecast.mean[row]),
        float(forecast.at(0.9)[row]),
        0 if panel.is_out is None else int(panel.is_out[row, -56:].sum()),
        str(forecast.model[row]),
    )


def without_plans(fitted: Fitted) -> Fitted:
    """The same trees asked as if no promotion were planned: plans end with the history, as they were on usual days."""
    panel = fitted.sums.panel
    if panel.promoted is None:
        return fitted
    sums = fitted.sums
    assert sums.promoted is not None
    past = sums.promoted[:, :, : panel.day_count + 1]
    ahead = np.repeat(past[:, :, -1:], sums.promoted.shape[2] - past.shape[2], axis=2)
    return replace(fitted, sums=replace(sums, promoted=np.concatenate([past, ahead], axis=2)))


def _is_promoted(panel: Panel, row: int, days: int) -> bool:
    return panel.promoted is not None and bool(panel.promoted[:, row, panel.day_count : panel.day_count + days].any())


def _whole(units: float) -> str:
    return f"{units:,.0f}"
