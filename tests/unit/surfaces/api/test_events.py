"""Following work: the present state first, then every change, each job to its end, and nothing to those who may not."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.served import API, error_of, signed_in
from zhanggui.app.jobs import job_records, submit_job
from zhanggui.books.jobs import Job
from zhanggui.kernel.clock import now_utc
from zhanggui.surfaces.api import events
from zhanggui.surfaces.api.events import Hub
from zhanggui.surfaces.api.serving import Service


@pytest.fixture
def client(own: Path) -> Iterator[TestClient]:
    with signed_in(own) as client:
        yield client


@pytest.fixture
def service(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> Service:
    monkeypatch.setattr(events, "LOOK_SECONDS", 0.02)
    served: Service = client.app.state.service  # type: ignore[attr-defined]
    return served


def read(text: str) -> tuple[str, dict[str, Any]]:
    """The kind of an event, and what it tells."""
    kind, data, *rest = text.split("\n")
    assert rest == ["", ""]
    return kind.removeprefix("event: "), json.loads(data.removeprefix("data: "))


def end(service: Service, job: Job) -> None:
    records = job_records(service.workspace)
    assert records.claim([job.kind], 1, now_utc()) is not None
    records.end(job.job_id, "done", now_utc())


async def follow(hub: Hub, most: int, wanted: str | None = None) -> list[tuple[str, dict[str, Any]]]:
    """The first events of a stream; fewer where it ends."""
    heard = []
    async for text in hub.listen("en", wanted, lambda: True):
        if text.startswith(":"):  # a sign of life
            continue
        heard.append(read(text))
        if len(heard) == most:
            break
    return heard


def test_whoever_comes_is_told_the_state_and_then_every_change(service: Service) -> None:
    job = submit_job(service.workspace, "close", {}, "owner")
    newest = service.pool.newest()

    async def run() -> list[tuple[str, dict[str, Any]]]:
        hub = Hub(service)
        stream = hub.listen("en", None, lambda: True)
        heard = [read(await anext(stream)) for _ in range(2)]
        await asyncio.sleep(0.2)
        await asyncio.to_thread(end, service, job)
        heard.append(read(await asyncio.wait_for(anext(stream), 10)))
        while heard[-1][1]["state"] != "done":
            heard.append(read(await asyncio.wait_for(anext(stream), 10)))
        await stream.aclose()
        assert hub.listeners == set()
        return heard

    heard = asyncio.run(run())
    assert heard[0] == ("generation", {"generation": newest})
    assert [(kind, told["job_id"]) for kind, told in heard[1:]] == [("job", job.job_id)] * (len(heard) - 1)
    assert (heard[1][1]["state"], heard[-1][1]["state"]) == ("queued", "done")


def test_a_job_is_followed_to_its_end_even_when_others_are_newer(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "LATEST", 1)
    old = submit_job(service.workspace, "close", {}, "owner")
    newer = submit_job(service.workspace, "compact", {}, "owner")

    async def run() -> list[tuple[str, dict[str, Any]]]:
        hub = Hub(service)
        following = asyncio.create_task(follow(hub, 99, old.job_id))
        await asyncio.sleep(0.2)
        await asyncio.to_thread(end, service, newer)
        await asyncio.to_thread(end, service, old)
        return await asyncio.wait_for(following, 10)

    heard = asyncio.run(run())
    assert {told["job_id"] for _, told in heard} == {old.job_id}
    assert heard[-1][1]["state"] == "done"


def test_a_stream_about_a_job_that_has_ended_ends(service: Service, client: TestClient) -> None:
    job = submit_job(service.workspace, "close", {}, "owner")
    end(service, job)
    for _ in range(events.LATEST + 1):
        end(service, submit_job(service.workspace, "compact", {}, "owner"))
    answer = client.get(f"{API}/jobs/{job.job_id}/events")
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.headers["cache-control"] == "no-store"
    kind, told = read(answer.text)
    assert (kind, told["job_id"], told["state"]) == ("job", job.job_id, "done")


def test_a_stream_ends_with_the_session_and_with_the_server(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    async def run() -> None:
        hub = Hub(service)
        staying = asyncio.create_task(follow(hub, 99))
        await asyncio.sleep(0.2)
        monkeypatch.setattr(events, "KEEP_ALIVE_SECONDS", 0.05)
        left = [text async for text in hub.listen("en", None, lambda: False)]
        assert [read(text)[0] for text in left] == ["generation"]
        hub.close()
        assert [kind for kind, _ in await asyncio.wait_for(staying, 10)] == ["generation"]

    asyncio.run(run())


def test_streams_are_for_those_who_may_and_there_are_not_too_many(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    unknown = client.get(f"{API}/jobs/none/events")
    assert (unknown.status_code, error_of(unknown)) == (404, "job_unknown")
    monkeypatch.setattr(events, "MAX_LISTENERS", 0)
    full = client.get(f"{API}/events")
    assert (full.status_code, error_of(full)) == (429, "too_many_listeners")
    client.cookies.clear()
    assert client.get(f"{API}/events").status_code == 401
