"""The language of update rules: lines of assignments become the program of one step, never Python.

    m = beta*m + (1 - beta)*g
    phi = phi - eta*m

Each line (or piece between semicolons) assigns an expression of the formula language to a name; # begins a comment.
`phi` is the point and has to be assigned, `g` the gradient where the step begins, `t` the step counter from 0. A name
that is read before it is assigned is state, a vector that begins at 0; one that is assigned first is a local value; one
that is never assigned is a hyperparameter. `eta` is another name of `learning_rate`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.program.formula import CONSTANTS
from engine.program.lexer import Token, refusal
from engine.program.program import Builder, Program, Value
from engine.rule_text.expressions import VECTOR, RuleParser, both
from engine.rule_text.statements import ARITIES, EXAMPLE, in_line, statements

MAX_STATE = 8
MAX_PARAMETERS = 12
MAX_CALLS = 4
ALIASES = {"eta": "learning_rate"}


@dataclass(frozen=True, eq=False)
class RuleProgram:
    """A rule that was read: `program` has the outputs phi and `state`, and inputs of these names besides `parameters`
    and t. Names are in the order in which they were first read.
    """

    program: Program
    state: tuple[str, ...]
    parameters: tuple[str, ...]


def parse_rule(text: str) -> RuleProgram:
    """Read a rule.

    Raises FormulaError: one sentence with the line and the column of what is wrong.
    """
    found = statements(text)
    builder = Builder()
    names = Meanings(builder, frozenset(statement.target.text for statement in found))
    nodes = 0
    for line, target, tokens in found:
        with in_line(line):
            parser = RuleParser(builder, tokens, names, nodes)
            names.assign(target, parser.whole())
            nodes = parser.nodes
            names.check_size(target)
    last = {statement.target.text: statement for statement in found}
    with in_line(found[-1].line):
        if "phi" not in last:
            raise refusal(1, f"phi is never assigned; a rule says where the step leads, as in {EXAMPLE}")
    outputs = {}
    for name in ("phi", *names.state):
        with in_line(last[name].line):
            outputs[name] = as_vector(names[name], last[name].target)
    return RuleProgram(builder.finish(outputs), tuple(names.state), tuple(names.parameters))


class Meanings(Mapping[str, Value]):
    """What each name of a rule stands for, from its first reading or assignment on."""

    def __init__(self, builder: Builder, assigned: frozenset[str]) -> None:
        self.builder, self.assigned = builder, assigned
        self.known = {name: builder.constant(number) for name, number in CONSTANTS.items()}
        self.state: list[str] = []
        self.parameters: list[str] = []

    def __getitem__(self, name: str) -> Value:
        if name not in self.known:
            self.known[name] = self.first_read(name)
        return self.known[name]

    def __contains__(self, name: object) -> bool:
        """Every name stands for something, unless it is a function's."""
        return name not in ARITIES

    def __iter__(self) -> Iterator[str]:
        return iter(self.known)

    def __len__(self) -> int:
        return len(self.known)

    def first_read(self, name: str) -> Value:
        """The meaning of a name that was not assigned before."""
        if name == "phi":
            return self.builder.input("phi", VECTOR)
        if name == "g":
            return self.builder.apply("gradient", self.builder.input("phi", VECTOR))
        if name == "t":
            return self.builder.input("t")
        if name in self.assigned:
            self.state.append(name)
            return self.builder.input(name, VECTOR)
        declared = ALIASES.get(name, name)
        if declared not in self.parameters:
            self.parameters.append(declared)
        return self.builder.input(declared)

    def assign(self, target: Token, value: Value) -> None:
        """From here on the name stands for this value."""
        self.known[target.text] = as_vector(value, target) if target.text == "phi" else value

    def check_size(self, target: Token) -> None:
        """Bound what a step costs and what its record holds; refuse the assignment with which it is too much."""
        calls = sum(node.operation in ("gradient", "hessian") for node in self.builder.nodes)
        for count, most, what in (
            (len(self.state), MAX_STATE, "vectors of state"),
            (len(self.parameters), MAX_PARAMETERS, "hyperparameters"),
            (calls, MAX_CALLS, "gradients and Hessians in a step"),
        ):
            if count > most:
                raise refusal(target.position, f"with this line there are {count} {what}; {most} are the limit")


def as_vector(value: Value, target: Token) -> Value:
    """A value as phi and the state hold it."""
    vector = both(value)
    if vector.shape != VECTOR:
        raise refusal(target.position, f"{target.text} is a vector of two, but {value.shape[0]} numbers are assigned")
    return vector
