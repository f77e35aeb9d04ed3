"""Simulated sellers, written and imported by the normal importer: the books equal the truth to the cent, on every scenario."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.unit.shopsim.comparing_books import compare_with_truth
from zhanggui.app.importing import ImportOptions, import_paths
from zhanggui.app.workspace import create_workspace, read_settings
from zhanggui.shopsim.days import simulate
from zhanggui.shopsim.scenario import Scenario, load_scenario, sellers
from zhanggui.shopsim.simulated import write_seller


def _differences(scenario: Scenario, seed: int, days: int, directory: Path) -> list[str]:
    """Everything in which a seller's books differ from what happened, and everything that the import refused."""
    world = simulate(scenario, seed, days)
    write_seller(world, directory / "out")
    workspace = create_workspace(directory / "books", read_settings(directory / "out" / "zhanggui.toml"))
    report = import_paths(workspace, [directory / "out" / "files"], ImportOptions())
    refused = [f"{file.path}: {file.refusals[:1]}" for file in report.files if file.rows_refused or not file.manifest]
    manifests = [file.manifest for file in report.files if file.manifest]
    unknown = [f"{each.path_name}: {one}" for each in manifests for one in each.warnings if one.code == "term_unknown"]
    broken = [f"{each.path_name}: {one}" for each in manifests for one in each.controls if not one.agrees]
    return [*refused, *unknown, *broken, *compare_with_truth(world, workspace)]


@pytest.mark.parametrize("name", ["cross_border_home", "fruit_farm"])
def test_a_small_seller_has_true_books(name: str, tmp_path: Path) -> None:
    assert _differences(replace(load_scenario(name), scale=0.05), 1, 33, tmp_path) == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("name", ["gift_shop", "cross_border_home", "fruit_farm"])
def test_every_scenario_has_true_books(name: str, seed: int, tmp_path: Path) -> None:
    assert _differences(replace(load_scenario(name), scale=0.2), seed, 100, tmp_path) == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("place", [0, 500, 999])
def test_sellers_of_the_service_centre_have_true_books(place: int, seed: int, tmp_path: Path) -> None:
    seller = sellers(load_scenario("service_centre"), seed)[place]
    assert _differences(seller, seed, 60, tmp_path) == []
