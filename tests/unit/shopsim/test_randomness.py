"""Chance depends on the seed and the name of what it is for, and on nothing else."""

from __future__ import annotations

import numpy as np

from zhanggui.shopsim.randomness import Draws, round_at_random


def test_a_stream_is_the_same_on_every_machine() -> None:
    assert Draws(7).stream("demand", 3).integers(0, 100, 5).tolist() == [86, 32, 72, 90, 48]
    assert Draws(7).stream("demand", 3).random(2).tolist() == [0.32294965252916885, 0.905006111769326]


def test_another_seed_name_or_day_is_another_stream() -> None:
    first = Draws(7).stream("demand", 3).integers(0, 1 << 40)
    others = [
        Draws(8).stream("demand", 3),
        Draws(7).stream("demand", 4),
        Draws(7).stream("demand"),
        Draws(7).stream("weather", 3),
    ]
    assert len({int(first), *(int(each.integers(0, 1 << 40)) for each in others)}) == 5


def test_names_do_not_run_into_each_other() -> None:
    assert Draws(1).stream("ab", "c").random() != Draws(1).stream("a", "bc").random()
    assert Draws(1).stream("1", 2).random() == Draws(1).stream(1, "2").random()


def test_drawing_from_one_stream_leaves_the_others() -> None:
    draws = Draws(3)
    draws.stream("demand").random(1000)
    assert draws.stream("weather").random() == Draws(3).stream("weather").random()


def test_rounding_at_random_keeps_the_expectation() -> None:
    expected = np.array([2.0, 2.25, 2.25, 0.0])
    assert round_at_random(expected, np.array([0.9, 0.24, 0.25, 0.0])).tolist() == [2, 3, 2, 0]
    uniform = (np.arange(1000) + 0.5) / 1000
    assert round_at_random(np.full(1000, 1.75), uniform).mean() == 1.75
