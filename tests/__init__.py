"""The tests: they read as laws, assert exact values, and mirror the rooms of the house."""
