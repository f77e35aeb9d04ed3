"""What needs a look.

Missing data, unreconciled money, concentration. Reads tables, proposes decisions, opens nothing.
"""
