"""A run in PyTorch: a script that takes the same paths, number for number in double precision.

The loss is printed from its program, so that nothing is written twice. Where torch.optim has an optimiser's rule the
script calls it; where it has not (ε inside the root, Newton, Lion, rules of one's own) it has the rule's own text.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Collection, Sequence
from typing import NamedTuple

import numpy as np

from engine.batches import listed
from engine.chance import BatchGradients, Chance
from engine.objective import Objective
from engine.program.printing import to_formula
from engine.program.program import Builder, Program
from engine.pytorch import TorchCall, in_floats
from engine.rule import Rule
from engine.rule_text.custom import TypedRule
from engine.rule_text.printing import printed_rule
from engine.rule_text.typesetting import SHORT

FROM_TORCH = "sin cos tan arcsin arccos arctan sinh cosh tanh exp log log1p expm1 sqrt sigmoid relu".split()
FUNCTIONS = {name: f"def {name}(a): return torch.{name}(real(a))" for name in FROM_TORCH} | {
    "abs": "def abs(a): return torch.abs(real(a))",
    "sum": "def sum(a): return torch.sum(a)",
    "softplus": "def softplus(a): return torch.logaddexp(real(a), real(0))",
    "floor": "def floor(a): return torch.floor(real(a).detach())",
    "sign": "def sign(a): return torch.where(real(a).isnan(), real(a), torch.sign(real(a))).detach()",
    "step": "def step(a): return torch.where(real(a).isnan(), real(a), real(real(a) > 0)).detach()",
    "min": "def min(a, b): return torch.where((real(a) < real(b)) | real(a).isnan(), real(a), real(b))",
    "max": "def max(a, b): return torch.where((real(a) > real(b)) | real(a).isnan(), real(a), real(b))",
    "greater": "def greater(a, b): return real(real(a) > real(b))",
    "less": "def less(a, b): return real(real(a) < real(b))",
    "where": "def where(a, b, c): return torch.where(real(a) != 0, real(b), real(c))",
    "vector": "def vector(*parts): return torch.stack([real(part) for part in parts])",
    "element": "def element(a, k): return a[k]",
}
"""The functions of formulas in PyTorch: not a number stays so, and at a tie of min and max the second counts."""
SLOPES = """
def gradient(seen, phi):
    phi = phi.detach().requires_grad_()
    return torch.autograd.grad(seen(phi), phi)[0]
"""
LOOSE = ("floor", "greater", "less", "sign", "step")
"""Operations that no derivative comes through in PyTorch; it refuses a loss that has none."""
TAKEN = {"torch", "real", "loss", "seen", "path", "rates", "range", "len", "slice", "print"}
TAKEN |= {"model", "losses", "rows", "math", "nn", "np", "Model", "X", "Y", "EXPECTED"}
TAKEN |= {"START", "STEPS", "BATCHES", "NOISE", "DATA_X", "DATA_Y", "inf", "nan"}
"""Names that mean something in a script; a rule of one's own that uses them has an underscore behind."""
CURVATURES = """
def hessian(seen, phi):
    return torch.autograd.functional.hessian(seen, phi.detach()).flatten()
"""


def snippet(
    objective: Objective, start: Sequence[float], rules: Sequence[Rule], steps: int, chance: Chance | None = None
) -> str:
    """The script as text.

    Raises: EngineError where a formula is too long to print.
    """
    loss = _loss(objective)
    runs = [_run(rule, number, steps, chance) for number, rule in enumerate(rules, 1)]
    body = "\n\n".join(runs)
    used = [text for name, text in FUNCTIONS.items() if re.search(rf"\b{name}\(", loss + body)]
    parts = [
        f'"""{objective.name or objective.formula}: the same paths in PyTorch, number for number."""\n\n'
        "from math import e, inf, nan, pi\n\nimport torch\n\ntorch.set_default_dtype(torch.float64)\n"
        f"START, STEPS = {[float(at) for at in start]}, {steps}\n",
        "def real(a): return torch.as_tensor(a, dtype=torch.float64)\n" + "\n".join(used),
        _data(objective),
        loss,
        _drawn(chance, steps),
        SLOPES if "gradient(" in body else "",
        CURVATURES if "hessian(" in body else "",
        body,
        _ending(rules),
    ]
    return "\n\n".join(part.strip("\n") for part in parts if part.strip()) + "\n"


def _loss(objective: Objective) -> str:
    """The loss of phi, of a batch of the data where there are data."""
    form, parameters = objective.form, "x, y"
    program = form.program if form.batch_program is None else form.batch_program(3, True)
    text = _python(to_formula(Builder.simplified(program)))
    text = text.replace("element(phi, 0)", "x").replace("element(phi, 1)", "y")
    text += "" if _sloped(program) else " + 0*phi.sum()"
    numbers = {name: value for name, value in objective.inputs.items() if isinstance(value, (int, float))}
    lines = [f"    {name} = {float(value)!r}" for name, value in numbers.items() if re.search(rf"\b{name}\b", text)]
    if form.batch_program is None:
        return "\n".join(["def loss(phi):", f"    {parameters} = phi", *lines, f"    return {text}"])
    size = ["    batch_size = len(batch_x)"] if "batch_size" in text else []
    head = ["def loss(phi, rows=slice(None)):", f"    {parameters} = phi"]
    return "\n".join([*head, "    batch_x, batch_y = DATA_X[rows], DATA_Y[rows]", *size, *lines, f"    return {text}"])


def _data(objective: Objective) -> str:
    if not objective.form.samples:
        return ""
    rows = (np.asarray(objective.inputs[name]).tolist() for name in ("data_x", "data_y"))
    return "\n".join(f"DATA_{axis} = torch.tensor({row})" for axis, row in zip("XY", rows, strict=True))


def _drawn(chance: Chance | None, steps: int) -> str:
    """What was drawn, written out: the batches or the noise of each step."""
    if chance is None:
        return ""
    if isinstance(chance, BatchGradients):
        assert chance.batches is not None
        return f"BATCHES = {listed(*chance.batches.drawn(0, steps))}  # as Fall Line drew them"
    return f"NOISE = torch.tensor({chance.rows(0, steps)['noise'].tolist()})  # as Fall Line drew it"


def _run(rule: Rule, number: int, steps: int, chance: Chance | None) -> str:
    """One optimiser as a function that returns its path."""
    definition = rule.entry.definition
    call = torch_call(rule)
    rates = "" if rule.schedule is None else f"    rates = {rule.learning_rates(0, steps).tolist()}\n"
    seen = "loss"
    if chance is not None:
        drawn = "loss(phi, BATCHES[t])" if isinstance(chance, BatchGradients) else "loss(phi) + NOISE[t] @ phi"
        seen = f"lambda phi: {drawn}"
    head = f"def run_{number}():\n"
    if call is None:
        return (
            head
            + f'    """{definition.label}: torch.optim has no equal, so this is the rule itself."""\n'
            + (rates + _written(rule, seen))
        )
    given = ", ".join(f"{name}={value!r}" for name, value in call.settings.items())
    rate = float(rule.hyperparameters["learning_rate"]) * call.rate
    scheduled = f'        optimizer.param_groups[0]["lr"] = rates[t] * {call.rate!r}\n' if rates else ""
    return (
        f'{head}    """{definition.label}: torch.optim.{call.name}. {call.note}"""\n{rates}'
        "    phi = torch.tensor(START, requires_grad=True)\n"
        f"    optimizer = torch.optim.{call.name}([phi], lr={rate!r}{', ' if given else ''}{given})\n"
        f"    path = [({call.listed}).tolist()]\n"
        "    for t in range(STEPS):\n"
        f"{scheduled}"
        f"        seen = {seen}\n"
        "        optimizer.zero_grad()\n"
        "        seen(phi).backward()\n"
        "        optimizer.step()\n"
        f"        path.append(({call.listed}).tolist())\n"
        "    return path"
    )


def torch_call(rule: Rule) -> TorchCall | None:
    """What torch.optim has for a rule with its numbers and its schedule."""
    definition = rule.entry.definition
    call = None if definition.torch is None else definition.torch(rule.settings)
    return None if call is not None and call.constant_rate and rule.schedule is not None else call


class WrittenRule(NamedTuple):
    """A rule in its own words: the texts of its numbers, its state, and the lines of a step, by the script's names."""

    numbers: dict[str, str]
    state: list[str]
    step: list[str]


def written_rule(rule: Rule) -> WrittenRule:
    """The rule's own text as Python reads it; `gradient(seen, phi)` is the slope of the loss that a step sees."""
    definition, text = rule.entry.definition, printed_rule(rule.entry, rule.hyperparameters)
    declared = [(SHORT.get(name, name), value) for name, value in rule.numbers if "." not in name]
    names = {name for name, _ in declared} | {line.partition(" = ")[0] for line in text.split("\n")}
    given = {name: _free(name, names) for name in names}
    for name, other in given.items():
        text = re.sub(rf"\b{name}\b", other, text) if name != other else text
    typed = isinstance(definition, TypedRule)  # it may divide by 0, which tensors can
    text = _python(re.sub(r"\bt\b", "real(t)", text) if typed else text)
    text = text.replace("gradient(", "gradient(seen, ").replace("hessian(", "hessian(seen, ")
    numbers = {given[name]: f"real({value!r})" if typed else repr(value) for name, value in declared}
    return WrittenRule(numbers, [given[name] for name in definition.state], text.split("\n"))


def _written(rule: Rule, seen: str) -> str:
    """The rule's own text as a loop: what it declares as numbers, its state from zero, then step after step."""
    written = written_rule(rule)
    lines = [f"    {name} = {value}" for name, value in written.numbers.items()]
    lines += [f"    {name} = torch.zeros(2)" for name in written.state]
    lines += ["    phi = torch.tensor(START)", "    path = [phi.tolist()]", "    for t in range(STEPS):"]
    lines += ["        eta = rates[t]"] if rule.schedule is not None else []
    lines += [
        f"        seen = {seen}",
        "        g = gradient(seen, phi)",
        *(f"        {line}" for line in written.step),
    ]
    return "\n".join([*lines, "        path.append(phi.tolist())", "    return path"])


def _free(name: str, names: Collection[str]) -> str:
    """What a name of a rule is called in the script."""
    free = name
    while free in TAKEN or keyword.iskeyword(free) or (free != name and free in names):
        free += "_"
    return free


def _python(formula: str) -> str:
    """Python raises where a formula is infinite or not a number, and reckons with whole numbers of any size."""
    named = re.sub(r"(?<![\w.])([10])/0(?![\w.])", lambda found: "inf" if found[1] == "1" else "nan", formula)
    return "\n".join(map(in_floats, named.split("\n")))


def _sloped(program: Program) -> bool:
    """Whether PyTorch finds a way from the loss back to phi."""
    reached = {program.outputs["loss"]}
    for k in range(len(program.nodes) - 1, -1, -1):
        node = program.nodes[k]
        if k in reached and node.operation not in LOOSE:
            reached.update(node.arguments[1:] if node.operation == "where" else node.arguments)
    return program.inputs.get("phi") in reached


def _ending(rules: Sequence[Rule]) -> str:
    """Run all of them, and tell where each ends."""
    pairs = [f'    "{number} {rule.entry.name}": run_{number}(),' for number, rule in enumerate(rules, 1)]
    told = (
        "# path[k] is phi before step k: `for k, phi in enumerate(path): print(k, phi)` lists them all.\n"
        "# Where a path diverges Fall Line ends it; here it goes on.\n"
        "for name, path in paths.items():\n    print(name, path[-1])"
    )
    return "\n".join(["paths = {", *pairs, "}", told])
