"""Tokens of a typed formula, each with its column in the text as typed.

Signs that people paste (− × · ÷ π ²) are read as what they mean; then only plain names, decimal numbers and the
signs of arithmetic exist. Numbers become floats as they are read.
"""

import math
import re
import unicodedata
from collections.abc import Mapping
from typing import Literal, NamedTuple

from engine.errors import FormulaError

NUMBER = re.compile(r"(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
NAME = re.compile(r"[A-Za-z_][A-Za-z_0-9]*")
RADIX = re.compile(r"0[xXbBoO][0-9A-Fa-f]+")
SIGNS = frozenset("+-*/(),")
MEANT = {"−": "-", "–": "-", "×": "*", "·": "*", "⋅": "*", "÷": "/", "^": "**"}
LETTERS = {"π": "pi"}
SUPERSCRIPTS = {"²": 2.0, "³": 3.0}
BLANKS = frozenset(" \t\r\n\u00a0")
BYTE_ORDER_MARK = "\ufeff"

ADVICE = {
    ".": "a point belongs inside a number, as in 0.5",
    "=": "a formula is one value, without an equals sign",
    "<": "to compare, write less(x, y), which is 1 or 0",
    ">": "to compare, write greater(x, y), which is 1 or 0",
    "|": "for the absolute value, write abs(x)",
    "[": "use round parentheses ( )",
    "]": "use round parentheses ( )",
    "{": "use round parentheses ( )",
    "}": "use round parentheses ( )",
    "\\": "write names without it, as in sqrt(x)",
    "√": "for the square root, write sqrt(x)",
}


class Token(NamedTuple):
    """A number, a name, a sign, a power written as a superscript, or the end of the text."""

    kind: Literal["number", "name", "sign", "superscript", "end"]
    text: str
    position: int
    value: float = 0.0


def refusal(position: int, sentence: str) -> FormulaError:
    """The error for a formula that is refused at a column."""
    return FormulaError(f"Column {position}: {sentence}.", field="formula", position=position)


def excerpt(text: str) -> str:
    """A name or number of the formula, cut to a length that a message can hold."""
    return text if len(text) <= 24 else text[:24] + "…"


def tokenize(text: str, letters: Mapping[str, str] = LETTERS) -> list[Token]:
    """All tokens of a text, the end last; `letters` are read as the names that they stand for.

    Raises FormulaError at the first character that is outside the language.
    """
    tokens: list[Token] = []
    at = 1 if text.startswith(BYTE_ORDER_MARK) else 0
    while at < len(text):
        character, position = text[at], at + 1
        character = MEANT.get(character, character)
        if character in BLANKS:
            at += 1
        elif number := NUMBER.match(text, at):
            tokens.append(_number(text, number, position))
            at = number.end()
        elif name := NAME.match(text, at):
            tokens.append(Token("name", name.group(), position))
            at = name.end()
        elif text.startswith("**", at):
            tokens.append(Token("sign", "**", position))
            at += 2
        elif character in SIGNS or character == "**":
            tokens.append(Token("sign", character, position))
            at += 1
        elif character in SUPERSCRIPTS:
            tokens.append(Token("superscript", character, position, SUPERSCRIPTS[character]))
            at += 1
        elif character in letters:
            tokens.append(Token("name", letters[character], position))
            at += 1
        else:
            raise _outside(character, position)
    return [*tokens, Token("end", "", len(text) + 1)]


def _number(text: str, match: re.Match[str], position: int) -> Token:
    """A decimal number; what would be read in two ways, or not be kept by a float, is refused."""
    digits = match.group()
    following = text[match.end() : match.end() + 1]
    if RADIX.match(text, match.start()):
        raise refusal(position, "numbers are decimal here; to multiply by a name that begins with x, write 0*x")
    if following == "." or following == "_":
        raise refusal(match.end() + 1, f"a number ends before {following} here; write numbers as 1000 or 0.5")
    value = float(digits)
    if math.isinf(value):
        raise refusal(position, f"the number {excerpt(digits)} is too large; the largest is about 1.8e308")
    if value == 0 and any(digit in "123456789" for digit in re.split("[eE]", digits)[0]):
        raise refusal(position, f"the number {excerpt(digits)} is too small; write 0 or at least 5e-324")
    return Token("number", digits, position, value)


def _outside(character: str, position: int) -> FormulaError:
    """The error for a character that the language does not have."""
    if " " < character < "\x7f":
        shown = f"the character {character}"
    else:
        name = unicodedata.name(character, "").lower()
        shown = f"the character U+{ord(character):04X}" + (f" ({name})" if name else "")
    advice = ADVICE.get(character, "use names, numbers and + - * / ^ ( ) , alone")
    return refusal(position, f"{shown} is not part of formulas; {advice}")
