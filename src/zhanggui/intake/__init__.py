"""The only room that opens a stranger's file.

Recognised, cleaned, mapped to canonical rows, every row accounted for.
"""
