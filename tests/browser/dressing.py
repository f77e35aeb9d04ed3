"""What the pictures show besides the seller's sound books: rows refused, goods without SKU, a report nobody knows, keys."""

from __future__ import annotations

import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import APIRequestContext

from tests.browser.looking import WAIT_MS
from tests.served import API
from tests.unit.surfaces.conftest import DAMAGED, ITEMS, ORDERS
from zhanggui.app.closing import close_books
from zhanggui.app.importing import ImportOptions, import_paths
from zhanggui.app.workspace import open_workspace

KNOWN_TITLE = "锦鲤中秋礼盒"
"""A title that the books know under a code."""
UNKNOWN = """日期,单号,商品名称,件数,成交额,币种
2025-03-01,X-1,竹编茶垫,2,58.00,CNY
2025-03-02,X-2,竹编茶垫,1,29.00,CNY
"""
FOLDER = "taobao-青禾礼品"


def dress_books(root: Path, as_of: date) -> None:
    """Bring in, as of the same day, a file with rows that are refused and goods that carry no code."""
    items = ITEMS.replace("雪平锅", KNOWN_TITLE).replace("POT-18", "").replace("POT", "")
    texts = {"ExportOrderList1.csv": ORDERS, "ExportOrderDetailList2.csv": items, "ExportOrderList3.csv": DAMAGED}
    folder = root.parent / "later" / FOLDER
    folder.mkdir(parents=True)
    for name, text in texts.items():
        (folder / name).write_text(text.replace("2026-07", "2025-02"), "gb18030")
    workspace = open_workspace(root)
    import_paths(workspace, [folder.parent], ImportOptions())
    close_books(workspace, as_of)
    workspace.books.close()


def dress_server(request: APIRequestContext, address: str) -> None:
    """Send a report that nobody knows, make a key of each kind, tell a place, and back up."""
    headers = {"X-Zhanggui": "1", "Origin": address}
    file = {"name": "团长小店.csv", "mimeType": "text/csv", "buffer": UNKNOWN.encode("gb18030")}
    sent = request.post(f"{address}{API}/files", multipart={"close": "false", "files": file}, headers=headers)
    assert sent.status == 202, sent.text()

    def say(path: str, told: dict[str, Any]) -> dict[str, Any]:
        answer = request.post(f"{address}{API}{path}", data=told, headers=headers)
        assert answer.ok, answer.text()
        return dict(answer.json())

    until = (date.today() + timedelta(days=60)).isoformat()
    say("/tokens", {"name": "Power BI", "permissions": ["read"], "days": 90})
    grant = {"questions": ["shops", "metric:paid_amount"], "shops": ["taobao/青禾礼品"], "until": until}
    say("/grants", {"guest": "张会计", **grant})
    say("/notifications", {"name": "值班群", "kind": "webhook", "address": "http://127.0.0.1:9/said"})
    say("/commands/backup", {})
    _wait_for_jobs(request, address)


def _wait_for_jobs(request: APIRequestContext, address: str) -> None:
    give_up_at = time.monotonic() + WAIT_MS / 1000
    while any(job["state"] in ("queued", "running") for job in request.get(f"{address}{API}/jobs").json()["jobs"]):
        assert time.monotonic() < give_up_at, "the jobs do not end"
        time.sleep(0.5)
