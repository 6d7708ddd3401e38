"""An objective: a surface bound to the values of its parameters and to its data.

Its form (programs, derivatives, lowered code) depends on the surface alone, is made once, and is shared by all
objectives that differ only in numbers: a slider that moves a parameter compiles nothing.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.catalog import AnySurface, DataSurface, SurfaceEntry
from engine.errors import OutOfRange
from engine.machine.code import Code, write
from engine.machine.instructions import LANES, VECTOR
from engine.machine.linking import TRACED, Losses
from engine.machine.loop import run_once
from engine.machine.lowering import lower
from engine.parameters import number
from engine.program.derivatives import derive
from engine.program.formula import parse
from engine.program.program import Builder, Program
from engine.program.tracing import trace
from engine.room import MEGABYTE, keeping

Array = NDArray[np.float64]
Range = tuple[float, float]
REDUCTIONS = ("sum", "mean")
ROOM = 16 * MEGABYTE
"""Bytes of the programs of surfaces on data that are kept."""
SIZES = 8
"""Sizes of batches whose programs a surface keeps: those asked for first leave first."""


class Form:
    """The programs of a surface: a loss of phi (2,), and what is derived from it, made when first needed."""

    def __init__(
        self,
        program: Program,
        samples: int = 0,
        predictor: Program | None = None,
        batch_program: Callable[[int, bool], Program] | None = None,
    ) -> None:
        self.program, self.samples = program, samples
        self.predictor = predictor
        self.batch_program = batch_program
        self.losses = Losses(program)
        self.lanes = LANES if samples == 0 else max(VECTOR, LANES // samples // VECTOR * VECTOR)
        self.losses_over_lanes = Losses(program, self.lanes)
        self._over_lanes: dict[int, Code] = {}
        self._of_batches: OrderedDict[tuple[int, bool], Losses] = OrderedDict()

    @cached_property
    def second(self) -> Code:
        """Loss, gradient and Hessian on one lane."""
        return lower(derive(self.program, 2), {"phi"})

    def over_lanes(self, order: int) -> Code:
        """Loss and its derivatives up to `order`, for blocks of lanes."""
        if order not in self._over_lanes:
            self._over_lanes[order] = lower(derive(self.program, order), {"phi"}, lanes=self.lanes)
        return self._over_lanes[order]

    def of_batches(self, size: int, even: bool) -> Losses:
        """The loss on all data beside the derivatives on batches of `size` samples; not even: some are shorter."""
        if self.batch_program is None:
            raise OutOfRange("this surface is a formula without data, so there are no batches of it", field="batches")
        found = self._of_batches.get((size, even))
        if found is None:
            found = self._of_batches[size, even] = Losses(self.program, seen=self.batch_program(size, even))
            if len(self._of_batches) > SIZES:
                self._of_batches.popitem(last=False)
        return found

    @property
    def nbytes(self) -> int:
        """The bytes of the programs that it has made so far, about."""
        made = [*vars(self).values(), *list(self._over_lanes.values()), *list(self._of_batches.values())]
        return sum(one.nbytes + TRACED for one in made if isinstance(one, Code | Losses))

    @cached_property
    def of_samples(self) -> Code:
        """The gradient of one sample's loss, for blocks of lanes."""
        return Losses(self.program, LANES, seen=self.of_batches(1, True).seen).code("gradient")

    @cached_property
    def with_noise(self) -> Losses:
        """The loss beside the derivatives of loss + noise · phi: its gradient is the loss's plus the noise (2,)."""
        builder = Builder()
        phi, noise = builder.input("phi", (2,)), builder.input("noise", (2,))
        loss = builder.inline(self.program, {"phi": phi})["loss"]
        return Losses(self.program, seen=builder.finish({"loss": loss + (noise[0] * phi[0] + noise[1] * phi[1])}))

    @cached_property
    def prediction(self) -> Code:
        """What one looks at of the model's output for one input u and one phi, for blocks of lanes."""
        assert self.predictor is not None
        return lower(self.predictor, {"u", "phi"}, lanes=LANES)


@dataclass(frozen=True, eq=False)
class Objective:
    """A loss of phi (2,) with all its numbers. `inputs` are the parameters and, on data surfaces, the data."""

    form: Form
    inputs: Mapping[str, float | Array]
    domain: tuple[Range, Range]
    start: tuple[float, float]
    name: str | None = None
    formula: str | None = None

    @property
    def nbytes(self) -> int:
        """The bytes of its programs and of its data, about."""
        numbers = [*self.inputs.values(), *list(self._memories.values())]
        return self.form.nbytes + sum(np.asarray(row).nbytes for row in numbers)

    def at(self, phi: Any) -> tuple[float, Array, Array]:
        """Loss, gradient (2,) and Hessian (2, 2) at one point, to the bit as a run computes them."""
        found = self._found(self.form.second, phi)
        return float(found["loss"][0]), found["gradient"], found["hessian"].reshape(2, 2)

    def gradient(self, phi: Any) -> Array:
        """The gradient (2,) at one point, with the same bits."""
        return self._found(self.form.losses.code("gradient"), phi)["gradient"]

    @cached_property
    def _memories(self) -> dict[Code, Array]:
        """For each code that was asked for, a memory with the objective's own numbers in their places."""
        return {}

    def _found(self, code: Code, phi: Any) -> dict[str, Array]:
        memory = self._memories.get(code)
        if memory is None:
            memory = self._memories[code] = code.image.copy()
            write(memory, code.inputs, self.inputs)
        return run_once(code, {"phi": np.asarray(phi, dtype=np.float64)}, memory)


def objective_of_surface(
    entry: SurfaceEntry,
    parameters: Mapping[str, float],
    data: tuple[Any, Any] | None = None,
    reduction: str = "sum",
) -> Objective:
    """Bind a surface of the catalogue to complete parameter values and, on data surfaces, to data (x, y).

    Raises OutOfRange where data do not fit the surface.
    """
    surface = entry.definition
    inputs: dict[str, float | Array] = dict(parameters)
    if not isinstance(surface, DataSurface):
        if data is not None:
            raise OutOfRange(f"{entry.name} is a formula without data; leave data out", field="surface.data")
        return Objective(_analytic_form(surface), inputs, surface.domain, surface.start, entry.name)
    x, y = (np.asarray(row, dtype=np.float64) for row in (data or (surface.data_x, surface.data_y)))
    if x.ndim != 1 or x.shape != y.shape or len(x) == 0:
        raise OutOfRange(
            f"data.x has {x.size} numbers and data.y {y.size}; both need as many, at least one", field="surface.data"
        )
    strange = surface.strange_target(y.tolist())
    if strange is not None:
        message = f"data.y has the target {number(strange)}; targets of {entry.name} must be 0 or 1"
        raise OutOfRange(message, field="surface.data.y")
    inputs |= {"data_x": x, "data_y": y}
    return Objective(_data_form(surface, len(x), reduction), inputs, surface.domain, surface.start, entry.name)


def objective_of_formula(text: str, x_range: Range, y_range: Range) -> Objective:
    """An objective from a typed formula in x and y; it starts off the axes and off the diagonals of its domain.

    Raises FormulaError with the column where the text is not in the language.
    """
    (x_low, x_high), (y_low, y_high) = x_range, y_range
    start = float(f"{x_low + 0.15 * (x_high - x_low):.3g}"), float(f"{y_low + 0.8 * (y_high - y_low):.3g}")
    return Objective(_formula_form(text), {}, (x_range, y_range), start, formula=text)


@lru_cache(maxsize=256)
def _formula_form(text: str) -> Form:
    builder = Builder()
    phi = builder.input("phi", (2,))
    x, y = phi[0], phi[1]
    return Form(builder.finish({"loss": builder.inline(parse(text), {"x": x, "y": y})["loss"]}))


@lru_cache(maxsize=256)
def _analytic_form(surface: AnySurface) -> Form:
    shapes = {"phi": (2,)} | {p.name: () for p in surface.parameters}

    def loss(phi: Any, **parameters: Any) -> Any:
        return surface.loss(phi[0], phi[1], **parameters)  # type: ignore[union-attr]

    return Form(trace(loss, shapes))


@keeping(ROOM)
def _data_form(surface: DataSurface, samples: int, reduction: str) -> Form:
    if reduction not in REDUCTIONS:
        raise OutOfRange(f"reduction is none of {', '.join(REDUCTIONS)}", field="surface.reduction")
    parameters: dict[str, tuple[int, ...]] = {p.name: () for p in surface.parameters}

    def loss(phi: Any, data_x: Any, data_y: Any, **given: Any) -> Any:
        losses = surface.sample_loss(surface.predict(data_x, phi[0], phi[1], **given), data_y)
        total = np.sum(losses) if losses.shape else losses * float(samples)
        return total / float(samples) if reduction == "mean" else total

    def loss_of_batch(
        phi: Any, batch_x: Any, batch_y: Any, batch_weight: Any = 1.0, batch_size: Any = 1.0, **given: Any
    ) -> Any:
        losses = surface.sample_loss(surface.predict(batch_x, phi[0], phi[1], **given), batch_y) * batch_weight
        return np.sum(losses) / batch_size

    def batch_program(size: int, even: bool) -> Program:
        shapes: dict[str, tuple[int, ...]] = {"phi": (2,), "batch_x": (size,), "batch_y": (size,)}
        if not even:
            shapes["batch_weight"] = (size,)
        if reduction == "mean":
            shapes["batch_size"] = ()
        return trace(loss_of_batch, shapes | parameters)

    def predict(phi: Any, u: Any, **given: Any) -> Any:
        prediction = surface.predict(u, phi[0], phi[1], **given)
        return prediction if surface.response is None else surface.response(prediction)

    data: dict[str, tuple[int, ...]] = {"data_x": (samples,), "data_y": (samples,)}
    program = trace(loss, {"phi": (2,)} | data | parameters)
    predictor = trace(predict, {"phi": (2,), "u": ()} | parameters, output="prediction")
    return Form(program, samples, predictor, batch_program)
