"""Pydantic's findings as one sentence for a person, with the field that it concerns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError

from app.errors import Problem

LONGEST_NAME = 40
SENTENCES = {
    "missing": "is missing",
    "extra_forbidden": "is not a field here",
    "finite_number": "must be a finite number",
    "float_type": "must be a number",
    "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "int_parsing_size": "is too large a number",
    "string_type": "must be a text",
    "string_too_short": "must not be empty",
    "bool_type": "must be true or false",
    "row_type": "must be a number or a list of numbers",
    "list_type": "must be a list",
    "tuple_type": "must be a list",
    "dict_type": "must be an object",
    "model_type": "must be an object",
    "model_attributes_type": "must be an object",
}
LIMITS = {
    "greater_than_equal": ("must be at least {}", "ge"),
    "less_than_equal": ("must be at most {}", "le"),
    "greater_than": ("must be more than {}", "gt"),
    "less_than": ("must be less than {}", "lt"),
    "too_short": ("must have at least {} entries", "min_length"),
    "too_long": ("must have at most {} entries", "max_length"),
    "string_too_long": ("must be at most {} characters long", "max_length"),
    "literal_error": ("must be {}", "expected"),
}


def problem_of(error: ValidationError) -> Problem:
    """The first of the findings; what was sent is not repeated."""
    found = error.errors(include_url=False, include_input=False)
    first = found[0]
    if first["type"] == "json_invalid":
        reason = str(first.get("ctx", {}).get("error", "")) or "it cannot be read"
        return Problem(400, f"The body is not valid JSON: {reason}.", code="invalid_json")
    field = _field(first["loc"])
    code = {"extra_forbidden": "unknown_field", "missing": "missing_field"}.get(first["type"], "invalid_value")
    more = f" ({len(found) - 1} more of the fields are wrong.)" if len(found) > 1 else ""
    return Problem(422, f"{field or 'The body'} {_sentence(first)}.{more}", field=field, code=code)


def _sentence(finding: Any) -> str:
    kind, context = finding["type"], finding.get("ctx", {})
    if kind in LIMITS:
        text, name = LIMITS[kind]
        entries = text.format(context.get(name, ""))
        return entries.replace("1 entries", "one entry") if entries.endswith(" 1 entries") else entries
    if kind == "value_error":
        return str(context["error"])
    return SENTENCES.get(kind, "is not right")


def _field(place: Sequence[str | int]) -> str | None:
    """The place as a person writes it: optimizers[0].learning_rate. Tags of alternatives are left out."""
    text = ""
    for part in place:
        if isinstance(part, int):
            text += f"[{part}]"
        elif not part.startswith("<"):
            text += ("." if text else "") + ascii(part[:LONGEST_NAME])[1:-1]
    return text or None
