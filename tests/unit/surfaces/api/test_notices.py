"""Notices over HTTP: the routes of the console, for owners who signed in, with addresses that come out masked."""

from __future__ import annotations

from pathlib import Path

from tests.listener import listening
from tests.served import API, error_of, signed_in

SECRET = "plantedsecret0123"


def test_an_owner_keeps_places(own: Path) -> None:
    with listening() as heard, signed_in(own) as client:
        new = {"name": "老板群", "kind": "webhook", "address": heard.address(f"/{SECRET}")}
        added = client.post(f"{API}/notifications", json=new)
        assert added.status_code == 201
        target = added.json()["target_id"]
        tested = client.post(f"{API}/notifications/test", json={"target_id": target})
        assert tested.json()["targets"] == [{"target_id": target, "name": "老板群", "is_sent": True}]
        assert heard.came[0][0] == f"/{SECRET}"
        assert client.patch(f"{API}/notifications/{target}", json={"is_on": False}).json()["is_on"] is False
        listed = client.get(f"{API}/notifications")
        assert listed.json()["targets"][0]["address_masked"] == f"http://127.0.0.1:{heard.port}/…"
        audit = client.get(f"{API}/audit").json()
        assert [one["action"] for one in audit["entries"][:2]] == ["notify.switch", "notify.add"]
        assert SECRET not in added.text + listed.text + str(audit)
        assert client.delete(f"{API}/notifications/{target}").status_code == 204
        gone = client.patch(f"{API}/notifications/{target}", json={"is_on": True})
        assert (gone.status_code, error_of(gone)) == (404, "notify_target_unknown")


def test_what_is_no_address_is_refused_without_repeating_it(own: Path) -> None:
    with signed_in(own) as client:
        for kind, code in (("dingtalk", "notify_address_invalid"), ("pager", "notify_kind_unknown")):
            refused = client.post(
                f"{API}/notifications", json={"name": "x", "kind": kind, "address": f"https://b.cn/{SECRET}"}
            )
            assert (refused.status_code, error_of(refused)) == (400, code)
            assert SECRET not in refused.text
