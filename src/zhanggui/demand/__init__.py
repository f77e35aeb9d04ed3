"""What will be sold: demand as it would have been, forecast over any lead time, with how far it can be trusted.

Reads tables, gives forecasts and what explains them; opens nothing, reads no clock, draws nothing without a seed.
"""
