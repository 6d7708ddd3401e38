r"""A rule as it is written on a blackboard: each assignment as LaTeX, with an arrow for what replaces what.

Each line is read once more, by itself, with names that stand for themselves: it shows what was typed.
"""

from __future__ import annotations

from engine.program.lexer import Token
from engine.program.printing import latex_name, to_latex
from engine.program.program import Builder, Shape, Value
from engine.rule_text.expressions import VECTOR, RuleParser
from engine.rule_text.reading import ALIASES, Meanings
from engine.rule_text.statements import statements

SHORT = {name: alias for alias, name in ALIASES.items()}
NEWTON = r"\left(\nabla^2 L\left(\phi\right) + {0} \, I\right)^{{-1}} {1}"
LENGTH = r"\left\lVert {0} \right\rVert"


def typeset(text: str) -> tuple[tuple[str, str], ...]:
    """The assignments of a rule that is in the language: each name, and what it is assigned as LaTeX."""
    found = statements(text)
    shapes: dict[str, Shape] = {"phi": VECTOR, "g": VECTOR}
    shapes |= {target.text: VECTOR for _, target, _ in found}
    lines = []
    for _, target, tokens in found:
        value = WrittenParser(builder := Builder(), tokens, Written(builder, shapes)).whole()
        if target.text != "phi":
            shapes[target.text] = value.shape
        lines.append((target.text, _latex(value)))
    return tuple(lines)


def symbol(name: str) -> str:
    r"""The LaTeX of a name in a rule: learning_rate is \eta, m_hat has a hat."""
    return latex_name(SHORT.get(name, name))


def _latex(value: Value) -> str:
    return to_latex(value.builder.finish({"loss": value}))


class Written(Meanings):
    """Names that stand for themselves, with the shapes of what they stand for."""

    def __init__(self, builder: Builder, shapes: dict[str, Shape]) -> None:
        super().__init__(builder, frozenset())
        self.shapes = shapes

    def first_read(self, name: str) -> Value:
        return self.builder.input(SHORT.get(name, name), self.shapes.get(name, ()))


class WrittenParser(RuleParser):
    """Writes a function that is more than one operation as what it means."""

    def _solve(self, name: Token, damping: Value, vector: Value) -> Value:
        return self._count(name, self.builder.input(NEWTON.format(_latex(damping), _latex(vector)), VECTOR))

    def _norm(self, name: Token, vector: Value) -> Value:
        return self._count(name, self.builder.input(LENGTH.format(_latex(vector))))
