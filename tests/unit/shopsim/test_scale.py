"""The canonical tables at scale: the declared shapes, sums that are exact, bytes that depend on the seed alone."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest

from tests.unit.metrics.world import World, step_queries
from zhanggui.canon.register import TABLES
from zhanggui.metrics.answering import answer
from zhanggui.metrics.requests import MetricRequest
from zhanggui.shopsim.scale import ScaleTargetNotEmpty, Written, write_canonical
from zhanggui.shopsim.scenario import Scenario, load_scenario

STANDING = ("shops", "payment_accounts", "skus", "listings", "cost_prices")
MOVING = ("orders", "order_lines", "refunds", "settlement_lines", "payouts")
DAYS, SELLERS, LINES = 75, 24, 24_000


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Written:
    """Two and a half months of twenty-four sellers."""
    directory = tmp_path_factory.mktemp("scale") / "out"
    return write_canonical(
        load_scenario("service_centre"), 7, directory, order_lines=LINES, sellers=SELLERS, days=DAYS, processes=1
    )


@pytest.fixture(scope="module")
def engine(written: Written) -> Iterator[duckdb.DuckDBPyConnection]:
    """All tables as views."""
    with duckdb.connect() as connection:
        for name in (*STANDING, *MOVING):
            connection.execute(f"CREATE VIEW {name} AS SELECT * FROM '{written.directory}/{name}/*/*.parquet'")
        yield connection


def _digests(directory: Path) -> dict[str, str]:
    return {
        path.relative_to(directory).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(directory.rglob("*"))
        if path.is_file()
    }


def _one(engine: duckdb.DuckDBPyConnection, query: str) -> tuple[Any, ...]:
    found = engine.execute(query).fetchone()
    assert found is not None
    return found


def test_every_file_has_the_declared_shape(written: Written) -> None:
    files = sorted(written.directory.rglob("*.parquet"))
    assert {path.relative_to(written.directory).parts[0] for path in files} == {*STANDING, *MOVING}
    for path in files:
        name = path.relative_to(written.directory).parts[0]
        assert pq.read_schema(path) == TABLES[name].arrow_schema, path


def test_the_counts_are_those_of_the_files(written: Written, engine: duckdb.DuckDBPyConnection) -> None:
    assert {name: _one(engine, f"SELECT count(*) FROM {name}")[0] for name in written.counts} == written.counts
    assert written.sellers == SELLERS
    assert written.order_lines == pytest.approx(LINES, rel=0.05)
    assert written.bytes == sum(path.stat().st_size for path in written.directory.rglob("*.parquet"))


@pytest.mark.parametrize("name", [*STANDING, *MOVING])
def test_keys_are_stated_once(engine: duckdb.DuckDBPyConnection, name: str) -> None:
    key = ", ".join(TABLES[name].key)
    assert engine.execute(f"SELECT {key}, count(*) FROM {name} GROUP BY ALL HAVING count(*) > 1").fetchall() == []
    for column in TABLES[name].key:
        assert _one(engine, f"SELECT count(*) FROM {name} WHERE {column} IS NULL") == (0,)


def test_an_order_is_the_sum_of_its_lines(written: Written, engine: duckdb.DuckDBPyConnection) -> None:
    found = engine.execute("""
        SELECT o.platform_order_id FROM orders o JOIN (
            SELECT shop_id, platform_order_id, sum(gross_amount) gross, sum(seller_discount_amount) seller,
                sum(platform_discount_amount) platform, sum(total_amount) total, sum(seller_receivable_amount) receivable,
                sum(refunded_amount) refunded, sum(tax_amount) tax, sum(quantity) pieces, count(*) lines
            FROM order_lines GROUP BY ALL) l USING (shop_id, platform_order_id)
        WHERE (o.goods_amount, o.seller_discount_amount, o.platform_discount_amount, o.total_amount,
               o.seller_receivable_amount, o.refunded_amount, o.item_quantity, o.distinct_item_count, o.discount_amount)
           <> (l.gross, l.seller, l.platform, l.total + o.shipping_amount + l.tax,
               l.receivable + o.shipping_amount, l.refunded, l.pieces, l.lines, l.seller + l.platform)
    """).fetchall()
    assert found == []
    joined = "SELECT count(DISTINCT (shop_id, platform_order_id)) FROM order_lines"
    assert _one(engine, joined) == (written.counts["orders"],)


def test_what_a_line_says_adds_up(engine: duckdb.DuckDBPyConnection) -> None:
    assert engine.execute("""
        SELECT line_key FROM order_lines WHERE gross_amount <> unit_price * quantity
            OR total_amount <> gross_amount - discount_amount OR refunded_amount > total_amount
            OR seller_receivable_amount <> total_amount + platform_discount_amount OR quantity_returned > quantity
            OR platform_line_id <> line_key OR NOT starts_with(line_key, platform_order_id)
    """).fetchall() == []  # fmt: skip


def test_claims_stand_on_their_lines(engine: duckdb.DuckDBPyConnection) -> None:
    assert engine.execute("""
        SELECT l.line_key FROM order_lines l LEFT JOIN (
            SELECT * FROM refunds WHERE status = 'refunded') r USING (shop_id, platform_line_id)
        WHERE l.refunded_amount <> coalesce(r.amount, 0) OR (l.refund_state = 'refunded') <> (r.amount IS NOT NULL)
    """).fetchall() == []  # fmt: skip
    states = dict(engine.execute("SELECT status, count(*) FROM refunds GROUP BY ALL").fetchall())
    assert set(states) == {"requested", "refunded", "rejected"} and min(states.values()) > 5


def test_the_components_of_a_payout_sum_to_it_to_the_cent(engine: duckdb.DuckDBPyConnection) -> None:
    found = engine.execute("""
        SELECT account_id, platform_payout_id, p.amount, e.total FROM payouts p FULL JOIN (
            SELECT account_id, platform_payout_id, sum(amount) FILTER (component <> 'payout') total,
                sum(amount) FILTER (component = 'payout') paid
            FROM settlement_lines WHERE platform_payout_id IS NOT NULL GROUP BY ALL
        ) e USING (account_id, platform_payout_id)
        -- What is less than the least payout is kept back: the entries of such a number sum to nothing.
        WHERE coalesce(p.amount, 0) <> e.total OR coalesce(p.amount, 0) <> -coalesce(e.paid, 0)
    """).fetchall()
    assert found == []
    assert _one(engine, "SELECT min(amount) >= 1, count(*) > 100 FROM payouts") == (True, True)


def test_the_ledger_of_a_line_is_what_it_brings_less_fees(engine: duckdb.DuckDBPyConnection) -> None:
    """Sale, subsidy and shipping are the receivable; a refund after the money takes back what it says."""
    found = engine.execute("""
        WITH entries AS (
            SELECT shop_id, platform_line_id, platform_refund_id IS NULL AS is_sale,
                sum(amount) FILTER (component IN ('sale', 'platform_subsidy', 'shipping')) AS money,
                sum(amount) FILTER (component NOT IN ('sale', 'platform_subsidy', 'shipping', 'refund')) AS fees
            FROM settlement_lines WHERE platform_line_id IS NOT NULL GROUP BY ALL)
        SELECT l.line_key, e.money, l.seller_receivable_amount FROM entries e
        JOIN order_lines l USING (shop_id, platform_line_id)
        JOIN orders o ON o.shop_id = l.shop_id AND o.platform_order_id = l.platform_order_id
        WHERE e.is_sale AND l.refunded_amount = 0 AND (e.fees >= 0
            OR e.money <> l.seller_receivable_amount + CASE WHEN l.line_key LIKE '%-01' THEN o.shipping_amount ELSE 0 END)
    """).fetchall()
    assert found == []
    components = {row[0] for row in engine.execute("SELECT DISTINCT component FROM settlement_lines").fetchall()}
    assert {"sale", "platform_subsidy", "refund", "platform_fee", "affiliate_commission", "payout"} <= components


def test_instants_follow_each_other_and_dates_are_the_shop_s(
    written: Written, engine: duckdb.DuckDBPyConnection
) -> None:
    assert engine.execute("""
        SELECT platform_order_id FROM orders
        WHERE NOT coalesce(created_at < paid_at, true) OR NOT coalesce(paid_at < shipped_at, true)
            OR NOT coalesce(shipped_at < completed_at, true) OR created_on <> (created_at + INTERVAL 8 HOUR)::DATE
            OR coalesce(paid_on <> (paid_at + INTERVAL 8 HOUR)::DATE, false)
            OR coalesce(completed_on <> (completed_at + INTERVAL 8 HOUR)::DATE, false)
            OR (paid_at IS NULL) <> (paid_amount IS NULL) OR greatest(completed_at, paid_at, cancelled_at) >= stated_at
    """).fetchall() == []  # fmt: skip
    assert _one(engine, "SELECT min(created_on)::VARCHAR, max(created_on)::VARCHAR FROM orders") == (
        "2025-01-01",
        "2025-03-16",
    )
    folders = "SELECT count(*) FROM read_parquet('{}/orders/2025-02/*.parquet') WHERE month(created_on) <> 2"
    assert _one(engine, folders.format(written.directory)) == (0,)


def test_the_statistics_are_those_of_the_scenario(engine: duckdb.DuckDBPyConnection) -> None:
    """Baskets, returning buyers, unpaid orders, unequal goods and sellers, and a week with its own shape."""
    lines, pieces = _one(engine, """
        SELECT avg(distinct_item_count), sum(item_quantity) / sum(distinct_item_count) FROM orders WHERE shop_id NOT LIKE 'pdd/%'
    """)  # fmt: skip
    assert float(lines) == pytest.approx(1.25, abs=0.03) and float(pieces) == pytest.approx(1 / (1 - 0.14), abs=0.02)
    assert _one(engine, "SELECT max(distinct_item_count) FROM orders WHERE shop_id LIKE 'pdd/%'") == (1,)
    assert float(_one(engine, "SELECT avg((paid_at IS NULL)::INT) FROM orders")[0]) == pytest.approx(0.032, abs=0.006)
    orders, buyers = _one(engine, "SELECT count(*), count(DISTINCT (shop_id, buyer_key)) FROM orders")
    assert 1.1 < orders / buyers < 1.45
    top = _one(engine, """
        SELECT sum(q) FILTER (place <= 0.2) / sum(q) FROM (
            SELECT sum(quantity) q, percent_rank() OVER (ORDER BY sum(quantity) DESC) place FROM order_lines GROUP BY seller_sku_code)
    """)[0]  # fmt: skip
    assert 0.6 < float(top) < 0.9
    sizes = [row[0] for row in engine.execute("SELECT count(*) FROM orders GROUP BY right(shop_id, 4)").fetchall()]
    assert len(sizes) == SELLERS and max(sizes) > 5 * sorted(sizes)[SELLERS // 2] / 2
    claims = float(_one(engine, "SELECT (SELECT count(*) FROM refunds) / (SELECT count(*) FROM order_lines)")[0])
    assert 0.03 < claims < 0.15


def test_the_number_of_processes_changes_no_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zhanggui.shopsim.scale.writing.LINES_AT_ONCE", 400)
    told: list[int] = []
    for processes in (1, 2):
        written = write_canonical(
            load_scenario("service_centre"), 3, tmp_path / str(processes), order_lines=2_000, sellers=8, days=40,
            processes=processes, told=told.append,
        )  # fmt: skip
    digests = _digests(tmp_path / "1")
    assert digests == _digests(tmp_path / "2")
    assert len(set(digests)) > 30 and told[-1] == written.order_lines


def test_another_seed_is_another_seller(tmp_path: Path, written: Written) -> None:
    write_canonical(
        load_scenario("service_centre"), 8, tmp_path / "o", order_lines=LINES, sellers=SELLERS, days=DAYS, processes=1
    )
    one, other = _digests(written.directory), _digests(tmp_path / "o")
    assert not {digest for name, digest in one.items() if "/2025-" in name} & set(other.values())


def test_who_else_is_written_does_not_change_a_seller(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second seller's orders are the same in a group of three and alone with its neighbours in other groups."""
    rows = []
    for lines_at_once in (1, 10**6):
        monkeypatch.setattr("zhanggui.shopsim.scale.writing.LINES_AT_ONCE", lines_at_once)
        monkeypatch.setattr("zhanggui.shopsim.scale.writing.MOST_PARTS", 1)
        folder = tmp_path / str(lines_at_once)
        write_canonical(load_scenario("service_centre"), 3, folder, sellers=3, days=35, processes=1)
        sql = f"SELECT * FROM '{folder}/{{}}/*/*.parquet' WHERE shop_id LIKE '%-0002' ORDER BY ALL"
        rows.append([duckdb.sql(sql.format(name)).fetchall() for name in MOVING])
    assert rows[0] == rows[1] and len(rows[0][0]) > 50


@pytest.mark.parametrize("name", ["gift_shop", "cross_border_home", "fruit_farm"])
def test_every_scenario_can_be_written(tmp_path: Path, name: str) -> None:
    scenario: Scenario = load_scenario(name)
    written = write_canonical(replace(scenario, scale=0.1), 2, tmp_path / "out", days=33, processes=1)
    assert written.sellers == 1 and written.order_lines > 100
    folder = tmp_path / "out"
    shops = duckdb.sql(f"SELECT shop_id, currency, timezone FROM '{folder}/shops/*/*.parquet'").fetchall()
    assert {shop for shop, _, _ in shops} == {plan.code for plan in scenario.shops}
    for shop, currency, zone in shops:
        dated = f"""SELECT count(*), count(*) FILTER (created_on <> (created_at AT TIME ZONE 'UTC' AT TIME ZONE '{zone}')::DATE)
            FROM '{folder}/orders/*/*.parquet' WHERE shop_id = '{shop}' AND currency = '{currency}'"""
        orders, wrong = duckdb.sql(dated).fetchall()[0]
        assert orders > 10 and wrong == 0, shop


def test_a_full_directory_is_refused(tmp_path: Path) -> None:
    (tmp_path / "something").write_text("here", "utf-8")
    with pytest.raises(ScaleTargetNotEmpty):
        write_canonical(load_scenario("service_centre"), 1, tmp_path)


@pytest.mark.slow
def test_the_metrics_read_it(written: Written) -> None:
    """The close's steps and the metric layer run on the tables as written; gross sales are the sum of the goods."""
    world = World({})
    for name in (*STANDING, *MOVING):
        files = f"{written.directory}/{name}/*/*.parquet"
        world.engine.con.execute(f"CREATE OR REPLACE TABLE \"{name}\" AS SELECT * FROM '{files}'")
    for name, sql in step_queries():
        world.put(name, world.engine.con.execute(sql).to_arrow_table().cast(TABLES[name].arrow_schema))
    names = ("gmv", "orders", "units", "refunds_by_payment", "total_fees")
    found = answer(MetricRequest(names, (), "year"), world.table, world.run)
    gmv, orders, units, refunds, fees = found.rows[0][-5:]
    con = world.engine.con
    assert gmv == con.execute("SELECT sum(payable_amount) FROM orders").fetchone()[0]
    assert orders == written.counts["orders"]
    assert (
        units
        == con.execute(
            "SELECT sum(quantity) FROM order_lines JOIN orders USING (shop_id, platform_order_id) WHERE paid_at IS NOT NULL"
        ).fetchone()[0]
    )
    assert refunds == con.execute("SELECT sum(amount) FROM refunds WHERE refunded_at IS NOT NULL").fetchone()[0]
    assert Decimal(fees) > 0
