"""Steps of the close that prepare the console's lists. Importing this package declares them all."""

from zhanggui.metrics.summaries import customers, orders, products, stock

__all__ = ["customers", "orders", "products", "stock"]
