"""The house looks after itself: sizes, names, directions, and documents that match the code."""
