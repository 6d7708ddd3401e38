"""The command `fallline`: serve the pages and the API, or run a path and print it."""

from __future__ import annotations

import argparse
import asyncio
import logging
import signal
import socket
import sys
from types import FrameType

import uvicorn
from pydantic import TypeAdapter, ValidationError

from app import wire
from app.context import Context
from app.errors import Problem
from app.job import Job
from app.main import create_app
from app.protocol import guarded
from app.schemas import TrajectoriesRequest
from app.settings import Settings, SettingsError
from app.validation import problem_of
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
    options = _parser().parse_args(arguments)
    try:
        code: int = options.command(options)
        return code
    except (SettingsError, EngineError, Problem) as error:
        print(f"fallline: {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        sys.stderr.close()
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="fallline", description="Paths of optimisers down loss surfaces.")
    commands = parser.add_subparsers(required=True, metavar="serve | run | list")
    serving = commands.add_parser("serve", help="serve the pages and the API")
    serving.add_argument("--host", default="127.0.0.1", help="address to listen at (%(default)s)")
    serving.add_argument("--port", type=int, default=8000, help="port to listen at (%(default)s)")
    serving.set_defaults(command=serve)
    running = commands.add_parser("run", help="run one optimiser on one surface, and print the path as CSV")
    running.add_argument("--surface", required=True, help="a name that `fallline list` prints, or a formula in x and y")
    running.add_argument("--optimizer", required=True, help="a name that `fallline list` prints")
    running.add_argument("--steps", type=int, required=True)
    running.add_argument("--learning-rate", type=float)
    running.add_argument("--start", type=float, nargs=2, metavar=("X", "Y"))
    running.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a hyperparameter")
    running.add_argument(
        "--schedule", metavar="NAME[,NAME=VALUE...]", help="a learning-rate schedule, with its numbers"
    )
    running.set_defaults(command=run)
    listing = commands.add_parser("list", help="list the surfaces, the optimisers and the schedules")
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


def run(options: argparse.Namespace) -> int:
    """Print a path as CSV, a row a step."""
    context = Context.of(Settings.read())
    names = context.definitions.catalog.surfaces
    box = {"x": (-5, 5), "y": (-5, 5)}
    is_name = options.surface in names or (options.surface.isidentifier() and len(options.surface) > 2)
    surface = {"name": options.surface} if is_name else {"formula": options.surface, **box}
    values = dict(_setting(text) for text in options.set)
    if options.learning_rate is not None:
        values["learning_rate"] = options.learning_rate
    optimizer: dict[str, object] = {"name": options.optimizer, **values}
    if options.schedule is not None:
        name, *settings = options.schedule.split(",")
        optimizer["schedule"] = {"name": name, **dict(_setting(text) for text in settings)}
    asked = {"surface": surface, "optimizers": [optimizer], "steps": options.steps}
    if options.start is not None:
        asked["start"] = tuple(options.start)
    try:
        job = Job.of(context, TypeAdapter(TrajectoriesRequest).validate_json(wire.json(asked)))
    except ValidationError as error:
        raise problem_of(error) from None
    for part in wire.trajectories_csv(job.run(context.workers.deadline())):
        sys.stdout.buffer.write(part)
    sys.stdout.flush()
    return 0


def _setting(text: str) -> tuple[str, float | bool | str]:
    """NAME=VALUE with a number, true, false or a name."""
    name, _, value = text.partition("=")
    if value in ("true", "false"):
        return name, value == "true"
    try:
        return name, float(value)
    except ValueError:
        return name, value


def list_names(options: argparse.Namespace) -> int:
    """Print the names of the catalogue with their summaries."""
    catalog = Context.of(Settings.read()).definitions.catalog
    for kind, title in (("surfaces", "Surfaces"), ("optimizers", "Optimisers"), ("schedules", "Schedules")):
        entries = getattr(catalog, kind)
        print(f"{title}:")
        for name, entry in entries.items():
            print(f"  {name:20} {entry.summary}")
    return 0


if __name__ == "__main__":
    signal.signal(signal.SIGPIPE, signal.SIG_DFL) if hasattr(signal, "SIGPIPE") and "serve" not in sys.argv else None
    sys.exit(main())
