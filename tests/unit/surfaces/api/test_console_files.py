"""The console's files: kept where their name says so, sent packed, and a page that says how to build it where it is missing."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from tests.served import browser, error_of
from zhanggui.surfaces.api.console import find_static
from zhanggui.surfaces.api.serving import make_service

INDEX, SCRIPT = b"<!doctype html><title>console</title>", b"console.log(1)"


@pytest.fixture
def static(tmp_path: Path) -> Path:
    folder = tmp_path / "static"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_bytes(INDEX)
    (folder / "assets" / "main-1a2b3c.js").write_bytes(SCRIPT)
    (folder / "assets" / "main-1a2b3c.js.gz").write_bytes(gzip.compress(SCRIPT))
    (folder / "manifest.webmanifest").write_text("{}")
    (tmp_path / "secret.txt").write_text("secret")
    return folder


@pytest.fixture
def client(peopled: Path, static: Path) -> Iterator[TestClient]:
    with browser(make_service(peopled), static=static) as client:
        yield client


def test_what_has_a_digest_in_its_name_is_kept_and_the_page_is_asked_for_again(client: TestClient) -> None:
    script = client.get("/assets/main-1a2b3c.js", headers={"Accept-Encoding": "identity"})
    assert (script.content, script.headers["cache-control"]) == (SCRIPT, "public, max-age=31536000, immutable")
    assert script.headers["content-type"].startswith("text/javascript")
    page = client.get("/")
    assert (page.content, page.headers["cache-control"]) == (INDEX, "no-cache")
    assert client.get("/manifest.webmanifest").headers["content-type"] == "application/manifest+json"


def test_a_packed_twin_is_sent_to_those_who_can_unpack_it(client: TestClient) -> None:
    with client.stream("GET", "/assets/main-1a2b3c.js", headers={"Accept-Encoding": "gzip"}) as packed:
        assert (packed.headers["content-encoding"], packed.headers["vary"]) == ("gzip", "Accept-Encoding")
        assert gzip.decompress(b"".join(packed.iter_raw())) == SCRIPT
    assert "content-encoding" not in client.get("/assets/main-1a2b3c.js", headers={"Accept-Encoding": "br"}).headers


def test_the_consoles_own_addresses_are_its_page_and_others_are_none(client: TestClient) -> None:
    for path in ("/products/A.1", "/orders", "/products/SKU-1", "/settings/people"):
        assert client.get(path).content == INDEX
    for path in ("/assets/gone.js", "/favicon.ico", "/api/v1/nothing", "/api", "/mcp/x"):
        gone = client.get(path)
        assert (gone.status_code, error_of(gone)) == (404, "page_unknown")
    assert client.post("/orders").status_code == 405


@pytest.mark.parametrize(
    "path", ["../secret.txt", "assets/../../secret.txt", "/etc/passwd", "..\\secret.txt", "a\0b", ""]
)
def test_no_address_leads_out_of_the_folder(static: Path, path: str) -> None:
    assert find_static(static, path) is None


def test_a_link_that_leads_out_is_not_followed(static: Path) -> None:
    (static / "out.txt").symlink_to(static.parent / "secret.txt")
    assert find_static(static, "out.txt") is None


def test_without_a_console_the_page_says_how_to_build_it_and_the_interface_answers(
    peopled: Path, tmp_path: Path
) -> None:
    with browser(make_service(peopled), static=tmp_path / "none") as client:
        page = client.get("/")
        assert page.status_code == 200
        assert "make console" in page.text
        assert "Node.js" in page.text
        assert client.get("/api/v1/health").json()["status"] == "ok"
