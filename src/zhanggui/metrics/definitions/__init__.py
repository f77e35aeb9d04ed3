"""The metrics by subject, each with its definition in both languages."""
