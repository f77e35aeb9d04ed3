"""The console's files: built into `surfaces/web/static`, already compressed, and kept by browsers where their name says so.

A clone in which the console was not built still serves the API; its first page then says how to build it.
"""

from __future__ import annotations

import mimetypes
from pathlib import Path, PurePosixPath

from fastapi import APIRouter, Request
from starlette.responses import FileResponse, HTMLResponse, Response

from zhanggui.surfaces.api.errors import PageUnknown

STATIC = Path(__file__).parents[1] / "web" / "static"
RESERVED = frozenset({"api", "mcp"})
KEPT = "public, max-age=31536000, immutable"
ASKED_AGAIN = "no-cache"

mimetypes.add_type("application/manifest+json", ".webmanifest")
mimetypes.add_type("text/javascript", ".js")
mimetypes.add_type("font/woff2", ".woff2")

NOT_BUILT = """<!doctype html>
<html lang="zh"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>掌柜 Zhanggui</title><style>body{font:16px/1.6 system-ui,sans-serif;max-width:40rem;margin:4rem auto;
padding:0 1rem}code{background:#eee;color:#111;padding:.1em .3em}</style></head><body><main>
<h1>掌柜</h1><p>服务已经运行，接口在 <a href="/api/openapi.json">/api/openapi.json</a>；但控制台还没有构建。</p>
<p>安装 Node.js 20 以上，然后运行 <code>make console</code>，再刷新本页。用 <code>pip install zhanggui</code>
安装的版本已带有控制台。</p>
<section lang="en"><h1>Zhanggui</h1><p>The server is running, its interface is at
<a href="/api/openapi.json">/api/openapi.json</a>; but the console has not been built here.</p>
<p>Install Node.js 20 or newer, run <code>make console</code>, and load this page again. What
<code>pip install zhanggui</code> installs has the console in it.</p></section></main></body></html>
"""


def console_router(static: Path = STATIC) -> APIRouter:
    """One route for every address that is not the interface's."""
    router = APIRouter(include_in_schema=False)

    @router.api_route("/{path:path}", methods=["GET", "HEAD"])
    def serve(request: Request, path: str) -> Response:
        if path.partition("/")[0] in RESERVED:
            raise PageUnknown
        found = find_static(static, path)
        if found is not None:
            return _file(request, found, path)
        if is_file_name(path):
            raise PageUnknown
        index = static / "index.html"  # the console's own addresses are read by the console
        return _file(request, index, "index.html") if index.is_file() else HTMLResponse(NOT_BUILT)

    return router


def is_file_name(path: str) -> bool:
    """Whether an address means a file and not a page: those below `assets`, and names with an ending at the top.

    The addresses of pages end in what sellers call their things, and a SKU may be called A.1.
    """
    top, _, rest = path.partition("/")
    if ".." in PurePosixPath(path).parts:
        return True  # of somebody who looks for what lies outside
    return top == "assets" or (not rest and bool(PurePosixPath(top).suffix) and not top.endswith(".html"))


def find_static(static: Path, path: str) -> Path | None:
    """The console's file at an address; never one outside its folder."""
    if not path or "\\" in path or "\0" in path:
        return None
    place = (static / path).resolve()
    return place if place.is_relative_to(static.resolve()) and place.is_file() else None


def _file(request: Request, place: Path, path: str) -> Response:
    kind = mimetypes.guess_type(place.name)[0] or "application/octet-stream"
    headers = {"Cache-Control": KEPT if path.startswith("assets/") else ASKED_AGAIN}
    packed = place.with_name(f"{place.name}.gz")
    if packed.is_file():
        headers["Vary"] = "Accept-Encoding"
        if "gzip" in request.headers.get("accept-encoding", ""):
            return FileResponse(packed, headers={**headers, "Content-Encoding": "gzip"}, media_type=kind)
    return FileResponse(place, headers=headers, media_type=kind)
