"""The forty metrics of `bench.metrics_20m` as one statement, as somebody who knows the tables would write it."""

from __future__ import annotations

STATEMENT = """
WITH placed AS (
  SELECT channel, date_trunc('month', created_on) AS month,
    count(*) FILTER (WHERE is_counted) AS orders,
    sum(gmv_amount) FILTER (WHERE is_counted) AS gmv,
    count(*) FILTER (WHERE is_counted AND is_cancelled) AS cancelled_orders
  FROM books.main.order_facts WHERE created_on IS NOT NULL GROUP BY ALL
), paid AS (
  SELECT channel, date_trunc('month', paid_on) AS month,
    count(*) FILTER (WHERE is_paid) AS paid_orders,
    sum(paid_amount) FILTER (WHERE is_paid) AS paid_amount,
    sum(shipping_amount) FILTER (WHERE is_paid) AS shipping_income,
    sum(seller_discount_amount) FILTER (WHERE is_paid) AS seller_discounts,
    sum(platform_discount_amount) FILTER (WHERE is_paid) AS platform_discounts,
    count(DISTINCT buyer_key) FILTER (WHERE is_paid) AS buyers,
    count(DISTINCT buyer_key) FILTER (WHERE is_first_order) AS new_buyers,
    count(DISTINCT buyer_key) FILTER (WHERE is_repeat_order) AS repeat_buyers
  FROM books.main.order_facts WHERE paid_on IS NOT NULL GROUP BY ALL
), ordered AS (
  SELECT channel, date_trunc('month', created_on) AS month, sum(quantity) FILTER (WHERE is_counted) AS units_ordered
  FROM books.main.line_facts WHERE created_on IS NOT NULL GROUP BY ALL
), sold AS (
  SELECT channel, date_trunc('month', paid_on) AS month,
    sum(quantity) FILTER (WHERE is_paid) AS units,
    sum(net_amount) FILTER (WHERE is_paid) AS product_sales,
    sum(cost_amount) FILTER (WHERE is_paid) AS cost_of_goods,
    sum(costed_net_amount) FILTER (WHERE is_paid) AS costed
  FROM books.main.line_facts WHERE paid_on IS NOT NULL GROUP BY ALL
), asked AS (
  SELECT channel, date_trunc('month', requested_on) AS month,
    count(*) AS refund_requests, sum(amount) AS refunds_by_request
  FROM books.main.refund_facts WHERE requested_on IS NOT NULL GROUP BY ALL
), repaid AS (
  SELECT channel, date_trunc('month', refunded_on) AS month,
    count(*) FILTER (WHERE is_refunded) AS refund_count,
    sum(amount) FILTER (WHERE is_refunded) AS refunds_by_payment,
    count(DISTINCT platform_order_id) FILTER (WHERE is_refunded) AS refunded_orders
  FROM books.main.refund_facts WHERE refunded_on IS NOT NULL GROUP BY ALL
), booked AS (
  SELECT channel, date_trunc('month', posted_on) AS month,
    -sum(amount) FILTER (WHERE component IN ('platform_fee', 'commission', 'payment_fee', 'affiliate_commission',
      'agency_fee', 'offsite_ad_fee', 'fulfillment_fee', 'storage_fee', 'shipping_label', 'shipping_insurance', 'penalty')) AS total_fees,
    -sum(amount) FILTER (WHERE component = 'commission') AS commissions,
    -sum(amount) FILTER (WHERE component = 'payment_fee') AS payment_fees,
    sum(amount) FILTER (WHERE component NOT IN ('transfer', 'payout', 'topup', 'reserve', 'fx_conversion')) AS net_settlement
  FROM books.main.ledger_facts WHERE posted_on IS NOT NULL GROUP BY ALL
), joined AS (
  SELECT * FROM placed
  FULL JOIN paid USING (channel, month) FULL JOIN ordered USING (channel, month) FULL JOIN sold USING (channel, month)
  FULL JOIN asked USING (channel, month) FULL JOIN repaid USING (channel, month) FULL JOIN booked USING (channel, month)
)
SELECT strftime(month, '%Y-%m') AS month, channel,
  gmv, orders, paid_orders, paid_amount, cancelled_orders, units_ordered, units, product_sales, shipping_income,
  seller_discounts, platform_discounts, refunds_by_request, refunds_by_payment, refund_requests, refund_count,
  coalesce(paid_amount, 0) - coalesce(refunds_by_payment, 0) AS net_sales, buyers, new_buyers, repeat_buyers, cost_of_goods,
  costed - cost_of_goods AS gross_profit, total_fees, commissions, payment_fees, net_settlement,
  cancelled_orders / orders AS cancellation_rate,
  paid_orders / orders AS payment_rate,
  units / paid_orders AS units_per_order,
  paid_amount / paid_orders AS aov,
  product_sales / units AS price_per_unit,
  seller_discounts / (paid_amount + seller_discounts + platform_discounts) AS seller_discount_rate,
  platform_discounts / (paid_amount + seller_discounts + platform_discounts) AS platform_discount_rate,
  refunds_by_payment / paid_amount AS refund_rate_amount,
  refunded_orders / paid_orders AS refund_rate_orders,
  paid_amount / sum(paid_amount) OVER (PARTITION BY month) AS channel_share,
  repeat_buyers / buyers AS repeat_rate,
  paid_amount / buyers AS spend_per_buyer,
  costed / product_sales AS cost_coverage,
  (costed - cost_of_goods) / costed AS gross_margin,
  total_fees / paid_amount AS take_rate
FROM joined ORDER BY 1, 2
"""
