"""What the commands share: names with settings as words, and the optimisers that a request has of them."""

from __future__ import annotations

import argparse
from typing import Any

from app import wire

FORMATS = {"csv": wire.CSV, "json": wire.JSON, "ndjson": wire.NDJSON}
SCHEDULE = "schedule."
Value = float | bool | str
Named = tuple[str, dict[str, Value]]


def add_optimizers(add: Any) -> None:
    """Add the words that choose optimisers."""
    help = "a name that `fallline list` prints, with hyperparameters of its own; give it again for more"
    add("--optimizer", type=named, action="append", required=True, metavar="NAME[,NAME=VALUE...]", help=help)
    add("--learning-rate", type=float, help="of all optimisers that have none of their own")
    help = "a hyperparameter of all optimisers that do not set it themselves"
    add("--set", type=setting, action="append", metavar="NAME=VALUE", help=help)
    help = "a learning-rate schedule of all optimisers, with its numbers"
    add("--schedule", type=named, metavar="NAME[,NAME=VALUE...]", help=help)


def optimizers_of(options: argparse.Namespace) -> list[dict[str, Any]]:
    """The optimisers of a request."""
    common = given(learning_rate=options.learning_rate, schedule=choice(options.schedule)) | dict(options.set or ())
    return [{"name": name, **common, **_own(settings)} for name, settings in options.optimizer]


def given(**values: Any) -> dict[str, Any]:
    """What was said."""
    return {name: value for name, value in values.items() if value is not None}


def _own(settings: dict[str, Value]) -> dict[str, Any]:
    """An optimiser's own settings, with those of its schedule in one object."""
    inner = {name: value for name, value in settings.items() if name.startswith(SCHEDULE)}
    own: dict[str, Any] = {name: value for name, value in settings.items() if name not in inner}
    if "schedule" in own:
        own["schedule"] = {"name": own["schedule"], **{name.removeprefix(SCHEDULE): v for name, v in inner.items()}}
    return own if "schedule" in own else settings


def choice(named: Named | None) -> dict[str, Value] | None:
    """A name of the catalogue as a request has it."""
    return None if named is None else {"name": named[0], **named[1]}


def named(text: str) -> Named:
    """NAME,NAME=VALUE,...: a name of the catalogue with its settings."""
    name, *settings = text.split(",")
    return name, dict(setting(text) for text in settings)


def setting(text: str) -> tuple[str, Value]:
    """NAME=VALUE with a number, true, false or a word."""
    name, sign, value = text.partition("=")
    if not (name and sign and value):
        raise argparse.ArgumentTypeError(f"{text!r} must be NAME=VALUE")
    if value in ("true", "false"):
        return name, value == "true"
    try:
        return name, float(value)
    except ValueError:
        return name, value
