"""The formula language: what a user types becomes a program, never Python.

A Pratt parser: each sign binds its operands with a strength, and a loop per strength replaces a grammar rule each.
Power binds strongest and to the right, then the unary signs, so -x**2 is -(x**2) and 2**-1 is a half; then * and /,
then + and -. A function is any elementwise operation of the table that prints as one. A formula that is refused gets
one sentence with the column; length, nodes and depth are bounded before anything is built.
"""

import difflib
import math
from collections.abc import Iterable, Mapping, Sequence

from engine.errors import FormulaError
from engine.program.lexer import Token, excerpt, refusal, tokenize
from engine.program.operations import OPERATIONS, TABLE
from engine.program.program import Builder, Program, Value

MAX_LENGTH = 512
MAX_NODES = 200
MAX_DEPTH = 128

CONSTANTS = {"pi": math.pi, "e": math.e}
ALIASES = {"ln": "log", "asin": "arcsin", "acos": "arccos", "atan": "arctan"}
_computable = [row for row in TABLE if row.elementwise and row.derivative is not None]
FUNCTIONS = {row.formula.partition("(")[0]: row.name for row in _computable if row.precedence == 100} | ALIASES
"""Names of functions in formulas, and the operations they stand for: whatever the table prints as `name(...)`."""

INFIX = {row.formula.format("", "").strip(): row for row in _computable if row.arity == 2 and row.precedence < 100}
ARITIES = {name: OPERATIONS[operation].arity for name, operation in FUNCTIONS.items()}
UNARY = OPERATIONS["negative"].precedence
"""What a unary sign binds, and the exponent of a power: weaker than a power, stronger than a product."""
ARGUMENTS = ("x", "y", "1")


def parse(text: str, variables: Sequence[str] = ("x", "y")) -> Program:
    """The program of a formula in the given variables, with the output `loss`.

    Raises FormulaError: one sentence with the column of what is wrong.
    """
    if len(text) > MAX_LENGTH:
        raise refusal(MAX_LENGTH + 1, f"the formula is {len(text)} characters long; at most {MAX_LENGTH} are read")
    builder = Builder()
    values = {name: builder.constant(number) for name, number in CONSTANTS.items()}
    values |= {name: builder.input(name) for name in variables}
    parser = Parser(builder, tokenize(text), values)
    loss = parser.expression()
    parser.end()
    return builder.finish({"loss": loss})


class Parser:
    """Reads expressions from tokens into a builder; `values` are the names that stand for something.

    The names are looked up when they are read, so a caller that reads several statements may add to them.
    """

    functions: Mapping[str, int] = ARITIES
    """Names of the functions that are known, with the number of their arguments."""

    def __init__(self, builder: Builder, tokens: Sequence[Token], values: Mapping[str, Value]) -> None:
        self.builder = builder
        self.tokens = tokens
        self.values = values
        self.at = 0
        self.nodes = 0
        self.depth = -1  # the whole formula stands in no parentheses

    @property
    def token(self) -> Token:
        return self.tokens[self.at]

    def advance(self) -> Token:
        """The current token; the one after it becomes current."""
        token = self.token
        self.at += token.kind != "end"
        return token

    def end(self) -> None:
        """Check that nothing is left to read."""
        if self.token.kind != "end":
            raise self._surplus()

    def expression(self, strength: int = 0) -> Value:
        """The value of the longest expression from here whose signs all bind stronger than `strength`."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise refusal(self.token.position, f"the formula is nested more than {MAX_DEPTH} deep; make it simpler")
        value = self._operand(self.advance())
        while True:
            token = self.token
            if token.kind == "superscript":
                value = self._superscript(value)
                continue
            row = INFIX.get(token.text)
            if row is None or row.precedence <= strength:
                break
            self.advance()
            right = self.expression(UNARY if row.right_associative else row.precedence)
            value = self._apply(token, row.name, value, right)
        self.depth -= 1
        return value

    def _operand(self, token: Token) -> Value:
        """A number, a name, a call, an expression in parentheses, or one of these behind a sign."""
        if token.kind == "number":
            return self._count(token, self.builder.constant(token.value))
        if token.kind == "name":
            return (
                self._call(token)
                if token.text in self.functions and token.text not in self.values
                else self._name(token)
            )
        if token.text == "(":
            value = self.expression()
            self._close(token)
            return value
        if token.text in ("+", "-"):
            value = self.expression(UNARY)
            if token.text == "+":
                return self._count(token, value)
            if value.constant is not None:
                return self._count(token, self.builder.constant(-value.constant))
            return self._apply(token, "negative", value)
        raise self._missing(token)

    def _superscript(self, base: Value) -> Value:
        """x² and x³; a second power is refused, for on paper (x²)³ and x²³ are other things than x**2**3."""
        token = self.advance()
        if self.token.kind == "superscript" or self.token.text == "**":
            raise refusal(self.token.position, "a power of a superscript reads in two ways; use ** and parentheses")
        return self._apply(token, "power", base, self._count(token, self.builder.constant(token.value)))

    def _call(self, name: Token) -> Value:
        """A function with its arguments."""
        wanted = self.functions[name.text]
        if self.token.text != "(":
            usage = f"{name.text}({', '.join(ARGUMENTS[:wanted])})"
            raise refusal(name.position, f"{name.text} is a function; write its argument in parentheses: {usage}")
        opening = self.advance()
        arguments: list[Value] = []
        while self.token.text != ")" or arguments:
            arguments.append(self.expression())
            if self.token.text != ",":
                break
            self.advance()
        self._close(opening)
        if len(arguments) != wanted:
            plural = "argument" if wanted == 1 else "arguments"
            raise refusal(name.position, f"{name.text} wants {wanted} {plural}, not {len(arguments)}")
        return self._function(name, arguments)

    def _function(self, name: Token, arguments: Sequence[Value]) -> Value:
        """The value of a function of as many arguments as it wants."""
        return self._apply(name, FUNCTIONS[name.text], *arguments)

    def _name(self, token: Token) -> Value:
        """A variable or a constant."""
        value = self.values.get(token.text)
        if value is None:
            raise self._unknown(token)
        return self._count(token, value)

    def _close(self, opening: Token) -> None:
        """Read the parenthesis that closes an open one."""
        if self.token.kind == "end":
            sentence = f"the formula is incomplete: the parenthesis of column {opening.position} is not closed"
            raise refusal(self.token.position, sentence)
        if self.token.text != ")":
            raise self._surplus()
        self.advance()

    def _apply(self, token: Token, operation: str, *arguments: Value) -> Value:
        return self._count(token, self.builder.apply(operation, *arguments))

    def _count(self, token: Token, value: Value) -> Value:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise refusal(token.position, f"the formula has more than {MAX_NODES} numbers, names and signs; shorten it")
        return value

    # ---- what is wrong, in a sentence

    def _missing(self, token: Token) -> FormulaError:
        """A value was expected where this token is."""
        at = self.at - (token.kind != "end")
        before = self.tokens[at - 1].text if at else ""
        if token.kind == "end":
            reason = f"a value is missing after {before}" if before else "it is empty; write, say, x**2 + y**2"
            return refusal(token.position, f"the formula is incomplete: {reason}")
        between = f"between {before} and {token.text}" if before else f"before {token.text}"
        return refusal(token.position, f"a value is missing {between}")

    def _surplus(self) -> FormulaError:
        """A complete value is followed by something that cannot follow it."""
        token, before = self.token, self.tokens[self.at - 1]
        if token.text == ")":
            return refusal(token.position, "this parenthesis closes nothing; remove it or open one before")
        if token.text == ",":
            return refusal(token.position, "a comma stands only between the arguments of a function, as in min(x, y)")
        if token.kind == "name" and token.text not in self.values and token.text not in self.functions:
            return self._unknown(token)
        if before.kind == "name" and token.text == "(":
            return refusal(token.position, f"{before.text} is not a function; to multiply, write {before.text}*(")
        plain = {before.kind, token.kind} <= {"number", "name"} and token.text not in self.functions
        product = f"{excerpt(before.text)}*{excerpt(token.text)}" if plain else "* here"
        return refusal(token.position, f"a sign is missing; to multiply, write {product}")

    def _unknown(self, token: Token) -> FormulaError:
        """A name that stands for nothing, with the names that are near it."""
        name, shown = token.text, excerpt(token.text)
        known = [*self.values, *FUNCTIONS]
        if name.lower() in known:
            return refusal(token.position, f"names are in small letters here; write {name.lower()} for {shown}")
        if len(name) > 1 and all(letter in self.values for letter in name):
            return refusal(token.position, f"{shown} is not known; to multiply, write {excerpt('*'.join(name))}")
        near = difflib.get_close_matches(name[:24].lower(), known, n=3)
        if near:
            advice = f"similar names are {_spoken(near)}" if len(near) > 1 else f"a similar name is {near[0]}"
        elif self.token.text == "(":
            advice = f"the functions are {_spoken(name for name in FUNCTIONS if name not in ALIASES)}"
        else:
            advice = f"the variables are {_spoken(name for name in self.values if name not in CONSTANTS)}"
        return refusal(token.position, f"{shown} is not known; {advice}")


def _spoken(names: Iterable[str]) -> str:
    """a, b and c."""
    *rest, final = [*names] or ["none"]
    return f"{', '.join(rest)} and {final}" if rest else final
