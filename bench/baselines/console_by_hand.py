"""What the console's benchmark asks, as hand-written SQL on the facts: no aggregates, no summaries, nothing kept."""

QUESTIONS_BY_HAND = {
    "paid amount and orders by channel and month": """
        SELECT channel, date_trunc('month', paid_on), sum(paid_amount), count(*) FROM books.main.order_facts
        WHERE is_paid GROUP BY ALL ORDER BY ALL""",
    "units and net sales by category and month": """
        SELECT category, date_trunc('month', paid_on), sum(quantity), sum(net_amount) FROM books.main.line_facts
        WHERE is_paid GROUP BY ALL ORDER BY ALL""",
    "units by article, one year": """
        SELECT sku_id, sum(quantity) FROM books.main.line_facts
        WHERE is_paid AND paid_on BETWEEN date '2026-01-01' AND date '2026-12-31' GROUP BY ALL ORDER BY ALL""",
    "buyers by channel and month": """
        SELECT channel, date_trunc('month', paid_on), count(DISTINCT buyer_key) FROM books.main.order_facts
        WHERE is_paid GROUP BY ALL ORDER BY ALL""",
    "key figures of all days (sales side)": """
        SELECT * FROM (
            SELECT paid_on AS day, sum(paid_amount), count(*) FROM books.main.order_facts WHERE is_paid GROUP BY ALL
        ) LEFT JOIN (
            SELECT paid_on AS day, sum(quantity), sum(net_amount), sum(cost_amount), sum(costed_net_amount)
            FROM books.main.line_facts WHERE is_paid GROUP BY ALL
        ) USING (day) LEFT JOIN (
            SELECT refunded_on AS day, sum(amount) FROM books.main.refund_facts WHERE is_refunded GROUP BY ALL
        ) USING (day) ORDER BY day""",
    "products by net sales, first page": """
        SELECT sku_id, sum(quantity), sum(net_amount), min(paid_on), max(paid_on) FROM books.main.line_facts
        WHERE is_paid GROUP BY ALL ORDER BY 3 DESC, 1 LIMIT 50""",
    "customers by paid amount, first page": """
        SELECT shop_id, buyer_key, count(*), sum(paid_amount), max(paid_on) FROM books.main.order_facts
        WHERE is_paid GROUP BY ALL ORDER BY 4 DESC, 1, 2 LIMIT 50""",
    "orders, newest first, first page": """
        SELECT * FROM books.main.order_facts ORDER BY created_on DESC, shop_id, platform_order_id LIMIT 50""",
}
