"""Simulated sellers, written and imported by the normal importer: the books equal the truth to the cent, on every scenario."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.unit.shopsim.planting_errors import missing_rows, wrong_cents
from tests.unit.shopsim.short_years import seller_of, short_year
from zhanggui.app.importing import ImportOptions, ImportReport, import_paths
from zhanggui.app.proving import Check, prove_books
from zhanggui.app.workspace import Workspace, create_workspace, read_settings
from zhanggui.shopsim.days import simulate
from zhanggui.shopsim.exports.shown import SHOWN
from zhanggui.shopsim.simulated import write_seller
from zhanggui.shopsim.world.whole import World

# Companies compare these beside what their shops do.
COMPANY = {"bank", "purchase", "purchase line", "parcel charge", "stock", "stock cost", "goods"}


@dataclass(frozen=True)
class Seller:
    """A world, and the books into which its files were imported."""

    world: World
    workspace: Workspace
    report: ImportReport

    def checks(self) -> list[Check]:
        """Everything that was compared."""
        return prove_books(self.world, self.workspace)

    def complaints(self) -> list[str]:
        """Everything that the import held against the files."""
        refused = [
            f"{file.path}: {file.refusals[:1]}" for file in self.report.files if file.rows_refused or not file.manifest
        ]
        manifests = [file.manifest for file in self.report.files if file.manifest]
        unknown = [
            f"{each.path_name}: {one}" for each in manifests for one in each.warnings if one.code == "term_unknown"
        ]
        broken = [f"{each.path_name}: {one}" for each in manifests for one in each.controls if not one.agrees]
        return [*refused, *unknown, *broken]


def _seller(name: str, seed: int, days: int, scale: float, home: Path) -> Seller:
    """A scenario's short year, lived, written and imported."""
    world = simulate(short_year(seller_of(name, seed), seed, days, scale), seed, days)
    write_seller(world, home / "out")
    workspace = create_workspace(home / "books", read_settings(home / "out" / "zhanggui.toml"))
    return Seller(world, workspace, import_paths(workspace, [home / "out" / "files"], ImportOptions()))


def _kinds(seller: Seller) -> set[tuple[str, str]]:
    """What must be compared, by what the channels' files show."""
    told = {(kind, "") for kind in COMPANY}
    for shop in seller.world.shops:
        shown = SHOWN[shop.channel]
        kinds = {"order", "state", "line", *shown.fees} | ({"payout"} if shown.has_payouts else set())
        kinds |= {"claim" if shown.refunded == "claims" else "refunded"} if shown.refunded else set()
        told |= {(kind, shop.code) for kind in kinds | ({"ledger"} if shown.ledger else set())}
    return told


@pytest.fixture(scope="module", params=["cross_border_home", "fruit_farm"])
def short(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seller]:
    """Twenty days over the end of a month, imported once; tests that change the world put it back."""
    yield _seller(request.param, 1, 20, 0.06, tmp_path_factory.mktemp(request.param))


def test_a_short_seller_has_true_books(short: Seller) -> None:
    assert short.complaints() == []
    assert [told for check in short.checks() for told in check.told] == []


def test_everything_that_files_can_prove_is_compared(short: Seller) -> None:
    compared = {(check.kind, check.shop): check.compared for check in short.checks()}
    assert set(compared) == _kinds(short)
    assert [what for what, count in compared.items() if count == 0] == []


@pytest.mark.parametrize("planted", [wrong_cents, missing_rows])
def test_no_comparison_is_blind(short: Seller, planted: Callable[[World], AbstractContextManager[None]]) -> None:
    """One wrong cent or one row that no file tells, in every kind and shop: each is reported, and only these."""
    with planted(short.world):
        checks = short.checks()
    assert [(check.kind, check.shop) for check in checks if check.different == 0] == []
    assert max(check.different for check in checks) < 40
    assert [told for check in short.checks() for told in check.told] == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize(
    "name",
    ["gift_shop", "cross_border_home", "fruit_farm", "service_centre/0", "service_centre/500", "service_centre/999"],
)
def test_every_scenario_has_true_books(name: str, seed: int, tmp_path: Path) -> None:
    """Six weeks in three seasons with every event of the scenario, over the ends of months and every payout's cycle."""
    seller = _seller(name, seed, 42, 1.0 if "/" in name else 0.1, tmp_path)
    assert seller.complaints() == []
    checks = seller.checks()
    assert [told for check in checks for told in check.told] == []
    assert {(check.kind, check.shop) for check in checks} == _kinds(seller)
    assert sum(check.compared for check in checks) > 1000
