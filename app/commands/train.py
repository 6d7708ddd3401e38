"""The command `fallline train`: what it takes, and the request for training that it makes of it."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

import orjson
from pydantic import TypeAdapter, ValidationError
from tqdm import tqdm

from app import wire
from app.api.training import encode
from app.commands.options import FORMATS, Named, add_optimizers, choice, given, named, optimizers_of
from app.context import Context
from app.errors import Problem
from app.settings import Settings
from app.training.job import Run, TrainingJob
from app.training.schemas import TrainingRequest
from app.training.wire import end_object
from app.validation import problem_of
from engine.networks.history import History, Watch, train

EPILOG = """\
examples:
  fallline train --dataset moons --hidden 8 8 --activation tanh --optimizer adam --learning-rate 0.01 --steps 500 \\
      --batch-size 20 --seed 0 > history.csv
  fallline train --data measured.csv --likelihood squared_error --optimizer gd --optimizer adam,learning_rate=0.1 \\
      --steps 2000 --record-every 10 --change 1000,learning_rate=0.001 --parameters learnt.json --format json

The answer of --format json, csv and ndjson is that of POST /api/training. A file of --data has a line a sample, its
targets last. The file that --parameters writes can be given to --initial-parameters: its first run goes on there.
Exit codes: 0 histories were printed (one that diverges is one), 1 what was asked was refused, and a line says why, 2
the command was not understood.
"""


def add_train(commands: Any) -> None:
    """Add the command to those of the parser."""
    parser = commands.add_parser(
        "train", help="train networks on data, and print their histories",
        epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    source = parser.add_mutually_exclusive_group(required=True)
    help = "a name that `fallline list` prints, with its settings: n, noise, seed and so on"
    source.add_argument("--dataset", type=named, metavar="NAME[,NAME=VALUE...]", help=help)
    source.add_argument("--data", type=Path, metavar="FILE", help="a table of one's own: CSV, targets last")
    _add_data(parser.add_argument)
    _add_network(parser.add_argument)
    add_optimizers(parser)
    _add_training(parser.add_argument)
    parser.set_defaults(command=run)


def _add_data(add: Any) -> None:
    add("--kind", metavar="KIND", help="of the targets of --data: classification, regression or both combined")
    add("--targets", type=int, metavar="K", help="how many of the last columns of --data are targets")
    help = "the shares of training, validation and test"
    add("--split", type=float, nargs=3, metavar=("TRAINING", "VALIDATION", "TEST"), help=help)
    add("--standardize", action="store_true", help="inputs and real targets in units of their deviation")


def _add_network(add: Any) -> None:
    add("--hidden", type=int, nargs="*", metavar="UNITS", help="units of each hidden layer; nothing behind it: none")
    for name, text in (("activation", "of the hidden layers"), ("initializer", "how the weights are drawn")):
        add(f"--{name}", type=named, metavar="NAME[,NAME=VALUE...]", help=text)
    add("--initial-parameters", type=Path, metavar="FILE", help="where to begin instead, as --parameters writes it")
    add("--likelihood", type=named, metavar="NAME[,NAME=VALUE...]", help="of the targets; the first that fits them")
    add("--reduction", metavar="mean|sum", help="of the loss over samples (mean)")


def _add_training(add: Any) -> None:
    add("--steps", type=int, required=True, help="steps of each run")
    add("--batch-size", type=int, metavar="B", help="each step sees a batch of B samples; without it, all of them")
    add("--sampling", metavar="epochs|fresh", help="how batches are drawn (epochs)")
    help = "from a step on other numbers, or another batch_size, for all optimisers; in the order of their steps"
    add("--change", type=named, action="append", metavar="STEP,NAME=VALUE...", help=help)
    add("--ensemble", type=int, metavar="N", help="train each network so many times, with seeds of their own")
    add("--seed", type=int, help="decides everything random: data, weights and batches (0)")
    add("--record-every", type=int, metavar="K", help="record each step that K divides, and the last (1)")
    add("--parameters", type=Path, metavar="FILE", help="write what was learnt to a file, as JSON")
    add("--format", choices=FORMATS, default="csv", help="how the histories are printed (%(default)s)")


def run(options: argparse.Namespace) -> int:
    """Print the histories."""
    context = Context.of(Settings.read())
    body = wire.json(request(options))
    try:
        job = TrainingJob.of(context.definitions, TypeAdapter(TrainingRequest).validate_json(body))
    except ValidationError as error:
        raise problem_of(error) from None
    found = trained(job)
    if options.parameters is not None:
        ends = [end_object(run, history.watch) for run, history in zip(job.runs, found, strict=True)]
        _write(options.parameters, wire.json({"runs": ends}) + b"\n")
    answer = encode(FORMATS[options.format], job, found)
    sys.stdout.buffer.write(answer if answer.endswith(b"\n") else answer + b"\n")
    sys.stdout.flush()
    return 0


def trained(job: TrainingJob) -> list[History]:
    """The history of each run, with a bar on the terminal, if there is one, that shows the steps and the loss."""
    steps, every = job.asked.steps, job.asked.record_every
    tqdm.monitor_interval = 0
    with tqdm(total=steps * len(job.runs), unit=" steps", disable=None, leave=False, dynamic_ncols=True) as bar:

        def train_one(place: int, run: Run) -> History:
            def tell(watch: Watch) -> None:
                bar.set_postfix_str(f"{run.rule.entry.name}, loss {watch.last_loss:.4g}", refresh=False)
                bar.update(place * steps + watch.training.taken - bar.n)

            return train(job.training(run), steps, every, path=False, tell=tell)

        return [train_one(place, run) for place, run in enumerate(job.runs)]


def request(options: argparse.Namespace) -> dict[str, Any]:
    """The body of POST /api/training that asks for the same; what was not said is not in it."""
    o, seed = options, given(seed=options.seed)
    columns = given(kind=o.kind, targets=o.targets)
    if columns and o.data is None:
        raise Problem(422, "--kind and --targets describe a table of --data; a dataset of the catalogue has its own.")
    own = choice(o.dataset) if o.data is None else {"csv": _text(o.data), **columns}
    chosen = {name: choice(getattr(o, name)) for name in ("activation", "initializer")}
    initial = {} if o.initial_parameters is None else _parameters(o.initial_parameters)
    batches = given(size=o.batch_size, sampling=o.sampling)
    return {
        "dataset": {**seed, **given(split=o.split), **(own or {})},
        "network": {**seed, **given(hidden=o.hidden, **chosen)},
        "optimizers": optimizers_of(o),
        "steps": o.steps,
        "standardize": o.standardize,
        "changes": [_change(each) for each in o.change or ()],
        **seed,
        **initial,
        **given(likelihood=choice(o.likelihood), reduction=o.reduction),
        **given(batches=batches or None, ensemble=o.ensemble, record_every=o.record_every),
    }


def _change(said: Named) -> dict[str, Any]:
    step, values = said
    if not step.isdecimal():
        raise Problem(422, "--change begins with a step, such as 200,learning_rate=0.01.")
    return {"step": int(step), **values}


def _text(path: Path) -> str:
    """What a file holds."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise Problem(422, f"cannot read {path}: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise Problem(422, f"cannot read {path}: it is no text in UTF-8") from None


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise Problem(422, f"cannot write {path}: {error.strerror or error}") from None


def _parameters(path: Path) -> dict[str, Any]:
    """What the first run in a file of parameters learnt, or a file's own list of layers, as a request begins there."""
    try:
        found = orjson.loads(_text(path))
        if isinstance(found, list):
            return {"initial_parameters": found}
        run = found["runs"][0]
        learnt = run.get("likelihood_parameters") or {}
        return {
            "initial_parameters": run["parameters"],
            **({"initial_likelihood_parameters": learnt} if learnt else {}),
        }
    except (orjson.JSONDecodeError, AttributeError, KeyError, IndexError, TypeError):
        raise Problem(422, f"{path} holds no parameters as --parameters writes them") from None
