"""The command `fallline`: serve the pages and the API, print paths and trainings, list what there is."""

from __future__ import annotations

import argparse
import asyncio
import logging
import math
import signal
import socket
import sys
from decimal import Decimal
from types import FrameType

import uvicorn

from app.cli_run import add_run
from app.cli_train import add_train
from app.context import Context
from app.errors import Problem
from app.main import create_app
from app.protocol import guarded
from app.settings import Settings, SettingsError
from engine.catalog import FOLDERS
from engine.errors import EngineError


class Server(uvicorn.Server):
    """A server that tells its streams when it is about to end."""

    def __init__(self, config: uvicorn.Config, context: Context) -> None:
        super().__init__(config)
        self.context = context
        self.loop: asyncio.AbstractEventLoop | None = None

    async def serve(self, sockets: list[socket.socket] | None = None) -> None:
        self.loop = asyncio.get_running_loop()
        await super().serve(sockets)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if self.loop is not None:
            self.loop.call_soon_threadsafe(self.context.closing.set)
        super().handle_exit(sig, frame)


def main(arguments: list[str] | None = None) -> int:
    """Run the command; the answer is the exit code."""
    options = _parser().parse_args([_plain(text) for text in (sys.argv[1:] if arguments is None else arguments)])
    try:
        code: int = options.command(options)
        return code
    except (SettingsError, EngineError, Problem) as error:
        print(f"fallline: {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        sys.stderr.close()
        return 1
    except KeyboardInterrupt:
        return 130


def _plain(text: str) -> str:
    """A negative number without an exponent: with one, the parser takes it for an option."""
    try:
        return f"{Decimal(text):f}" if text.startswith("-") and math.isfinite(float(text)) else text
    except (ValueError, ArithmeticError):
        return text


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="fallline", description="Paths of optimisers down loss surfaces, and networks that learn."
    )
    commands = parser.add_subparsers(required=True, metavar="serve | run | train | list")
    serving = commands.add_parser("serve", help="serve the pages and the API")
    serving.add_argument("--host", default="127.0.0.1", help="address to listen at (%(default)s)")
    serving.add_argument("--port", type=int, default=8000, help="port to listen at (%(default)s)")
    serving.set_defaults(command=serve)
    add_run(commands)
    add_train(commands)
    listing = commands.add_parser("list", help="list the definitions: surfaces, optimisers, datasets and so on")
    listing.set_defaults(command=list_names)
    return parser


def serve(options: argparse.Namespace) -> int:
    """Serve until a signal says otherwise."""
    logging.basicConfig(format="%(levelname)s: %(message)s", level=logging.INFO)
    try:
        listening = _listen(options.host, options.port)
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        print(f"fallline: cannot listen at {options.host}:{options.port}: {reason}", file=sys.stderr)
        return 1
    app = create_app()
    config = uvicorn.Config(
        app,
        http=guarded(app.state.context.settings),
        ws="none",
        access_log=False,
        log_level="warning",
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=4,
    )
    print(f"Fall Line: http://{options.host}:{listening.getsockname()[1]}", flush=True)
    Server(config, app.state.context).run(sockets=[listening])
    return 0


def _listen(host: str, port: int) -> socket.socket:
    """A socket that listens, before anything slow begins: a taken port is known at once."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    found = socket.socket(family)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind((host, port))
        found.listen(2048)
    except BaseException:
        found.close()
        raise
    return found


def list_names(options: argparse.Namespace) -> int:
    """Print the names of the catalogue with their summaries."""
    catalog = Context.of(Settings.read()).definitions.catalog
    for kind, folder in FOLDERS.items():
        print(f"{folder.title}:")
        for name, entry in getattr(catalog, kind).items():
            print(f"  {name:20} {entry.summary}")
    return 0


if __name__ == "__main__":
    signal.signal(signal.SIGPIPE, signal.SIG_DFL) if hasattr(signal, "SIGPIPE") and "serve" not in sys.argv else None
    sys.exit(main())
