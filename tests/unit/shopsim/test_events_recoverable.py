"""Everything that was planted stands in the seller's own files: one obvious question to the books finds it, and nothing else.

The questions are put to the imported tables, never to the truth; their answers are held against the label file.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from tests.unit.shopsim.conftest import Imported, Label
from tests.unit.shopsim.eventful_seller import JD, PDD, TAOBAO
from zhanggui.app.proving import prove_books
from zhanggui.shopsim.scenario import EVENT_KINDS

# Pinduoduo states when an order was paid, not when it was made.
_SOLD = """sold AS (SELECT shop_id, platform_listing_id, seller_sku_code, coalesce(created_on, paid_on) AS day,
    sum(quantity) AS units FROM order_lines JOIN orders USING (shop_id, platform_order_id) GROUP BY ALL)"""
_DAYS = "days AS (SELECT DISTINCT day FROM sold WHERE day <= (SELECT max(stat_on) FROM traffic_daily))"


def _yuan(minor: int) -> Decimal:
    return Decimal(minor).scaleb(-2)


def _label(eventful: Imported, kind: str) -> Label:
    [label] = [one for one in eventful.labels() if one.kind == kind]
    return label


def test_the_label_file_says_what_when_where_and_at_what_cost(eventful: Imported) -> None:
    labels = eventful.labels()
    assert sorted(one.kind for one in labels) == sorted(EVENT_KINDS)
    assert all(one.first <= one.last for one in labels)
    assert [
        one.kind for one in labels if not (one.shop or one.sku or one.carrier or one.supplier or one.reference)
    ] == []
    assert [one.kind for one in labels if one.cost_minor == 0] == []
    assert [one.kind for one in labels if one.cost_minor < 0] == ["viral_day"]  # a gain


def test_the_books_of_the_eventful_month_are_true(eventful: Imported) -> None:
    checks = prove_books(eventful.world, eventful.workspace)
    assert [told for check in checks for told in check.told] == []
    assert [file.path for file in eventful.report.files if file.rows_refused or not file.manifest] == []


def test_a_raised_fee(eventful: Imported) -> None:
    """The fee's share of the sale by the day of the order, far above the usual; the surplus is the cost."""
    label = _label(eventful, "fee_rise")
    found = eventful.ask("""
        WITH entries AS (SELECT shop_id, platform_order_id, -sum(amount) FILTER (component = 'platform_fee') AS fee,
                sum(amount) FILTER (component = 'sale') AS sale
            FROM settlement_lines WHERE shop_id LIKE 'pdd/%' AND platform_order_id IS NOT NULL GROUP BY ALL),
        rates AS (SELECT shop_id, coalesce(created_on, paid_on) AS day, sum(fee) AS fee, sum(sale) AS sale,
                sum(fee) / sum(sale) AS rate
            FROM entries JOIN orders USING (shop_id, platform_order_id) WHERE sale > 0 GROUP BY ALL)
        SELECT shop_id, min(day), max(day), count(*), sum(fee) - sum(sale) * (SELECT median(rate) FROM rates)
        FROM rates WHERE rate > 1.5 * (SELECT median(rate) FROM rates) GROUP BY shop_id""")
    [(shop, first, last, days, surplus)] = found
    assert (shop, first, last, days) == (label.shop, label.first, label.last, 6)
    assert abs(float(surplus) - label.cost_minor / 100) < 0.05 * label.cost_minor / 100


def test_goods_that_ran_out(eventful: Imported) -> None:
    """Counts of nothing, and sales that had ended before: the days are those of the counts that the files hold."""
    label = _label(eventful, "stock_out")
    [(sku, first, last)] = eventful.ask("""
        SELECT seller_sku_code, min(as_of_on), max(as_of_on) FROM stock_levels WHERE on_hand <= 0 GROUP BY 1""")
    counted = [day for (day,) in eventful.ask("SELECT DISTINCT as_of_on FROM stock_levels ORDER BY 1")]
    assert sku == label.sku
    assert [day for day in counted if first <= day <= last] == [
        day for day in counted if label.first <= day <= label.last
    ]
    [(usual, since)] = eventful.ask(f"""
        WITH {_SOLD} SELECT sum(units) FILTER (day < DATE '{label.first}') / (DATE '{label.first}' - DATE '2025-05-01'),
            coalesce(sum(units) FILTER (day > DATE '{label.first}'), 0) FROM sold WHERE seller_sku_code = '{sku}'""")
    assert usual > 8 and since < usual


def test_a_listing_that_was_taken_down(eventful: Imported) -> None:
    """A product without a single visitor on days between days with many."""
    label = _label(eventful, "listing_suspended")
    found = eventful.ask("""
        WITH seen AS (SELECT shop_id, platform_listing_id, stat_on, lead(stat_on) OVER w AS next_on, visitors
            FROM traffic_daily WHERE platform_listing_id <> '' WINDOW w AS (PARTITION BY ALL ORDER BY stat_on))
        SELECT shop_id, platform_listing_id, stat_on, next_on FROM seen WHERE next_on > stat_on + 1""".replace(
        "PARTITION BY ALL", "PARTITION BY shop_id, platform_listing_id"))  # fmt: skip
    day = timedelta(days=1)
    assert found == [(label.shop, label.product, label.first - day, label.last + day)]


def test_a_carrier_that_was_late(eventful: Imported) -> None:
    """The slowest parcel of each carrier by the day of the order, those with a claim left out."""
    label = _label(eventful, "delayed_carrier")
    found = eventful.ask("""
        WITH took AS (SELECT carrier_name, o.created_on, epoch(o.completed_at - o.shipped_at) / 86400 AS days
            FROM orders o JOIN shipments s USING (shop_id, platform_order_id)
            WHERE o.shop_id LIKE 'taobao/%' AND o.completed_at IS NOT NULL
                AND platform_order_id NOT IN (SELECT platform_order_id FROM refunds)),
        slowest AS (SELECT carrier_name, created_on, max(days) AS days FROM took GROUP BY ALL)
        SELECT carrier_name, min(created_on), max(created_on), count(*) FROM slowest WHERE days > 16 GROUP BY 1""")
    assert found == [(label.carrier, label.first, label.last, 4)]


def test_a_batch_that_was_bad(eventful: Imported) -> None:
    """The goods that are in every order with a claim of a defect; what was given back is a part of the cost."""
    label = _label(eventful, "defective_batch")
    found = eventful.ask("""
        WITH bad AS (SELECT * FROM refunds WHERE reason IN ('质量问题', '商品破损/开裂'))
        SELECT goods.seller_sku_code, min(created_on), max(created_on), sum(bad.amount)
        FROM bad JOIN (SELECT DISTINCT shop_id, platform_order_id, seller_sku_code FROM order_lines) goods
            USING (shop_id, platform_order_id) JOIN orders USING (shop_id, platform_order_id)
        GROUP BY 1 HAVING count(*) = (SELECT count(*) FROM bad)""")
    [(sku, first, last, amount)] = found
    assert (sku, last) == (label.sku, label.last)
    assert label.first <= first <= label.first + timedelta(days=1)
    assert 0 < amount <= _yuan(label.cost_minor)


def test_a_rival_that_undercut(eventful: Imported) -> None:
    """Files say nothing of rivals, but of goods in stock that hardly sell in one shop for days."""
    label = _label(eventful, "price_war")
    found = eventful.ask(f"""
        WITH {_SOLD}, {_DAYS},
        goods AS (SELECT shop_id, platform_listing_id, seller_sku_code, sum(units) / (SELECT count(*) FROM days) AS usual
            FROM sold GROUP BY ALL HAVING usual >= 3),
        daily AS (SELECT goods.*, days.day, coalesce(units, 0) AS units FROM goods CROSS JOIN days
            LEFT JOIN sold USING (shop_id, platform_listing_id, seller_sku_code, day)),
        weak AS (SELECT *, day - row_number() OVER (PARTITION BY shop_id, platform_listing_id ORDER BY day)::INT AS run
            FROM daily WHERE units < 0.3 * usual)
        SELECT shop_id, platform_listing_id, min(day), max(day) FROM weak
        WHERE seller_sku_code NOT IN (SELECT seller_sku_code FROM stock_levels WHERE on_hand <= 0)
        GROUP BY shop_id, platform_listing_id, run HAVING count(*) >= 5""")
    assert (PDD, label.product, label.first, label.last) in found
    assert [row[:2] for row in found if row[1] != label.product and row[0] != JD] == [
        (TAOBAO, _label(eventful, "listing_suspended").product)
    ]


def test_a_shop_s_own_promotion(eventful: Imported) -> None:
    """What the shop gave away of its list prices, by day."""
    label = _label(eventful, "promotion")
    found = eventful.ask("""
        WITH given AS (SELECT shop_id, created_on, 1 - sum(l.total_amount) / sum(l.gross_amount) AS share
            FROM order_lines l JOIN orders USING (shop_id, platform_order_id) WHERE l.total_amount IS NOT NULL GROUP BY ALL)
        SELECT shop_id, min(created_on), max(created_on), count(*), round(min(share), 1) FROM given
        WHERE share > 0.15 GROUP BY 1""")
    assert found == [(label.shop, label.first, label.last, 4, label.detail["discount"])]


def test_a_day_that_went_viral(eventful: Imported) -> None:
    """Units of a day far beyond the product's usual."""
    label = _label(eventful, "viral_day")
    found = eventful.ask(f"""
        WITH {_SOLD}, usual AS (SELECT shop_id, platform_listing_id, median(units) AS units FROM sold GROUP BY ALL)
        SELECT sold.shop_id, platform_listing_id, day FROM sold JOIN usual USING (shop_id, platform_listing_id)
        WHERE sold.units > 8 * usual.units AND sold.units > 20""")
    assert found == [(label.shop, label.product, label.first)]
    assert label.first == label.last


def test_a_channel_that_was_closed(eventful: Imported) -> None:
    """The last order of a shop lies days before the others'."""
    label = _label(eventful, "channel_closed")
    found = eventful.ask("""
        WITH ends AS (SELECT shop_id, max(coalesce(created_on, paid_on)) AS last_on FROM orders GROUP BY 1)
        SELECT shop_id, last_on FROM ends WHERE last_on < (SELECT max(last_on) FROM ends) - 2""")
    assert found == [(label.shop, label.first - timedelta(days=1))]


def test_a_currency_that_fell(eventful: Imported) -> None:
    """The rate of the bank's conversions: yuan received for dollars sold; the greatest fall lies within the label's days."""
    label = _label(eventful, "currency_shock")
    found = eventful.ask("""
        WITH rates AS (SELECT booked_on, -sum(amount) FILTER (currency = 'CNY') / sum(amount) FILTER (currency = 'USD') AS rate
            FROM bank_transactions WHERE description LIKE '%FX USDCNY%' GROUP BY 1),
        steps AS (SELECT booked_on AS from_on, lead(booked_on) OVER w AS to_on, rate, lead(rate) OVER w / rate AS change
            FROM rates WINDOW w AS (ORDER BY booked_on))
        SELECT from_on, to_on, rate, change FROM steps ORDER BY change LIMIT 1""")
    [(first, last, rate, change)] = found
    assert label.detail["currency"] == "USD"
    assert label.first <= first < last <= label.last
    spread = Decimal("0.996")  # what the bank keeps of a conversion
    assert abs(Decimal(str(rate)) / spread - Decimal(label.detail["rate_from"])) < Decimal("0.001")
    assert change < Decimal("0.995")


def test_an_invoice_that_came_twice(eventful: Imported) -> None:
    """Two purchases from one supplier on one day with the same lines; the second never arrives."""
    label = _label(eventful, "duplicate_invoice")
    found = eventful.ask("""
        WITH orders_ AS (SELECT platform_order_id, supplier_id, created_on, paid_amount, status,
                list((seller_sku_code, quantity, unit_price) ORDER BY seller_sku_code) AS lines
            FROM purchase_orders JOIN (SELECT platform_order_id, seller_sku_code, quantity, unit_price
                FROM purchase_order_lines) USING (platform_order_id) GROUP BY ALL)
        SELECT b.platform_order_id, b.created_on, s.name, b.paid_amount FROM orders_ a JOIN orders_ b
            ON a.supplier_id = b.supplier_id AND a.lines = b.lines AND b.created_on BETWEEN a.created_on AND a.created_on + 3
            AND a.platform_order_id < b.platform_order_id
        JOIN suppliers s ON s.supplier_id = b.supplier_id""")
    assert [row[:2] for row in found] == [(label.reference, label.first)]
    assert found[0][3] == _yuan(label.cost_minor)
    [(paid,)] = eventful.ask(f"SELECT sum(amount) FROM bank_transactions WHERE description LIKE '%{label.reference}%'")
    assert paid == -_yuan(label.cost_minor)


def test_parcels_that_were_overcharged(eventful: Imported) -> None:
    """Billed heavier than they were, or twice; the overcharge is what such a parcel costs otherwise, to the cent."""
    label = _label(eventful, "overcharged_parcel")
    rows = eventful.ask("""
        WITH bills AS (SELECT carrier_name, tracking_number, count(*) AS times, sum(amount) AS amount,
                max(c.billed_weight_grams) AS billed, any_value(s.weight_grams) AS grams, any_value(s.province) AS province
            FROM shipment_charges c JOIN shipments s USING (carrier_name, tracking_number) GROUP BY ALL),
        wrong AS (SELECT * FROM bills WHERE times > 1 OR billed > grams + 1000),
        usual AS (SELECT carrier_name, province, ceil(grams / 1000) AS step, min(amount) AS amount FROM bills
            WHERE tracking_number NOT IN (SELECT tracking_number FROM wrong) GROUP BY ALL)
        SELECT wrong.carrier_name, tracking_number, wrong.amount - usual.amount FROM wrong
        LEFT JOIN usual ON wrong.carrier_name = usual.carrier_name AND wrong.province = usual.province
            AND ceil(grams / 1000) = usual.step""")
    assert {carrier for carrier, _, _ in rows} == {label.carrier}
    assert {tracking for _, tracking, _ in rows} == set(label.reference.split())
    # A few went where no other parcel of that carrier and weight did: what they should have cost, no file says.
    told = {tracking: over for _, tracking, over in rows if over is not None}
    truth = {
        row["tracking_no"]: row["billed_minor"] * (1 + row["is_duplicate_billed"]) - row["charge_minor"]
        for row in eventful.truth("parcels")
    }
    assert told == {tracking: _yuan(truth[tracking]) for tracking in told}
    assert len(told) > 0.8 * len(rows)
    assert sum(truth[tracking] for _, tracking, _ in rows) == label.cost_minor
    [(first, last)] = eventful.ask(f"""
        SELECT min(coalesce(created_on, paid_on)), max(coalesce(created_on, paid_on)) FROM orders
        JOIN shipments USING (shop_id, platform_order_id) WHERE tracking_number IN ({_listed(rows)})""")
    assert (first, last) == (label.first, label.last)


def _listed(rows: list[tuple[Any, ...]]) -> str:
    return ", ".join(f"'{tracking}'" for _, tracking, _ in rows)


def test_a_payout_that_never_came(eventful: Imported) -> None:
    """The wallet paid out, and no bank account received so much within the week."""
    label = _label(eventful, "missing_settlement")
    found = eventful.ask("""
        SELECT shop_id, posted_on, -amount FROM settlement_lines p WHERE component = 'payout'
            AND posted_on < (SELECT max(booked_on) FROM bank_transactions) - 5
            AND NOT EXISTS (SELECT 1 FROM bank_transactions b
                WHERE b.amount = -p.amount AND b.booked_on BETWEEN p.posted_on AND p.posted_on + 7)""")
    assert found == [(label.shop, label.first, _yuan(label.cost_minor))]


def test_orders_that_were_bought_to_look_busy(eventful: Imported) -> None:
    """Orders with a parcel for which no goods left the warehouse; the bank shows what their buyers got."""
    label = _label(eventful, "fake_orders")
    found = eventful.ask("""
        SELECT o.shop_id, seller_sku_code, min(created_on), max(created_on), count(*)
        FROM orders o JOIN order_lines USING (shop_id, platform_order_id) JOIN shipments USING (shop_id, platform_order_id)
        WHERE o.shipped_at < (SELECT max(posted_at) FROM settlement_lines) - INTERVAL 1 DAY AND o.shop_id NOT LIKE 'shopify/%'
            AND platform_order_id NOT IN (SELECT platform_order_id FROM erp_order_lines)
        GROUP BY ALL""")
    assert found == [(label.shop, label.sku, label.first, label.last, 14)]
    [(given,)] = eventful.ask(f"""
        SELECT -sum(amount) FROM bank_transactions WHERE description LIKE '其他 {TAOBAO}%'""")
    [(bought,)] = eventful.ask(f"""
        SELECT sum(paid_amount) FROM orders WHERE shop_id = '{TAOBAO}' AND platform_order_id IN
            (SELECT platform_order_id FROM shipments JOIN order_lines USING (shop_id, platform_order_id)
             WHERE platform_order_id NOT IN (SELECT platform_order_id FROM erp_order_lines)
                AND seller_sku_code = '{label.sku}')""")
    assert given - bought == 14 * Decimal(8)
    assert _yuan(label.cost_minor) > given - bought  # and the platform's fees, carriage and packaging


def test_every_kind_has_its_question() -> None:
    """A kind that is added to the simulator needs a question here."""
    asked: dict[str, Callable[[Imported], None]] = {
        "fee_rise": test_a_raised_fee, "stock_out": test_goods_that_ran_out,
        "listing_suspended": test_a_listing_that_was_taken_down, "delayed_carrier": test_a_carrier_that_was_late,
        "defective_batch": test_a_batch_that_was_bad, "price_war": test_a_rival_that_undercut,
        "promotion": test_a_shop_s_own_promotion, "viral_day": test_a_day_that_went_viral,
        "channel_closed": test_a_channel_that_was_closed, "currency_shock": test_a_currency_that_fell,
        "duplicate_invoice": test_an_invoice_that_came_twice, "overcharged_parcel": test_parcels_that_were_overcharged,
        "missing_settlement": test_a_payout_that_never_came, "fake_orders": test_orders_that_were_bought_to_look_busy,
    }  # fmt: skip
    assert sorted(asked) == sorted(EVENT_KINDS)
