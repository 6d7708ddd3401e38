"""Random formulas: the grammar that users are told, written as a generator; and broken ones.

`spelling` turns a formula into Python's notation, sign by sign, so that Python's own parser can say what it means.
"""

import re
from random import Random

FUNCTIONS = {
    **dict.fromkeys(("abs", "sign", "step", "relu", "sqrt", "exp", "log", "log1p", "expm1", "sin", "cos", "tan"), 1),
    **dict.fromkeys(("floor", "arcsin", "arccos", "arctan", "sinh", "cosh", "tanh", "sigmoid", "softplus"), 1),
    **dict.fromkeys(("ln", "asin", "acos", "atan"), 1),
    **dict.fromkeys(("min", "max", "greater", "less"), 2),
    "where": 3,
}
NAMES = list(FUNCTIONS)
PLAIN = ("0", "1", "2", "3", "10", "0.5", ".25", "7.", "017", "1e3", "1E-3", "2.5e+2", "0.1", "100", "1.5")
EXTREME = ("1e300", "1e-300", "9e299", "5e-324", "1.7976931348623157e308", "1000000000", "0.0", "64", "65", "1e16")
SPELLINGS = {"-": "--−–", "*": "***×·⋅", "/": "///÷", "**": ("**", "**", "^")}
PYTHON = {"−": "-", "–": "-", "×": "*", "·": "*", "⋅": "*", "÷": "/", "^": "**", "²": "**2", "³": "**3", "π": "pi"}
NOISE = "xyepi0123456789.+-*/^() ,²π−×eE_<>=!%&|[]'\"\\\n\tXÿ\u202e\ufeff"


class Grammar:
    """Formulas from a seed; each call of `formula` gives another one."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.budget = 0

    def formula(self, largest: int = 120) -> str:
        """A formula of the language, from a single name to some hundred signs (a few pass the limit of nodes)."""
        self.budget = min(largest, self.random.choice((4, 8, 12, 20, 30, 60, 120)))
        text = self._sum()
        return text if len(text) <= 500 else self.formula(largest)

    def broken(self) -> str:
        """A formula with a few characters changed: nearly always outside the language."""
        text = list(self.formula()[:200])
        for _ in range(self.random.choice((1, 1, 1, 2, 5))):
            at = self.random.randrange(len(text) + 1)
            text[at : at + self.random.randrange(2)] = self.random.choice(("", *NOISE))
        return "".join(text)

    def _sum(self) -> str:
        return self._chain(self._product, ("+", "-"), (0.45, 0.3, 0.15, 0.1))

    def _product(self) -> str:
        return self._chain(self._signed, ("*", "*", "/"), (0.6, 0.3, 0.1))

    def _chain(self, part, signs, shares) -> str:  # type: ignore[no-untyped-def]
        count = self.random.choices(range(len(shares)), shares)[0]
        text = part()
        for _ in range(count):
            text += self._blank() + self._spelled(self.random.choice(signs)) + self._blank() + part()
        return text

    def _signed(self) -> str:
        if self.random.random() < 0.12:
            return self._spelled(self.random.choice("-+")) + self._blank() + self._signed()
        return self._power()

    def _power(self) -> str:
        chance = self.random.random()
        if chance < 0.06:
            return self._atom() + self.random.choice("²³")
        if chance < 0.2:
            exponent = self.random.choice("2223456") if self.random.random() < 0.6 else self._signed()
            return self._atom() + self._spelled("**") + exponent
        return self._atom()

    def _atom(self) -> str:
        self.budget -= 1
        chance = self.random.random()
        if self.budget <= 0 or chance < 0.35:
            return self.random.choice("xxyy")
        if chance < 0.55:
            return self._number()
        if chance < 0.6:
            return self.random.choice(("pi", "e", "π"))
        if chance < 0.75:
            return "(" + self._blank() + self._sum() + self._blank() + ")"
        name = self.random.choice(NAMES)
        arguments = (self._blank() + "," + self._blank()).join(self._sum() for _ in range(FUNCTIONS[name]))
        return name + self._blank() + "(" + arguments + ")"

    def _number(self) -> str:
        chance = self.random.random()
        if chance < 0.1:
            return self.random.choice(EXTREME)
        return self.random.choice(PLAIN) if chance < 0.7 else f"{self.random.lognormvariate(0, 2):.3g}"

    def _spelled(self, sign: str) -> str:
        return self.random.choice(SPELLINGS.get(sign, (sign,)))

    def _blank(self) -> str:
        return self.random.choice(("", "", "", " ", "  ", "\u00a0"))


def spelling(text: str) -> str:
    """The formula in Python's notation: signs as it writes them, numbers without leading zeros, on one line."""
    python = "".join(PYTHON.get(character, character) for character in text.removeprefix("\ufeff"))
    python = re.sub(r"\s", " ", python).strip()
    return re.sub(r"(?<![\w.])0+(?=[0-9])", "", python)
