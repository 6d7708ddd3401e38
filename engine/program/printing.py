r"""Programs as text: a formula that parses again to the same values, and LaTeX as it is written on a blackboard.

How an operation prints stands in its row of the table; here is only where parentheses go. Each node is printed once,
in the order of the list, from the texts of its arguments.
"""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from string import Formatter

from engine.errors import EngineError
from engine.program.operation import Operation
from engine.program.operations import OPERATIONS
from engine.program.program import Node, Program

ATOM = 100
PREFIX = OPERATIONS["negative"]
PRODUCT = OPERATIONS["multiply"]
POWER = OPERATIONS["power"]
LONGEST = 20_000
"""Characters of the longest text made: a program that uses its own values again and again can print very long."""

GREEK = ("alpha", "beta", "gamma", "delta", "epsilon", "eta", "theta", "lambda", "mu", "rho", "sigma", "phi")
LETTERS = {"epsilon": r"\varepsilon"}
"""As the lecture writes them."""
NAMED = {math.pi: ("pi", r"\pi"), math.e: ("e", "e")}
SIGN = r" \cdot "
EXPONENT = "\N{SUPERSCRIPT TWO}"
"""Stands for an exponent to be filled in; no text has this sign."""
RAISED = "{0}^"
"""What the templates of powers begin with."""


@dataclass(frozen=True)
class Text:
    """A printed value and how strongly it holds together.

    `raised` is its power with EXPONENT where the exponent belongs, if that is not behind it; `named` tells that it
    begins with a name whose brackets an exponent behind them would seem to belong to.
    """

    text: str
    precedence: int = ATOM
    raised: str = ""
    named: bool = False

    @property
    def prefixed(self) -> bool:
        """Whether it begins with a sign."""
        return self.text.startswith("-")


def to_formula(program: Program, output: str = "loss") -> str:
    """The formula of an output, with as few parentheses as the formula language needs.

    A program of operations that formulas do not have (sums, elements) prints too, but does not parse.
    """
    return _print(program, output, _formula_leaf, _formula_operation)


def to_latex(program: Program, output: str = "loss") -> str:
    r"""The output as LaTeX: fractions, raised powers, and `\cdot` only where two factors would run together."""
    return _print(program, output, _latex_leaf, _latex_operation)


Leaf = Callable[[Node], Text]
Branch = Callable[[Operation, list[Text], Node], Text]


def _print(program: Program, output: str, leaf: Leaf, branch: Branch) -> str:
    texts: list[Text] = []
    for node in program.nodes[: program.outputs[output] + 1]:
        row = OPERATIONS.get(node.operation)
        texts.append(branch(row, [texts[k] for k in node.arguments], node) if row else leaf(node))
        if len(texts[-1].text) > LONGEST:
            raise EngineError(f"the program of {output} is too long to print; {LONGEST} characters are the limit")
    return texts[program.outputs[output]].text


# ---- formulas


def _formula_leaf(node: Node) -> Text:
    """A name, or a number that reads as the same float."""
    if node.operation == "input":
        return Text(str(node.attribute))
    number = float(node.attribute)
    magnitude = abs(number)
    if not math.isfinite(number):
        text, precedence = ("0/0" if math.isnan(number) else "1/0"), PRODUCT.precedence
    elif magnitude in NAMED:
        text, precedence = NAMED[magnitude][0], ATOM
    else:
        text, precedence = (
            (f"{magnitude:.0f}" if magnitude < 1e16 and magnitude.is_integer() else repr(magnitude)),
            ATOM,
        )
    if math.copysign(1.0, number) < 0:
        return Text("-" + text, min(precedence, PREFIX.precedence))
    return Text(text, precedence)


def _formula_operation(row: Operation, arguments: list[Text], node: Node) -> Text:
    pieces = []
    for k, argument in enumerate(arguments):
        # a sign in front of the right operand cannot be misread, however weakly it binds
        right = k > 0 and argument.prefixed and argument.precedence == PREFIX.precedence
        weak = not right and _needs_parentheses(row, row.formula, row.precedence, k, argument.precedence)
        pieces.append(f"({argument.text})" if weak else argument.text)
    return Text(_fill(row, row.formula, pieces, str(node.attribute)), row.precedence)


# ---- LaTeX


def _latex_leaf(node: Node) -> Text:
    if node.operation == "input":
        return Text(latex_name(str(node.attribute)))
    return _latex_number(float(node.attribute))


def latex_name(name: str) -> str:
    r"""x stays, beta is \beta, v_max has a subscript, m_hat a hat, learning_rate is upright; what is LaTeX stays."""
    stem, _, rest = name.partition("_")
    if name.startswith("\\"):
        return name
    if stem in GREEK or len(stem) == 1:
        letter = LETTERS.get(stem, "\\" + stem if stem in GREEK else stem)
        if not rest:
            return letter
        return rf"\hat{{{letter}}}" if rest == "hat" else rf"{letter}_{{{latex_name(rest)}}}"
    return r"\mathrm{" + name.replace("_", r"\_") + "}"


def _latex_number(number: float) -> Text:
    r"""A number, rounded to ten digits unless it is whole: 0.1, 25, 10^{-8}, 2.5 \cdot 10^{12}."""
    sign = "-" if math.copysign(1.0, number) < 0 else ""
    magnitude = abs(number)
    if not math.isfinite(number):
        text, precedence = (r"\mathrm{NaN}" if math.isnan(number) else r"\infty"), ATOM
    elif magnitude in NAMED:
        text, precedence = NAMED[magnitude][1], ATOM
    else:
        whole = magnitude < 1e15 and magnitude.is_integer()
        text, _, exponent = (f"{magnitude:.0f}" if whole else f"{magnitude:.10g}").partition("e")
        precedence = ATOM
        if exponent:
            power = f"10^{{{int(exponent)}}}"
            short = text == "1"
            text, precedence = (power, POWER.precedence) if short else (text + SIGN + power, PRODUCT.precedence)
    return Text(sign + text, min(precedence, _latex_precedence(PREFIX)) if sign else precedence)


def _latex_operation(row: Operation, arguments: list[Text], node: Node) -> Text:
    if row.latex.startswith(RAISED) and arguments[0].raised:
        exponent = arguments[1].text if row.arity == 2 else str(node.attribute)
        if exponent.isdecimal():
            return Text(arguments[0].raised.replace(EXPONENT, exponent), _latex_precedence(row))
    own = _latex_precedence(row)
    pieces = []
    for k, argument in enumerate(arguments):
        weak = _needs_parentheses(row, row.latex, own, k, argument.precedence)
        weak = weak or (k == 0 and argument.named and row.latex.startswith(RAISED))
        # two signs in a row are not written on a blackboard
        signs = argument.prefixed and not _enclosed(row.latex, k) and not row.latex.startswith(f"{{{k}}}")
        pieces.append(rf"\left({argument.text}\right)" if weak or signs else argument.text)
    template = row.latex
    if SIGN in template and not _run_together(*pieces):
        template = template.replace(SIGN, " ")
    named = row.latex.startswith("\\") and not row.latex.startswith((r"\left", r"\frac"))
    raised = row.latex.replace(r"\left", f"^{{{{{EXPONENT}}}}}" + r"\left").format(*pieces) if row.raised else ""
    return Text(_fill(row, template, pieces, str(node.attribute)), own, raised, named)


def _latex_precedence(row: Operation) -> int:
    return row.precedence if row.latex_precedence is None else row.latex_precedence


def _run_together(left: str, right: str) -> bool:
    """Whether two factors side by side would read as one number, or as a whole number and a fraction."""
    return right[0].isdigit() or (left[-1].isdigit() and right.startswith(r"\frac"))


# ---- templates


def _needs_parentheses(row: Operation, template: str, own: int, k: int, precedence: int) -> bool:
    """Whether an argument binds weaker than its surroundings, or equally on the side that is not favoured."""
    favoured = k == (1 if row.right_associative else 0)
    return not _enclosed(template, k) and (precedence < own or (precedence == own and not favoured))


def _enclosed(template: str, k: int) -> bool:
    """Whether the template has the argument inside brackets of its own."""
    return _places(template).get(k, 1) > 0


@cache
def _places(template: str) -> dict[int, int]:
    """For each argument, how many brackets are open where it stands."""
    places: dict[int, int] = {}
    depth = 0
    for literal, field, _, _ in Formatter().parse(template):
        depth += sum(literal.count(opening) for opening in ("(", "[", "{", r"\left"))
        depth -= sum(literal.count(closing) for closing in (")", "]", "}", r"\right"))
        if field is not None and field.isdigit():
            places[int(field)] = depth
    return places


def _fill(row: Operation, template: str, pieces: Iterable[str], attribute: str) -> str:
    """The template with its arguments; operations of any number of arguments list them."""
    texts = list(pieces)
    return template.format(*([", ".join(texts)] if row.arity < 0 else texts), n=attribute)
