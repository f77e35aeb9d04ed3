"""The questions that the books answer, each one function, by subject. Importing this package registers them all."""

from zhanggui.app.questions import (
    coverage,
    customers,
    definitions,
    figures,
    imports,
    lineage,
    links,
    orders,
    products,
    settlement,
    shops,
    stock,
    today,
)

__all__ = [
    "coverage",
    "customers",
    "definitions",
    "figures",
    "imports",
    "lineage",
    "links",
    "orders",
    "products",
    "settlement",
    "shops",
    "stock",
    "today",
]
