"""What the commands share: names with settings as words, and the optimisers that a request has of them."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app import wire
from app.errors import Problem
from engine.rule_text.custom import CUSTOM

FORMATS = {"csv": wire.CSV, "json": wire.JSON, "ndjson": wire.NDJSON}
SCHEDULE = "schedule."
Value = float | bool | str
Named = tuple[str, dict[str, Value]]


@dataclass(frozen=True)
class Ruled:
    """What stands behind --rule."""

    given: str

    def text(self) -> str:
        """The rule, or what the file holds.

        Raises: Problem where there is no such file, or no text in it.
        """
        if "=" in self.given:
            return self.given
        try:
            return Path(self.given).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError, ValueError) as error:
            reason = getattr(error, "strerror", None) or "it is no text"
            message = f"--rule is neither a rule, such as phi = phi - eta*g, nor a file that can be read: {reason}."
            raise Problem(422, message) from None


def add_optimizers(parser: argparse.ArgumentParser) -> None:
    """Add the words that choose optimisers."""
    add = parser.add_argument
    help = "a name that `fallline list` prints, with hyperparameters of its own; give it again for more"
    add("--optimizer", type=named, dest="chosen", action="append", metavar="NAME[,NAME=VALUE...]", help=help)
    help = "an update rule of your own, or a file that has it; give it again for more"
    add("--rule", type=Ruled, dest="chosen", action="append", metavar="RULE|FILE", help=help)
    add("--learning-rate", type=float, help="of all optimisers that have none of their own")
    help = "a hyperparameter of all optimisers that do not set it themselves"
    add("--set", type=setting, action="append", metavar="NAME=VALUE", help=help)
    help = "a learning-rate schedule of all optimisers, with its numbers"
    add("--schedule", type=named, metavar="NAME[,NAME=VALUE...]", help=help)
    parser.set_defaults(misunderstood=parser.error)


def optimizers_of(options: argparse.Namespace) -> list[dict[str, Any]]:
    """The optimisers of a request; none is a command that was not understood."""
    if not options.chosen:
        options.misunderstood("there must be an --optimizer or a --rule")
    common = given(learning_rate=options.learning_rate) | dict(options.set or ())
    schedule = given(schedule=choice(options.schedule))
    return [_optimizer(one, common, schedule) for one in options.chosen]


def _optimizer(one: Named | Ruled, common: Mapping[str, Any], schedule: Mapping[str, Any]) -> dict[str, Any]:
    if isinstance(one, Ruled):
        return {"name": CUSTOM, "rule": one.text(), "parameters": common, **schedule}
    name, settings = one
    return {"name": name, **common, **schedule, **_own(settings)}


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
