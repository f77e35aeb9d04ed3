"""The simulated sellers at scale: published tables by the hundred million rows, without files and without an importer."""

from zhanggui.shopsim.scale.writing import ScaleTargetNotEmpty, Written, write_canonical

__all__ = ["ScaleTargetNotEmpty", "Written", "write_canonical"]
