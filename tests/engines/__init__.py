"""Equal answers on every engine."""
