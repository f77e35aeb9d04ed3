"""Running one server: the lock that keeps a second one away, the socket, and an end that waits for nobody too long."""

from __future__ import annotations

import gc
import logging
import signal
import socket
import sys
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from ipaddress import ip_address
from pathlib import Path
from types import FrameType

import uvicorn

from zhanggui.app.errors import ServerRunning, WorkspaceBusy
from zhanggui.app.locking import SERVER_LOCK, held_lock
from zhanggui.kernel.limits import DRAIN_SECONDS, GARBAGE_THRESHOLD, SWITCH_MICROSECONDS
from zhanggui.surfaces.api.application import create_application
from zhanggui.surfaces.api.bodies import PatientProtocol
from zhanggui.surfaces.api.errors import AddressTaken
from zhanggui.surfaces.api.idling import Asked, IdleWatch
from zhanggui.surfaces.api.serving import Service

LOCK_NAME = SERVER_LOCK


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach the address."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


@contextmanager
def listen(root: Path, host: str, port: int) -> Iterator[tuple[socket.socket, str]]:
    """The only server's socket and address; raises ServerRunning with the address of the first, AddressTaken."""
    try:
        with held_lock(root / LOCK_NAME) as say, closing(open_socket(host, port)) as opened:
            name = f"[{host}]" if ":" in host else host
            address = f"http://{name}:{opened.getsockname()[1]}"
            say(address)
            yield opened, address
    except WorkspaceBusy as error:
        if error.fields.get("file") != LOCK_NAME:
            raise
        raise ServerRunning(address=error.fields["holder"]) from error


def open_socket(host: str, port: int) -> socket.socket:
    """A socket bound to an address; raises AddressTaken."""
    opened = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        opened.bind((host, port))
    except OSError as error:
        opened.close()
        raise AddressTaken(host=host, port=port, problem=error.strerror or "") from error
    return opened


class Server(uvicorn.Server):
    """A server that ends its event streams as soon as it is asked to stop, so that they do not hold it up."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Asked to stop: by a signal."""
        application = self.config.app
        application.state.hub.close()  # type: ignore[union-attr]
        super().handle_exit(sig, frame)


def run_server(
    service: Service, opened: socket.socket, hosts: Iterable[str] | None, idle_seconds: float | None = None
) -> None:
    """Serve until somebody asks it to stop, or nobody has asked it anything for so long."""
    logging.basicConfig(format="%(asctime)s %(name)s %(levelname)s %(message)s", level=logging.WARNING)
    application = create_application(service, hosts=hosts)
    if idle_seconds is not None:
        watch = IdleWatch(idle_seconds, lambda: bool(service.crew.workers))
        application.add_middleware(Asked, watch=watch)
        watch.start()
    config = uvicorn.Config(
        application,
        http=PatientProtocol,
        log_level="warning",
        access_log=False,
        server_header=False,
        date_header=True,
        proxy_headers=False,
        timeout_graceful_shutdown=DRAIN_SECONDS,
        timeout_keep_alive=30,
        h11_max_incomplete_event_size=64 * 1024,
    )
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stopped)  # the server raises again, at its end, what asked it to stop
    settle_memory()
    sys.setswitchinterval(SWITCH_MICROSECONDS / 1_000_000)
    Server(config).run(sockets=[opened])


def settle_memory() -> None:
    """Leave what was loaded out of the search for garbage: it stays anyway, and an answer makes many small things."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE_THRESHOLD)


def _stopped(*_: object) -> None:
    """Nothing is left to be done: the server has stopped already."""
