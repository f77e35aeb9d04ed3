"""Where a notice can be sent, in the words of each service, and how an address is shown without its secret.

People paste what the service gives them: the address of a group's robot, a mailbox with its server, an address of
their own program. It is turned into what the sending library reads only at the moment of sending. An address is a
secret: no error, log or answer repeats it.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from zhanggui.app.errors import NotifyAddressInvalid, NotifyKindUnknown
from zhanggui.kernel.limits import MAX_NOTIFY_ADDRESS_CHARS

_TOKEN = re.compile(r"[A-Za-z0-9_-]{8,200}")
_SIGN = re.compile(r"SEC[A-Za-z0-9]{8,200}")


def read_address(kind: str, address: str) -> str:
    """The address as the sending library reads it; raises NotifyKindUnknown, NotifyAddressInvalid (without the address)."""
    if kind not in KINDS:
        raise NotifyKindUnknown(kind=kind[:50], known=", ".join(KINDS))
    text = address.strip()
    if len(text) > MAX_NOTIFY_ADDRESS_CHARS or re.search(r"[\s\x00-\x1f\x7f]", text):
        raise NotifyAddressInvalid(kind=kind)
    try:
        told = KINDS[kind](text)
    except (ValueError, KeyError, IndexError) as error:
        raise NotifyAddressInvalid(kind=kind) from _without_text(error)
    if told is None:
        raise NotifyAddressInvalid(kind=kind)
    return told


def _without_text(error: Exception) -> Exception:
    """The kind of an error without its words, which may hold the address."""
    return type(error)()


def mask_address(kind: str, address: str) -> str:
    """Enough of an address to tell it from another: the service's host, or a mailbox's first letter and its house."""
    parts = urlsplit(address.strip())
    if kind == "email":
        to = parse_qs(parts.query).get("to", [f"{parts.username or ''}@{parts.hostname or ''}"])[0]
        name, _, house = to.partition("@")
        return f"{name[:1]}…@{house}"
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{parts.hostname or ''}{port}/…"


def _query(address: str, host: str, path: str, name: str) -> tuple[str, dict[str, list[str]]] | None:
    parts = urlsplit(address)
    if (parts.scheme, parts.hostname, parts.path.rstrip("/")) != ("https", host, path):
        return None
    told = parse_qs(parts.query)
    token = told[name][0]
    return (token, told) if _TOKEN.fullmatch(token) else None


def _dingtalk(address: str) -> str | None:
    """A group robot's address; `&secret=SEC…` after it where the robot asks for a signature."""
    found = _query(address, "oapi.dingtalk.com", "/robot/send", "access_token")
    if found is None:
        return None
    sign = found[1].get("secret", [""])[0]
    if sign and not _SIGN.fullmatch(sign):
        return None
    return f"dingtalk://{sign}@{found[0]}/" if sign else f"dingtalk://{found[0]}/"


def _wecom(address: str) -> str | None:
    """A group robot's address."""
    found = _query(address, "qyapi.weixin.qq.com", "/cgi-bin/webhook/send", "key")
    return f"wecombot://{found[0]}/" if found else None


_HOOK = "/open-apis/bot/v2/hook/"
_FEISHU_HOSTS = {"open.feishu.cn": "feishu", "open.larksuite.com": "lark"}


def _feishu(address: str) -> str | None:
    """A group robot's address, in China or outside."""
    parts = urlsplit(address)
    scheme = _FEISHU_HOSTS.get(parts.hostname or "")
    token = parts.path.removeprefix(_HOOK).strip("/")
    if parts.scheme != "https" or scheme is None or not parts.path.startswith(_HOOK) or not _TOKEN.fullmatch(token):
        return None
    return f"{scheme}://{token}/"


def _email(address: str) -> str | None:
    """`mailtos://user:password@smtp.example.com:465?to=boss@example.com`; the user and the password percent-encoded."""
    parts = urlsplit(address)
    is_whole = parts.scheme in ("mailto", "mailtos") and parts.hostname and "@" in parse_qs(parts.query)["to"][0]
    return address if is_whole else None


def _webhook(address: str) -> str | None:
    """Any address of one's own that takes JSON by POST; this machine's too, where it is written as such."""
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0 or parts.fragment:
        return None
    written = _read_ip(parts.hostname)
    if written is not None and _is_hidden(written) and not written.is_loopback:
        return None  # nobody's program listens there, but a cloud's keys may
    # What stands in the query is the receiver's, not an option of the library: those are written with a sign before.
    pairs = "&".join(
        f"-{quote(name, safe='')}={quote(value, safe='')}"
        for name, values in parse_qs(parts.query, keep_blank_values=True).items()
        for value in values
    )
    scheme = "jsons" if parts.scheme == "https" else "json"
    return f"{scheme}://{parts.netloc}{parts.path}" + (f"?{pairs}" if pairs else "")


KINDS: dict[str, Callable[[str], str | None]] = {
    "dingtalk": _dingtalk,
    "wecom": _wecom,
    "feishu": _feishu,
    "email": _email,
    "webhook": _webhook,
}
"""How each kind's address is read."""


def _read_ip(text: str) -> IPv4Address | IPv6Address | None:
    try:
        found = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


def _is_hidden(address: IPv4Address | IPv6Address) -> bool:
    """Whether only this machine and its nearest line see the address."""
    return address.is_loopback or address.is_link_local or address.is_unspecified or address.is_multicast


def check_reach(kind: str, address: str) -> None:
    """Refuse a webhook's name that leads to where only this machine sees; raises NotifyAddressInvalid.

    Whoever owns a name elsewhere can have it lead here. An owner who means this machine writes localhost or 127.0.0.1.
    """
    host = urlsplit(address.strip()).hostname or ""
    if kind != "webhook" or host == "localhost" or _read_ip(host) is not None:
        return
    try:
        found = [_read_ip(str(place[0])) for *_, place in socket.getaddrinfo(host, None)]
    except OSError:
        return  # it leads nowhere: the sending says so
    if any(one is None or _is_hidden(one) for one in found):
        raise NotifyAddressInvalid(kind=kind)


def open_address(kind: str, address: str) -> Any:
    """What sends to an address, and to no other that it names instead; raises as `read_address` does."""
    import logging

    import apprise

    # The library's own words may hold a part of the address.
    logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)
    asset = apprise.AppriseAsset(http_redirects=False)
    sender = apprise.Apprise.instantiate(read_address(kind, address), asset=asset, suppress_exceptions=True)
    if sender is None:
        raise NotifyAddressInvalid(kind=kind)
    return sender
