"""Expressions of a rule: those of formulas, elementwise on vectors, with functions that ask the loss."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.errors import TracingError
from engine.program.formula import Parser
from engine.program.lexer import Token, refusal
from engine.program.program import Builder, Value
from engine.rule_text.statements import ARITIES, FUNCTIONS, check_name

VECTOR = (2,)
SOLVED = 16
"""What solve counts among the numbers, names and signs of a rule."""
HELP = {
    "gradient": "the gradient at another point",
    "hessian": "the second derivatives at a point, row by row: four numbers",
    "solve": "solve(d, v) is (H + d I)⁻¹ v, where H is the Hessian where the step begins: Newton's step, damped by d",
    "norm": "the length of a vector",
    "sum": "the sum of a vector's elements",
    "element": "element(v, 0) is the first element of v, element(v, 1) the second",
    "vector": "the vector of two numbers",
}


class RuleParser(Parser):
    """Reads one expression of a rule; `nodes` is what those before it have used of the limit."""

    functions = ARITIES

    def __init__(self, builder: Builder, tokens: Sequence[Token], names: Mapping[str, Value], nodes: int = 0) -> None:
        super().__init__(builder, tokens, names)
        self.nodes = nodes

    def whole(self) -> Value:
        """The value of all there is."""
        value = self.expression()
        self.end()
        return value

    def _name(self, token: Token) -> Value:
        check_name(token)
        return super()._name(token)

    def _apply(self, token: Token, operation: str, *arguments: Value) -> Value:
        try:
            return super()._apply(token, operation, *arguments)
        except TracingError:
            sizes = " and ".join(str(argument.shape[0]) for argument in arguments if argument.shape)
            raise refusal(token.position, f"vectors of {sizes} numbers do not fit together") from None

    def _function(self, name: Token, arguments: Sequence[Value]) -> Value:
        if name.text not in FUNCTIONS:
            return super()._function(name, arguments)
        value: Value = getattr(self, "_" + name.text)(name, *arguments)
        return value

    def _gradient(self, name: Token, point: Value) -> Value:
        self._expect(name, point.shape == VECTOR, "a point, which is a vector of two")
        return self._apply(name, "gradient", point)

    def _hessian(self, name: Token, point: Value) -> Value:
        self._expect(name, point.shape == VECTOR, "a point, which is a vector of two")
        return self._apply(name, "hessian", point)

    def _solve(self, name: Token, damping: Value, vector: Value) -> Value:
        """(H + d I)⁻¹ v by Cramer's rule."""
        for argument in (damping, vector):
            self._expect(name, argument.shape in ((), VECTOR), "numbers or vectors of two")
        hessian = self.builder.apply("hessian", self.builder.input("phi", VECTOR))
        (dx, dy), (vx, vy) = both(damping), both(vector)
        xx, xy, yy = hessian[0] + dx, hessian[1], hessian[3] + dy
        determinant = xx * yy - xy * xy
        found = self.builder.apply("stack", (yy * vx - xy * vy) / determinant, (xx * vy - xy * vx) / determinant)
        self.nodes += SOLVED
        return self._count(name, found)

    def _norm(self, name: Token, vector: Value) -> Value:
        self.nodes += 2
        return self._count(name, vector.apply("sqrt", self._total(vector * vector)))

    def _sum(self, name: Token, vector: Value) -> Value:
        return self._count(name, self._total(vector))

    @staticmethod
    def _total(vector: Value) -> Value:
        return vector.apply("sum", vector) if vector.shape else vector

    def _element(self, name: Token, vector: Value, index: Value) -> Value:
        size = vector.shape[0] if vector.shape else 0
        self._expect(name, size > 0, "a vector, and the number of one of its elements")
        self._expect(name, index.constant in range(size), f"as its second argument a whole number from 0 to {size - 1}")
        return self._count(name, vector[int(index.constant or 0)])

    def _vector(self, name: Token, first: Value, second: Value) -> Value:
        self._expect(name, first.shape == second.shape == (), "two numbers, not vectors")
        return self._apply(name, "stack", first, second)

    @staticmethod
    def _expect(name: Token, right: bool, wanted: str) -> None:
        if not right:
            raise refusal(name.position, f"{name.text} wants {wanted}")


def both(value: Value) -> Value:
    """A single number stands for both coordinates."""
    return value.apply("stack", value, value) if value.shape == () else value
