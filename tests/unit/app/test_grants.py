"""Grants: a guest of one shop is told exactly what the books would say if no other shop had ever been there."""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

import zhanggui.app.questions
from tests.two_shops import AT, FIRST, SECOND, SECOND_WORDS
from zhanggui.app.access import ask_as, books_for, check_bearer, measure_as
from zhanggui.app.auditing import list_audit
from zhanggui.app.callers import METRIC, Caller, local_caller
from zhanggui.app.catalogue import QUESTIONS, answer_question
from zhanggui.app.entry_errors import (
    ExpiryInvalid,
    GrantEmpty,
    GrantUnknown,
    NotAuthenticated,
    NotPermitted,
    ShopUnknown,
    TableNotGranted,
)
from zhanggui.app.errors import QuestionUnknown
from zhanggui.app.figures import answer_metrics, make_request
from zhanggui.app.grants import create_grant, enter_as_guest, list_grants, revoke_grant
from zhanggui.app.restricting import HARMLESS, is_grantable
from zhanggui.app.sessions import check_session
from zhanggui.app.workspace import Workspace
from zhanggui.canon.questions import Permission
from zhanggui.canon.register import TABLES
from zhanggui.kernel.limits import MAX_GRANT_DAYS
from zhanggui.metrics.registry import METRICS

DESK = local_caller("desk")
SOON = AT + timedelta(days=30)
EVERYTHING = frozenset(QUESTIONS) | {METRIC + name for name in METRICS}
BANK = Caller("guest", "bank", None, frozenset({Permission.READ}), frozenset({FIRST}), EVERYTHING, key_id="g1")
GIVEN = {"metric": "gmv", "order": "499900000000001001", "shop": FIRST, "sku": "PAN-1", "code": "PAN-1"}
READS = re.compile(r"asked\.((?:workspace\.|warehouse\.)?\w+)")
TIMES_AND_NUMBERS = ("generations", "imports", "files", "import_files", "shops")
"""Questions whose answer holds when something was imported, which differs between two workspaces."""


def given_for(name: str) -> dict[str, str]:
    """What a question must be given."""
    needed = (parameter.name for parameter in QUESTIONS[name].question.parameters if parameter.required)
    return {parameter: GIVEN.get(parameter, "x") for parameter in needed}


@pytest.mark.parametrize("name", sorted(QUESTIONS))
def test_a_guest_is_told_what_the_books_of_the_shop_alone_would_say(
    two_shops: Workspace, one_shop: Workspace, name: str
) -> None:
    given = given_for(name)
    try:
        told = ask_as(two_shops, BANK, name, given)
    except TableNotGranted as refused:
        assert not is_grantable(TABLES[str(refused.fields["table"])])
        return
    assert [word for word in SECOND_WORDS if word in f"{told.rows}{told.notes}"] == []
    if name not in TIMES_AND_NUMBERS:
        assert told.rows == answer_question(one_shop, name, given).rows
    assert [(note.code, note.fields) for note in told.notes] == [("shops_only", {"shops": FIRST})]


def test_a_guests_figures_count_the_granted_shops_only(two_shops: Workspace, one_shop: Workspace) -> None:
    cuts = {
        name: [cut for cut in (m.formula.member, "shop", "channel") if cut in m.over] for name, m in METRICS.items()
    }
    asked = [make_request((name,), (by[0],), None, None, None, {}, None) for name, by in cuts.items() if by]
    assert len(asked) > 40
    for request in asked:
        told = measure_as(two_shops, BANK, request)
        assert told.rows == answer_metrics(one_shop, request).rows, request.names


def test_asking_for_the_other_shop_by_name_gives_nothing(two_shops: Workspace) -> None:
    assert ask_as(two_shops, BANK, "orders", {"shop": SECOND}).rows == ()
    request = make_request(("paid_amount",), ("shop",), None, None, None, {"shop": (SECOND,)}, None)
    assert [row for row in measure_as(two_shops, BANK, request).rows if SECOND in row] == []


@pytest.fixture
def lent(two_shops: Workspace, tmp_path: Path) -> Workspace:
    """The books of two shops with records of its own, so that grants of one test are not there in the next."""
    from zhanggui.books import Books

    own = replace(two_shops)
    vars(own)["books"] = Books.at(tmp_path / "books.sqlite")
    return own


def test_a_grant_opens_its_questions_until_its_day_and_no_others(lent: Workspace) -> None:
    made = create_grant(lent, DESK, "某银行", ["orders", "metric:orders"], [FIRST], SOON, AT)
    guest = check_bearer(lent, made.secret, AT, "10.0.0.7")
    assert (guest.kind, guest.name, guest.shops) == ("guest", "某银行", {FIRST})
    assert len(ask_as(lent, guest, "orders", {}).rows) == 5
    for name in ("files", "no such question"):
        with pytest.raises(NotPermitted):
            ask_as(lent, guest, name, {})
    with pytest.raises(NotPermitted):
        measure_as(lent, guest, make_request(("gmv",), (), None, None, None, {}, None))
    with pytest.raises(NotAuthenticated):
        check_bearer(lent, made.secret, SOON)


def test_every_read_of_a_guest_is_recorded_with_the_generation(lent: Workspace) -> None:
    made = create_grant(lent, DESK, "某银行", ["orders", "metric:orders"], [FIRST], SOON, AT)
    guest = check_bearer(lent, made.secret, AT, "10.0.0.7")
    told = ask_as(lent, guest, "orders", {"search": "铜锅"})
    measure_as(lent, guest, make_request(("orders",), (), None, None, None, {}, None))
    with pytest.raises(NotPermitted):
        ask_as(lent, guest, "files", {})
    entries = reversed(list_audit(lent, actor=guest.actor)["entries"])
    assert [(e["action"], e["subject"], e["generation"], e["remote"]) for e in entries] == [
        ("read", "orders", told.generation, "10.0.0.7"),
        ("read", "metrics", told.generation, "10.0.0.7"),
        ("refused", "files", None, "10.0.0.7"),
    ]


def test_a_revoked_grant_and_its_sessions_are_dead_at_once(lent: Workspace) -> None:
    made = create_grant(lent, DESK, "某银行", ["orders"], [FIRST], SOON, AT)
    secret, caller = enter_as_guest(lent, made.secret, AT)
    assert check_session(lent, secret, AT).questions == caller.questions == {"orders"}
    revoke_grant(lent, DESK, made.told["grant_id"], AT)
    with pytest.raises(NotAuthenticated):
        check_session(lent, secret, AT)
    with pytest.raises(NotAuthenticated):
        check_bearer(lent, made.secret, AT)
    with pytest.raises(GrantUnknown):
        revoke_grant(lent, DESK, made.told["grant_id"], AT)
    assert [grant["is_valid"] for grant in list_grants(lent, AT)] == [False]
    assert made.secret not in str(list_grants(lent, AT))


@pytest.mark.parametrize(
    ("questions", "shops", "until", "refusal"),
    [
        ([], [FIRST], SOON, GrantEmpty),
        (["orders"], [], SOON, GrantEmpty),
        (["orders", "nothing"], [FIRST], SOON, QuestionUnknown),
        (["orders"], [FIRST, "taobao/丙店"], SOON, ShopUnknown),
        (["orders"], [FIRST], AT, ExpiryInvalid),
        (["orders"], [FIRST], AT + timedelta(days=MAX_GRANT_DAYS, seconds=1), ExpiryInvalid),
    ],
)
def test_a_grant_that_means_nothing_is_not_made(
    lent: Workspace, questions: list[str], shops: list[str], until: datetime, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        create_grant(lent, DESK, "bank", questions, shops, until, AT)
    assert list_grants(lent, AT) == []


def test_a_guests_workspace_has_no_records_and_no_key(two_shops: Workspace) -> None:
    seen = books_for(two_shops, BANK)
    for withheld in ("books", "key"):
        with pytest.raises(NotPermitted):
            getattr(seen, withheld)
    assert books_for(two_shops, DESK) is two_shops


def test_a_table_is_granted_only_with_a_shop_and_without_plain_people() -> None:
    granted = {name for name, table in TABLES.items() if is_grantable(table)}
    assert {"orders", "order_facts", "daily_sales"} <= granted
    assert granted & {"customers", "addresses", "bank_transactions", "decisions", "skus", "cost_prices"} == set()
    assert {name for name in granted if "shop_id" not in TABLES[name].by_name} == HARMLESS
    assert all(not TABLES[name].by_name.keys() & {"amount", "price", "quantity"} for name in HARMLESS)


def test_questions_read_tables_only_through_what_they_are_given() -> None:
    allowed = {
        "table", "fetch", "as_of", "generation", "notes", "sees_every_shop", "workspace.settings", "warehouse.generations",
    }  # fmt: skip
    used = set()
    for path in Path(zhanggui.app.questions.__file__).parent.glob("*.py"):
        chains = (
            ast.unparse(node) for node in ast.walk(ast.parse(path.read_text("utf-8"))) if type(node) is ast.Attribute
        )
        used |= {READS.match(chain)[1] for chain in chains if READS.match(chain)}  # type: ignore[index]
    assert {"table", "workspace.settings"} <= used
    assert used - {"workspace", "warehouse"} <= allowed
