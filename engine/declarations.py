"""What holds for the declaration of any definition: its texts, the names of its parameters, its functions."""

import inspect
from collections.abc import Callable
from typing import Any

from engine.errors import DefinitionError
from engine.parameters import Declared


def check_texts(*texts: str) -> None:
    """Raise unless all of them are texts that are not empty."""
    if not all(isinstance(text, str) and text.strip() for text in texts):
        raise DefinitionError("label, latex and teaches must be texts that are not empty")


def check_names(parameters: tuple[Declared, ...]) -> None:
    """Raise where two parameters have one name."""
    names = [parameter.name for parameter in parameters]
    if len(set(names)) < len(names):
        raise DefinitionError(f"parameters {', '.join(names)}: a name is declared twice")


def check_signature(
    function: Callable[..., Any], name: str, positional: tuple[str, ...], parameters: tuple[Declared, ...]
) -> None:
    """Raise unless `function` takes the positional names and, as keywords, exactly the declared parameters."""
    if not callable(function):
        raise DefinitionError(f"{name} must be a function")
    accepted = inspect.signature(function).parameters.values()
    first = tuple(p.name for p in accepted if p.kind is not p.KEYWORD_ONLY)
    keywords = {p.name for p in accepted if p.kind is p.KEYWORD_ONLY}
    declared = {parameter.name for parameter in parameters}
    if first != positional or keywords != declared:
        expected = ", ".join([*positional, *(["*", *sorted(declared)] if declared else [])])
        raise DefinitionError(f"{name} must have the signature {name}({expected})")
