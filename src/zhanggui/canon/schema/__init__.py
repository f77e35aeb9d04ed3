"""The declarations of all canonical tables, one module for each subject of the trade."""
