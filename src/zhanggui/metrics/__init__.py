"""Business words as Ibis expressions: facts and aggregates of the close, and the metrics asked of them.

Nothing here runs a query: a step returns an expression for the warehouse to publish, an answer is computed
by the function that the caller hands in.
"""
