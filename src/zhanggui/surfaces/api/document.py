"""The OpenAPI document as it is served: what the framework writes down, made to say what the server really does.

The framework declares an answer 422 that is never given (what cannot be read is answered 400), does not know that one
enters by a cookie or a token, and knows no shape for answers that are kept as bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from zhanggui.app.writing import KINDS

OPEN = frozenset({("get", "/health"), ("get", "/setup"), ("post", "/setup"), ("post", "/session"),
                  ("delete", "/session"), ("post", "/session/guest")})  # fmt: skip
"""What a stranger may send; for everything else somebody must have entered."""

_NEVER = ("422",)
_FILES = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
    "zip": "application/zip",
}
_COLUMN = {
    "type": "object",
    "required": ["name", "type"],
    "properties": {"name": {"type": "string"}, "type": {"type": "string"}, "unit": {"type": ["string", "null"]}},
}
ANSWER = {
    "type": "object",
    "required": ["columns", "rows", "generation", "notes"],
    "properties": {
        "columns": {"type": "array", "items": _COLUMN},
        "rows": {"type": "array", "items": {"type": "array"}},
        "generation": {"type": "integer"},
        "notes": {"type": "array", "items": {"type": "object", "required": ["code"]}},
    },
}
"""The one shape of every answer: rows in columns, of one generation of the books, with notes."""
_TABLES = {"type": "object", "required": ["tables"], "properties": {"tables": {"type": "array"}}}
_SCHEMES = {
    "token": {"type": "http", "scheme": "bearer", "description": "A token, or the secret of a grant"},
    "session": {"type": "apiKey", "in": "cookie", "name": "zhanggui_session", "description": "A signed-in browser"},
}


def complete(application: FastAPI, prefix: str) -> None:
    """Have the application serve the finished document."""
    made: dict[str, Any] = {}

    def document() -> dict[str, Any]:
        if not made:
            made.update(make_document(application, prefix))
        return made

    application.openapi = document  # type: ignore[method-assign]


def make_document(application: FastAPI, prefix: str) -> dict[str, Any]:
    """The document of everything that is routed now."""
    told = get_openapi(
        title=application.title,
        version=application.version,
        description=application.description,
        routes=application.routes,
    )
    components = told.setdefault("components", {})
    components.setdefault("schemas", {})["Answer"] = ANSWER
    components["securitySchemes"] = _SCHEMES
    for method, path, operation in _operations(told):
        place = path.removeprefix(prefix)
        for status in _NEVER:
            operation["responses"].pop(status, None)
        operation["security"] = [] if (method, place) in OPEN else [{name: []} for name in _SCHEMES]
        content = _content(place)
        if content and method == "get":
            operation["responses"]["200"]["content"] = content
    return told


def _operations(told: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, operations in told["paths"].items():
        for method, operation in operations.items():
            yield method, path, operation


def _content(place: str) -> dict[str, Any]:
    """What a path answers with, where the framework does not know it."""
    if place.startswith("/questions/") or place == "/metrics":
        return {"application/json": {"schema": {"$ref": "#/components/schemas/Answer"}}}
    if place == "/rows":
        return {"application/json": {"schema": _TABLES}}
    if place in ("/todo", "/catalogue"):
        return {"application/json": {"schema": {"type": "object"}}}
    binary = {"schema": {"type": "string", "format": "binary"}}
    if place.startswith(("/downloads/", "/refused/")):
        return {_FILES[kind]: binary for kind in KINDS}
    return {_FILES["zip"]: binary} if place == "/export" or place.startswith("/backups/") else {}
