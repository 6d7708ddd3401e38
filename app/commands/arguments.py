"""What the command `fallline` can do: serve the pages and the API, print paths and trainings, list what there is."""

from __future__ import annotations

import argparse
import math
import sys
from decimal import Decimal

from app.commands.run import add_run
from app.commands.serve import add_serve
from app.commands.train import add_train
from app.context import Context
from app.errors import Problem
from app.settings import Settings, SettingsError, shown
from engine.catalog import FOLDERS
from engine.errors import EngineError


def obey(arguments: list[str]) -> int:
    """Do what a command line asks for; the answer is the exit code."""
    options = understood(arguments)
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


def understood(arguments: list[str]) -> argparse.Namespace:
    """What a command line asks for. Raises: SystemExit with code 2 where it is not understood."""
    return _parser().parse_args([_plain(text) for text in arguments])


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
    commands = parser.add_subparsers(required=True, metavar="serve | run | train | list | settings")
    add_serve(commands)
    add_run(commands)
    add_train(commands)
    listing = commands.add_parser("list", help="list the definitions: surfaces, optimisers, datasets and so on")
    listing.set_defaults(command=list_names)
    known = commands.add_parser("settings", help="list the settings: their variables, values and what they mean")
    known.set_defaults(command=list_settings)
    return parser


def list_names(options: argparse.Namespace) -> int:
    """Print the names of the catalogue with their summaries."""
    catalog = Context.of(Settings.read()).definitions.catalog
    for kind, folder in FOLDERS.items():
        print(f"{folder.title}:")
        for name, entry in getattr(catalog, kind).items():
            print(f"  {name:20} {entry.summary}")
    return 0


def list_settings(options: argparse.Namespace) -> int:
    """Print every setting as the environment has it: variable and value, what it means, the default where changed."""
    for setting in Settings.read().listed():
        changed = "" if setting.value == setting.default else f" Default: {shown(setting.default)}"
        print(f"{setting.variable}={shown(setting.value)}\n    {setting.help}{changed}")
    return 0
