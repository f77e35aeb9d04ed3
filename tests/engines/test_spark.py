"""The same steps and every metric give the same figures on the embedded engine and on a Spark cluster."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import ibis
import pyarrow.parquet as pq
import pytest

from tests.engines.cluster import standalone_cluster
from tests.unit.metrics.world import Row, World, metric_steps
from zhanggui.canon.metrics import Shape
from zhanggui.canon.register import TABLES
from zhanggui.metrics.answering import answer
from zhanggui.metrics.registry import METRICS
from zhanggui.metrics.requests import MetricRequest
from zhanggui.shopsim.scale import write_canonical
from zhanggui.shopsim.scenario import load_scenario

pytestmark = [pytest.mark.slow, pytest.mark.spark, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def embedded() -> World:
    return World()


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    folder = tmp_path_factory.mktemp("cluster")
    os.environ["PYSPARK_PYTHON"] = sys.executable
    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    with standalone_cluster(folder) as address:
        from pyspark.sql import SparkSession

        built = SparkSession.builder.master(address).appName("equal engines")
        settings = {
            "spark.driver.host": "127.0.0.1",
            "spark.ui.enabled": "false",
            "spark.sql.shuffle.partitions": "2",
            # A world of twenty orders: compiling its queries to bytecode would take most of the time.
            "spark.sql.codegen.wholeStage": "false",
            "spark.sql.codegen.factoryMode": "NO_CODEGEN",
            "spark.executor.memory": "900m",
            "spark.scheduler.minRegisteredResourcesRatio": "1",
            "spark.scheduler.maxRegisteredResourcesWaitingTime": "60s",
            "spark.sql.warehouse.dir": str(folder / "warehouse"),
            "spark.sql.session.timeZone": "UTC",
            "spark.sql.autoBroadcastJoinThreshold": "1m",
        }
        for name, value in settings.items():
            built = built.config(name, value)
        spark = built.getOrCreate()
        spark.sparkContext.setLogLevel("ERROR")
        try:
            yield spark
        finally:
            spark.stop()


class Cluster:
    """The world's stated tables as Parquet, and the steps run on them by Spark."""

    def __init__(self, session: Any, world: World, folder: Path) -> None:
        self.backend = ibis.pyspark.connect(session)
        self.session = session
        reads = {name for step in metric_steps() for name in step.reads}
        written = {step.writes for step in metric_steps()}
        for name in sorted(reads - written):
            pq.write_table(world.table(name).to_pyarrow(), folder / f"{name}.parquet")
            session.read.parquet(str(folder / f"{name}.parquet")).createOrReplaceTempView(name)
        for step in metric_steps():
            made = step(*(self.backend.table(name) for name in step.reads))
            path = str(folder / step.writes)
            session.sql(str(ibis.to_sql(made, dialect="pyspark"))).write.parquet(path)
            session.read.parquet(path).createOrReplaceTempView(step.writes)

    def table(self, name: str) -> Any:
        return self.backend.table(name)

    def run(self, expression: Any) -> list[Row]:
        sql = str(ibis.to_sql(expression, dialect="pyspark"))
        return [row.asDict() for row in self.session.sql(sql).collect()]


@pytest.fixture(scope="module")
def cluster(session: Any, embedded: World, tmp_path_factory: pytest.TempPathFactory) -> Cluster:
    return Cluster(session, embedded, tmp_path_factory.mktemp("exports"))


def test_the_cluster_is_real(session: Any) -> None:
    """One master and two workers in processes of their own, not the local mode."""
    assert session.sparkContext.master.startswith("spark://")
    session.range(8).count()  # the first job waits for every executor
    executors = session.sparkContext._jsc.sc().getExecutorMemoryStatus().size()
    assert executors == 1 + 2


@pytest.mark.parametrize("name", [step.writes for step in metric_steps()])
def test_every_step_makes_the_same_table(cluster: Cluster, embedded: World, name: str) -> None:
    key = TABLES[name].key

    def ordered(rows: list[Row]) -> list[Row]:
        return sorted(rows, key=lambda row: tuple(str(row[column]) for column in key))

    assert ordered(cluster.run(cluster.table(name))) == ordered(embedded.run(embedded.table(name)))


_NEEDS_CHANNEL = tuple(name for name, metric in METRICS.items() if metric.formula.shape is Shape.SHARE)
_FREE = tuple(name for name in METRICS if name not in _NEEDS_CHANNEL)


def _over(*dimensions: str, also: tuple[str, ...] = ()) -> tuple[str, ...]:
    names = (*_FREE, *also)
    return tuple(name for name in names if set(dimensions) <= set(METRICS[name].over))


REQUESTS = {
    "all": MetricRequest(_FREE),
    "by channel and month": MetricRequest(_over("channel", also=_NEEDS_CHANNEL), ("channel",), "month"),
    "by shop and week, converted": MetricRequest(_over("shop"), ("shop",), "week", currency="CNY"),
    "by SKU": MetricRequest(_over("sku"), ("sku",), "quarter"),
    "by listing": MetricRequest(_over("listing"), ("listing",), "year", currency="USD"),
    "by province": MetricRequest(_over("province"), ("province",), "day"),
    "by component": MetricRequest(_over("component"), ("component",), "month"),
}


@pytest.mark.parametrize("name", REQUESTS)
def test_every_metric_gives_the_same_answer(cluster: Cluster, embedded: World, name: str) -> None:
    request = REQUESTS[name]
    on_cluster = answer(request, cluster.table, cluster.run)
    here = answer(request, embedded.table, embedded.run)
    assert here.rows and on_cluster == here


def test_every_metric_is_asked_on_both_engines() -> None:
    assert {name for request in REQUESTS.values() for name in request.names} == set(METRICS)


def test_facts_give_the_same_answer_as_aggregates_on_the_cluster(cluster: Cluster) -> None:
    request = MetricRequest(
        ("gmv", "paid_amount", "units", "refunds_by_payment", "total_fees", "visitors"), ("channel",), "month"
    )
    assert answer(request, cluster.table, cluster.run, use_aggregates=False) == answer(
        request, cluster.table, cluster.run
    )


@pytest.mark.parametrize(
    ("name", "amount"), [("orders", "paid_amount"), ("order_lines", "quantity"), ("settlement_lines", "amount")]
)
def test_the_cluster_reads_simulated_tables_as_the_embedded_engine_does(
    session: Any, canonical: Path, name: str, amount: str
) -> None:
    files = f"{canonical}/{name}/*/*.parquet"
    session.read.parquet(files).createOrReplaceTempView("simulated")
    query = (
        "SELECT shop_id, count(*), sum({}), max(stated_at), count(source_row) FROM {} GROUP BY shop_id ORDER BY shop_id"
    )
    on_cluster = [tuple(row) for row in session.sql(query.format(amount, "simulated")).collect()]
    assert on_cluster == duckdb.sql(query.format(amount, f"'{files}'")).fetchall()


@pytest.fixture(scope="module")
def canonical(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("canonical") / "out"
    write_canonical(load_scenario("service_centre"), 1, folder, sellers=3, days=20, processes=1)
    return folder
