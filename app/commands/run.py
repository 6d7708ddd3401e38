"""The command `fallline run`: what it takes, and the request for paths that it makes of it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter, ValidationError

from app import wire
from app.api.trajectories import text
from app.commands.options import FORMATS, add_optimizers, given, optimizers_of, setting
from app.context import Context
from app.errors import Problem
from app.job import Job
from app.schemas import TrajectoriesRequest
from app.settings import Settings
from app.validation import problem_of
from engine.warming import warm_up

RANGE = (-5.0, 5.0)
SHORTEST_NAME = 3
"""A word of as many letters that is no surface is a name with a slip of the pen, not a formula."""
EPILOG = """\
examples:
  fallline run --surface rosenbrock --parameter b=10 --optimizer adam --steps 500 > path.csv
  fallline run --surface "x**2 - y**2" --x -2 2 --y -2 2 --start 1 1e-6 --optimizer gd --learning-rate 0.1 --steps 50
  fallline run --surface gabor --reduction mean --optimizer gd --optimizer adam,learning_rate=0.1,beta=0.95 \\
      --batch-size 5 --seed 3 --steps 200 --format json
  fallline run --surface beale --rule "m = beta*m + g; phi = phi - eta*m" --learning-rate 0.001 --steps 500

A formula that begins with a minus is given as --surface="-x**2". A --rule with = in it is the rule, any other text the
name of a file that has one; --set and --learning-rate are for what it reads. An optimiser's own schedule:
--optimizer gd,schedule=step,schedule.every=20. The answer of --format json, csv and ndjson is that of
POST /api/trajectories.
Exit codes: 0 paths were printed (one that diverges is one), 1 what was asked was refused, and a line says why, 2 the
command was not understood.
"""


def add_run(commands: Any) -> None:
    """Add the command to those of the parser."""
    parser = commands.add_parser(
        "run", help="run optimisers on a surface, and print their paths",
        epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    add = parser.add_argument
    add("--surface", required=True, help="a name that `fallline list` prints, or a formula in x and y")
    add("--parameter", type=setting, action="append", metavar="NAME=VALUE", help="a parameter of the surface")
    for axis in "xy":
        help = f"the range of {axis} of a formula ({RANGE[0]:g} {RANGE[1]:g})"
        add(f"--{axis}", type=float, nargs=2, metavar=("LOW", "HIGH"), help=help)
    add("--reduction", metavar="sum|mean", help="surfaces of data: the sum of the losses (the default) or their mean")
    add("--start", type=float, nargs=2, metavar=("X", "Y"), help="where the paths begin; the surface's own by default")
    add_optimizers(parser)
    add("--steps", type=int, required=True, help="steps of each path")
    add("--batch-size", type=int, metavar="B", help="surfaces of data: each step sees a batch of B samples")
    add("--sampling", metavar="epochs|fresh", help="how batches are drawn (epochs)")
    add("--noise", type=float, metavar="SD", help="standard deviation of noise on each coordinate of the gradient")
    add("--seed", type=int, help="decides everything random (0)")
    add("--format", choices=FORMATS, default="csv", help="how the paths are printed (%(default)s)")
    parser.set_defaults(command=run)


def run(options: argparse.Namespace) -> int:
    """Print the paths."""
    context = Context.of(Settings.read())
    body = wire.json(request(options, context.definitions.catalog.surfaces))
    try:
        job = Job.of(context, TypeAdapter(TrajectoriesRequest).validate_json(body))
    except ValidationError as error:
        raise problem_of(error) from None
    warm_up()  # a fresh machine compiles the kernels for longer than the engine may compute
    answer = text(FORMATS[options.format], job.bound, job.run(context.workers.deadline()))
    sys.stdout.buffer.write(answer if answer.endswith(b"\n") else answer + b"\n")
    sys.stdout.flush()
    return 0


def request(options: argparse.Namespace, surfaces: Mapping[str, Any]) -> dict[str, Any]:
    """The body of POST /api/trajectories that asks for the same; what was not said is not in it."""
    batches = given(size=options.batch_size, sampling=options.sampling)
    return {
        "surface": _surface(options, surfaces),
        "optimizers": optimizers_of(options),
        "steps": options.steps,
        **given(start=options.start, seed=options.seed, batches=batches or None),
        **({} if options.noise is None else {"gradient_noise": {"standard_deviation": options.noise}}),
    }


def _surface(options: argparse.Namespace, surfaces: Mapping[str, Any]) -> dict[str, Any]:
    text, x, y = options.surface, options.x, options.y
    chosen = given(parameters=dict(options.parameter or ()) or None, reduction=options.reduction)
    if text in surfaces or (text.isidentifier() and len(text) >= SHORTEST_NAME):
        if x or y:
            raise Problem(422, "--x and --y are the ranges of a formula; a surface of the catalogue has its own.")
        return {"name": text, **chosen}
    return {"formula": text, "x": x or RANGE, "y": y or RANGE, **chosen}
