"""Pure rooms (canon, metrics, subjects) take tables, policy and a date; they never reach for the world.

No engine is called, no clock is read, no file, environment or unseeded random source is touched: a figure
is then a function of its inputs, and can be computed on any engine, at any time, again.
"""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.checkout import SOURCE, parse, python_files, shown

IMPURE_ROOMS = {"app", "books", "intake", "kernel", "shopsim", "surfaces", "warehouse"}
# They write docs/data-dictionary.md and docs/metrics.md from the declarations, which is their whole purpose.
EXCEPTIONS = {"canon/dictionary.py", "metrics/reference.py"}

FORBIDDEN_MODULES = {
    "an engine": {"duckdb", "pyspark", "sqlalchemy", "sqlite3", "adbc_driver_manager"},
    "a file": {"io", "glob", "shutil", "tempfile", "zipfile", "importlib.resources"},
    "the machine": {"os", "sys", "platform", "subprocess", "socket", "urllib", "http", "requests", "psutil"},
    "a clock": {"time", "sched"},
    "chance": {"random", "secrets", "uuid"},
}
FORBIDDEN_CALLS = {
    "a clock": {"now", "today", "utcnow", "localtime", "perf_counter", "monotonic"},
    "a file": {"open", "read_text", "read_bytes", "write_text", "write_bytes", "read_parquet", "read_csv", "read_json"},
    "an engine": {"execute", "to_pyarrow", "to_pandas", "to_polars", "to_pyarrow_batches", "raw_sql", "connect"},
    "chance": {"hash", "getrandom", "urandom", "shuffle"},
    "the machine": {"print", "input", "exec", "eval", "getenv"},
}
IBIS_BACKENDS = {"duckdb", "pyspark", "sqlite", "postgres", "polars", "set_backend", "random", "uuid"}


def imported_modules(node: ast.AST) -> Iterator[str]:
    """The modules that a statement imports, in full."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
        yield node.module
        yield from (f"{node.module}.{alias.name}" for alias in node.names)


def reached_by_import(module: str) -> str | None:
    """What importing this module would reach for."""
    for what, modules in FORBIDDEN_MODULES.items():
        if module in modules or module.split(".")[0] in modules:
            return what
    return None


def reached_by_call(call: ast.Call) -> str | None:
    """What this call would reach for."""
    function = call.func
    name = getattr(function, "attr", getattr(function, "id", ""))
    if name in {"default_rng", "Random"} and not call.args and not call.keywords:
        return "chance without a seed"
    if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Attribute):
        owner = function.value
        if owner.attr == "random" and isinstance(owner.value, ast.Name) and owner.value.id in {"np", "numpy"}:
            return None if name in {"default_rng", "Generator", "SeedSequence"} else "chance without a seed"
    if isinstance(function, ast.Attribute) and getattr(function.value, "id", "") == "ibis" and name in IBIS_BACKENDS:
        return "an engine"
    return next((what for what, names in FORBIDDEN_CALLS.items() if name in names), None)


def find_reaches(tree: ast.Module) -> list[tuple[int, str]]:
    """Lines where a module reaches for the world, and for what."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and (what := reached_by_call(node)):
            found.append((node.lineno, f"{ast.unparse(node.func)}() reaches for {what}"))
        for module in imported_modules(node):
            if what := reached_by_import(module):
                found.append((getattr(node, "lineno", 0), f"import {module} reaches for {what}"))
    return found


def pure_modules() -> list[Path]:
    files = [p for p in python_files("src/zhanggui") if len(p.relative_to(SOURCE).parts) > 1]
    pure = [p for p in files if p.relative_to(SOURCE).parts[0] not in IMPURE_ROOMS]
    return [p for p in pure if p.relative_to(SOURCE).as_posix() not in EXCEPTIONS]


def test_pure_rooms_never_reach_for_the_world() -> None:
    reaches = [f"{shown(p)}:{line} {what}" for p in pure_modules() for line, what in find_reaches(parse(p))]
    assert reaches == []


def test_the_pure_rooms_are_found() -> None:
    rooms = {path.relative_to(SOURCE).parts[0] for path in pure_modules()}
    assert {"canon", "metrics", "money", "monitor", "products"} <= rooms


@pytest.mark.parametrize(
    "code",
    [
        "import duckdb",
        "from pyspark.sql import functions",
        "import os.path",
        "from importlib import resources\nimport importlib.resources",
        "from datetime import date\nTODAY = date.today()",
        "import datetime\ndef f(): return datetime.datetime.now()",
        "def f(path): return path.read_text()",
        "def f(path): return open(path)",
        "def f(table): return table.execute()",
        "import ibis\ncon = ibis.duckdb.connect()",
        "import ibis\nx = ibis.random()",
        "import ibis\nx = ibis.now()",
        "import numpy as np\nx = np.random.normal(3)",
        "import numpy as np\nx = np.random.default_rng()",
        "x = hash('a')",
    ],
)
def test_a_reach_is_seen(code: str) -> None:
    assert find_reaches(ast.parse(code))


@pytest.mark.parametrize(
    "code",
    [
        "import numpy as np\nrng = np.random.default_rng(7)",
        """
        import ibis

        def measure_orders(orders: ibis.Table) -> ibis.Table:
            return orders.group_by("shop_id").agg(orders=lambda t: t.count())
        """,
        "from datetime import date\ndef decide(as_of: date): return as_of.toordinal()",
    ],
)
def test_pure_code_passes(code: str) -> None:
    assert find_reaches(ast.parse(textwrap.dedent(code))) == []
