"""Zhanggui (掌柜): the back office of a small online seller."""

__version__ = "0.1.0"
