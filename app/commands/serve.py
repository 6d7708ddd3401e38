"""The command `fallline serve`: where to listen, with how many processes, and what to tell the one who starts it."""

from __future__ import annotations

import argparse
import logging
import os
import signal
import socket
import sys
import tempfile
from contextlib import suppress
from typing import Any

import uvicorn
from uvicorn.supervisors import Multiprocess

from app.commands import lan
from app.main import create_app
from app.serving.access_log import to_standard_output
from app.serving.protocol import guarded
from app.settings import Settings

OPEN_FILES = 65_536
"""As many connections and files as a server may want open; the system's own hard limit may be lower."""
SEND_BUFFER = 128 * 1024
"""Bytes that the system may hold of each connection's answers; left alone it takes megabytes for a client that does not
read, and a stream runs far ahead of what is seen."""
LONGEST_END = 4
"""Seconds that answers under way have at a signal."""
LONGEST_SILENCE = 90
"""Seconds after which a worker that does not answer its supervisor is replaced: where kernels have to be compiled at
the start, a slow machine takes a minute."""


class Configuration(uvicorn.Config):
    """uvicorn's configuration, which makes our app in the process that serves it: each worker its own."""

    def load(self) -> None:
        _log()
        app = create_app()
        self.app, self.http = app, guarded(app.context.settings)
        super().load()


class Address(socket.socket):
    """A bound address. Sent to another process it becomes a socket of its own there, at the same address.

    The system then shares new connections out evenly (SO_REUSEPORT); of one common socket, the process that happens to
    be awake takes many at once.
    """

    def __reduce__(self) -> tuple[Any, ...]:
        host, port = self.getsockname()[:2]
        return listen, (host, port, True)


def add_serve(commands: Any) -> None:
    """Add the command to the others."""
    parser = commands.add_parser("serve", help="serve the pages and the API")
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--host", default="127.0.0.1", help="address to listen at (%(default)s)")
    where.add_argument(
        "--lan", action="store_true", help="listen at all addresses; print those that a hall can reach, and a QR code"
    )
    parser.add_argument("--port", type=int, default=8000, help="port to listen at (%(default)s)")
    parser.add_argument(
        "--workers", type=_workers, default=1, metavar="N", help="processes that serve side by side (%(default)s)"
    )
    parser.set_defaults(command=serve)


def _workers(text: str) -> int:
    count = int(text)
    if not 1 <= count <= 64:
        raise ValueError
    return count


def serve(options: argparse.Namespace) -> int:
    """Serve until a signal says otherwise."""
    _log()
    Settings.read()  # what is wrong in the environment is told before anything listens
    host = "0.0.0.0" if options.lan else options.host
    several = options.workers > 1 and hasattr(socket, "SO_REUSEPORT")
    try:
        address = listen(host, options.port)
        if several:
            address = _shared(address)
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        print(f"fallline: cannot listen at {host}:{options.port}: {reason}", file=sys.stderr)
        return 1
    _raise_open_files()
    _announce(options, address.getsockname()[1])
    configuration = Configuration(
        "app.main:create_app",
        http="httptools",
        ws="none",
        workers=options.workers,
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=LONGEST_END,
        timeout_worker_healthcheck=LONGEST_SILENCE,
    )
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(0))  # uvicorn sends itself the signal that ended it
    if options.workers == 1:
        uvicorn.Server(configuration).run(sockets=[address])
        return 0
    with tempfile.TemporaryDirectory(prefix="fallline") as counts:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = counts  # where the workers count together, for /metrics
        Multiprocess(configuration, sockets=[address]).run()
    return 0


def _log() -> None:
    """What went wrong goes to standard error, the access log to standard output."""
    logging.basicConfig(format="%(levelname)s: %(message)s", level=logging.INFO)
    logging.getLogger("uvicorn.error").setLevel(
        logging.ERROR
    )  # its warnings tell what clients do wrong: no business of ours
    to_standard_output()


def listen(host: str, port: int, shared: bool = False) -> Address:
    """A socket that listens, before anything slow begins: a taken port is known at once."""
    made = _bound(host, port, shared)
    try:
        made.listen(2048)
    except BaseException:
        made.close()
        raise
    return made


def _bound(host: str, port: int, shared: bool) -> Address:
    made = Address(socket.AF_INET6 if ":" in host else socket.AF_INET)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
        if shared:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        made.bind((host, port))
    except BaseException:
        made.close()
        raise
    return made


def _shared(alone: Address) -> Address:
    """The address of a socket that was alone there, held by one that does not listen: its workers do."""
    host, port = alone.getsockname()[:2]
    alone.close()
    return _bound(host, port, shared=True)


def _raise_open_files() -> None:
    """Allow this process as many open files as the system lets it have."""
    with suppress(ImportError):  # there is no such limit where there is no such module
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = OPEN_FILES if hard == resource.RLIM_INFINITY else min(hard, OPEN_FILES)
        if soft != resource.RLIM_INFINITY and soft < wanted:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _announce(options: argparse.Namespace, port: int) -> None:
    """Say which address to open; in a hall the page's codes have it too."""
    if not options.lan:
        host = f"[{options.host}]" if ":" in options.host else options.host
        print(f"Fall Line: http://{host}:{port}", flush=True)
        return
    links = [f"http://{ip}:{port}" for ip in lan.addresses()]
    if links:
        os.environ.setdefault("FALLLINE_PUBLIC_ADDRESS", links[0])
    print(lan.announcement(port, links), flush=True)
