"""Formats against reviewed canonical rows."""
