"""What is wrong with the shape of a request, in a sentence with the place; nothing that was sent comes back."""

from __future__ import annotations

import re
from typing import Any

from pydantic import ValidationError

from app.errors import Problem


def problem_of(error: ValidationError) -> Problem:
    """The first fault of a request: 400 where the body was not JSON at all, else 422."""
    fault = error.errors(include_url=False, include_input=False)[0]
    if fault["type"] == "json_invalid":
        reason = str(fault.get("ctx", {}).get("error", "")).partition(" at line")[0]
        place = re.search(r"line (\d+) column (\d+)", str(fault["msg"]))
        where = f" at line {place[1]}, column {place[2]}" if place else ""
        return Problem(400, f"The body is not JSON: {reason or 'it cannot be read'}{where}.", code="bad_json")
    field = field_of(fault["loc"])
    return Problem(422, f"{field or 'The body'} {_sentence(fault)}.", field=field or None)


def field_of(location: tuple[int | str, ...]) -> str:
    """`optimizers[0].learning_rate` for its place; the tags of unions, in angle brackets, are left out."""
    text = ""
    for part in location:
        if isinstance(part, int):
            text += f"[{part}]"
        elif not part.startswith("<"):
            shown = ascii(part[:41])[1:-1]
            text += ("." if text else "") + (shown if len(shown) <= 40 else shown[:37] + "...")
    return text


LIMITS = {
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
    "too_short": "must have at least {min_length} items",
    "too_long": "must have at most {max_length} items",
    "string_too_long": "must have at most {max_length} characters",
    "literal_error": "must be {expected}",
    "value_error": "{error}",
}
SHAPES = {
    "missing": "is missing",
    "extra_forbidden": "is not a field of this request",
    "float_type": "must be a number",
    "finite_number": "must be a finite number",
    "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "int_parsing_size": "is too large a number",
    "string_type": "must be a text",
    "string_unicode": "must be a text of valid Unicode",
    "string_too_short": "must not be empty",
    "bool_type": "must be true or false",
    "list_type": "must be a list",
    "tuple_type": "must be a list",
    "dict_type": "must be an object",
    "model_type": "must be an object",
    "model_attributes_type": "must be an object",
}


def _sentence(fault: Any) -> str:
    kind = fault["type"]
    if kind in LIMITS:
        return LIMITS[kind].format(**fault["ctx"])
    return SHAPES.get(kind, "is not what is expected here")
