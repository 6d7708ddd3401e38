"""A training in PyTorch: a script that learns the same, number for number in double precision.

The network is an nn.Sequential with our weights written into it. Where torch.optim has an optimiser's rule the script
calls it; where it has not (ε inside the root, Lion, rules of one's own, or numbers other than the learning rate that
change on the way) it has the rule's own text, on all parameters as one row.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from engine.batches import DrawnBatches, listed
from engine.networks.training import Stretch, Task, Training
from engine.pytorch import TorchCall
from engine.randomness import BATCHES
from engine.rule import Rule
from engine.scripts.network import data_text, list_text, model_text, start_text
from engine.scripts.paths import FUNCTIONS, torch_call, written_rule

Expected = Mapping[int, float]
SHORT = 5_000
"""So many indices of batches are written out; more are drawn by the script, as we draw them."""
ROW = '''
def loss_of(phi, rows):
    """The loss that a step sees, of all parameters as one row phi."""
    named = dict(model.named_parameters())
    pieces = torch.split(phi, [parameter.numel() for parameter in named.values()])
    parts = {name: piece.view_as(named[name]) for name, piece in zip(named, pieces)}
    return torch.func.functional_call(model, parts, (X[rows], Y[rows])).REDUCED()

def gradient(seen, phi):
    phi = phi.detach().requires_grad_()
    return torch.autograd.grad(seen(phi), phi)[0]
'''
DRAWN = f'''
def orders(first, count, seed):
    """Random orders of all samples, numbered from `first` on: the sorting orders of words of PCG64."""
    bits = np.random.PCG64(np.random.SeedSequence([{BATCHES}, seed]))
    bits.advance(first * len(X))
    words = np.asarray(bits.random_raw(count * len(X)), dtype=np.uint64).reshape(count, len(X))
    return np.argsort(words, axis=1, kind="stable")

def fresh(size, first, steps, seed):
    """Batches that are drawn anew from all samples."""
    return [row[:size].tolist() for row in orders(first, steps, seed)]

def epochs(size, first, steps, seed):
    """Batches that each epoch's order is cut into."""
    each = -(-len(X) // size)
    table = orders(first // each, -(-(first % each + steps) // each), seed)
    batches = [row[at : at + size].tolist() for row in table for at in range(0, len(X), size)]
    return batches[first % each : first % each + steps]
'''


def training_snippet(
    task: Task, module: str, trainings: Sequence[Training], steps: int, expected: Sequence[Expected]
) -> str:
    """The script as text; `trainings` are at their beginning, and `expected` are losses that some of their steps saw.

    Raises OutOfRange where the likelihood has no counterpart, and EngineError where a rule is too long to print.
    """
    runs = [Run(number, training, steps) for number, training in enumerate(trainings, 1)]
    batches = _named("BATCHES", [run.batches for run in runs if run.batches])
    starts = _named("START", [run.start for run in runs])
    names = [(starts[run.start], batches.get(run.batches)) for run in runs]
    body = "\n\n".join(run.text(*known, task.model.reduction) for run, known in zip(runs, names, strict=True))
    used = [text for name, text in FUNCTIONS.items() if re.search(rf"(?<![\w.]){name}\(", body)]
    by_hand = any(run.call is None for run in runs)
    regenerated = any(run.regenerated for run in runs)
    sections = [
        _head(by_hand, regenerated),
        "\n".join(["def real(a): return torch.as_tensor(a, dtype=torch.float64)", *used] if by_hand else []),
        f"STEPS = {steps}\n{data_text(task)}",
        DRAWN if regenerated else "",
        "\n".join(f"{name} = {text}" for text, name in batches.items()),
        model_text(task.model, module),
        "\n".join(f"{name} = {text}" for text, name in starts.items()),
        ROW.replace("REDUCED", task.model.reduction) if by_hand else "",
        body,
        _ending(runs, expected),
    ]
    return "\n\n".join(section.strip("\n") for section in sections if section.strip()) + "\n"


def _named(name: str, texts: Sequence[str]) -> dict[str, str]:
    """Names for different texts: of the only one, or the first, the name itself."""
    return {text: name + (f"_{k}" if k else "") for k, text in enumerate(dict.fromkeys(texts))}


@dataclass(frozen=True, eq=False)
class Run:
    """One optimiser's training, as a function of the script."""

    number: int
    training: Training
    steps: int

    @cached_property
    def plan(self) -> list[Stretch]:
        return self.training.stretches(self.steps) or [Stretch(0, 0, self.training.rule, None, 0)]

    @property
    def rule(self) -> Rule:
        return self.plan[0].rule

    @property
    def label(self) -> str:
        return f"{self.number} {self.rule.entry.name}"

    @cached_property
    def call(self) -> TorchCall | None:
        """What torch.optim has for it, if that sees the same losses and only the learning rate changes on the way."""
        call = torch_call(self.rule)
        first, *others = [dict(stretch.rule.numbers) for stretch in self.plan]
        changed = {name for numbers in others for name in numbers if numbers[name] != first[name]}
        if call is None or call.listed != "phi" or changed - {"learning_rate"} or (call.constant_rate and changed):
            return None
        return call

    @cached_property
    def start(self) -> str:
        """Where it begins."""
        return start_text(self.training.task.model, self.training.phi)

    @cached_property
    def regenerated(self) -> bool:
        """Whether the script draws the batches itself."""
        drawn = [s.steps * s.batches.size for s in self.plan if isinstance(s.batches, DrawnBatches)]
        return len(drawn) == len(self.plan) and sum(drawn) > SHORT

    @cached_property
    def batches(self) -> str:
        """The batches, one a step: their indices, or how they are drawn; nothing where all samples are seen."""
        rows: list[str] = []
        calls: list[str] = []
        for stretch in self.plan:
            batches = stretch.batches
            if batches is None:
                return ""
            if isinstance(batches, DrawnBatches) and self.regenerated:
                calls.append(f"{batches.sampling}({batches.size}, {stretch.batch}, {stretch.steps}, {batches.seed})")
                continue
            rows += map(repr, listed(*batches.drawn(stretch.batch, stretch.steps)))
        return " + ".join(calls) if calls else list_text(rows)

    def text(self, start: str, batches: str | None, reduction: str) -> str:
        """The function; where it begins and the batches have names in the script."""
        told, *lines = self._called(batches, reduction) if self.call is not None else self._written(batches)
        rates = [] if self.rule.schedule is None else [f"    rates = {list_text(map(repr, self._rates()), 8)}"]
        return "\n".join(
            [
                f"def run_{self.number}():",
                f'    """{told}"""',
                f"    model.load_state_dict({start})",
                *rates,
                *lines,
                "    return losses",
            ]
        )

    def _rates(self) -> list[float]:
        rates = [stretch.rule.learning_rates(stretch.first, stretch.steps).tolist() for stretch in self.plan]
        return [rate for part in rates for rate in part]

    def _called(self, batches: str | None, reduction: str) -> list[str]:
        """The loop around an optimiser of torch.optim."""
        call = self.call
        assert call is not None
        settings = "".join(f", {name}={value!r}" for name, value in call.settings.items())
        rates = [float(s.rule.hyperparameters["learning_rate"]) * call.rate for s in self.plan]
        lr = 'optimizer.param_groups[0]["lr"]'
        changes = [
            f"        if t == {stretch.first}:\n            {lr} = {rate!r}"
            for stretch, before, rate in zip(self.plan[1:], rates, rates[1:], strict=False)
            if rate != before
        ]
        paced = self.rule.schedule is not None
        seen = "X, Y" if batches is None else f"X[{batches}[t]], Y[{batches}[t]]"
        return [
            f"{self.rule.entry.definition.label}: torch.optim.{call.name}. {call.note}",
            f"    optimizer = torch.optim.{call.name}(model.parameters(), lr={rates[0]!r}{settings})",
            "    losses = []",
            "    for t in range(STEPS):",
            *([f"        {lr} = rates[t] * {call.rate!r}"] if paced else changes),
            "        optimizer.zero_grad()",
            f"        loss = model({seen}).{reduction}()",
            "        losses.append(loss.item())",
            "        loss.backward()",
            "        optimizer.step()",
            f"    losses.append(model(X, Y).{reduction}().item())",
        ]

    def _written(self, batches: str | None) -> list[str]:
        """The loop around the rule's own text."""
        written = [written_rule(stretch.rule) for stretch in self.plan]
        first, paced = written[0], self.rule.schedule is not None
        changes: list[str] = []
        for stretch, before, after in zip(self.plan[1:], written, written[1:], strict=False):
            changed = [name for name, value in after.numbers.items() if value != before.numbers[name]]
            changed = [name for name in changed if not (paced and name == "eta")]
            lines = [f"            {name} = {after.numbers[name]}" for name in changed]
            changes += [f"        if t == {stretch.first}:", *lines] if lines else []
        return [
            f"{self.rule.entry.definition.label}: torch.optim has no equal, so this is the rule itself.",
            "    phi = torch.cat([parameter.detach().flatten() for parameter in model.parameters()])",
            *(f"    {name} = {value}" for name, value in first.numbers.items()),
            *(f"    {name} = torch.zeros_like(phi)" for name in first.state),
            "    losses = []",
            "    for t in range(STEPS):",
            *changes,
            *(["        eta = rates[t]"] if paced else []),
            f"        rows = {'slice(None)' if batches is None else f'{batches}[t]'}",
            "        seen = lambda phi: loss_of(phi, rows)",
            "        losses.append(seen(phi).item())",
            "        g = gradient(seen, phi)",
            *(f"        {line}" for line in first.step),
            "    losses.append(loss_of(phi, slice(None)).item())",
        ]


def _head(by_hand: bool, regenerated: bool) -> str:
    lines = ['"""A training of Fall Line in PyTorch, number for number in double precision."""', "", "import math"]
    lines += ["from math import e, inf, nan, pi"] if by_hand else []
    lines += ["", *(["import numpy as np"] if regenerated else []), "import torch", "from torch import nn", ""]
    return "\n".join([*lines, "torch.set_default_dtype(torch.float64)"])


def _ending(runs: Sequence[Run], expected: Sequence[Expected]) -> str:
    """Run all of them, and put their losses beside ours."""
    texts = [list_text([f"{step}: {loss!r}" for step, loss in losses.items()], 8)[1:-1] for losses in expected]
    known = [f'    "{run.label}": {{{losses}}},' for run, losses in zip(runs, texts, strict=True)]
    calls = [f'    "{run.label}": run_{run.number}(),' for run in runs]
    told = (
        "# losses[k] is the loss that step k sees, the last one that of all samples at the end.\n"
        "# Where a training diverges Fall Line ends it; here it goes on.\n"
        "for name, losses in runs.items():\n    print(name)\n"
        "    for step, loss in EXPECTED[name].items():\n"
        '        print(f"  step {step}: {losses[step]!r} here, {loss!r} in Fall Line")'
    )
    return "\n".join(["EXPECTED = {", *known, "}", "runs = {", *calls, "}", told])
