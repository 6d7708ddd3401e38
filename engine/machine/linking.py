"""Linking: an update rule and a loss, each lowered once, become the program of one whole step.

A rule says `loss.gradient(phi)` where it wants a gradient. The linker puts the loss's own instructions there, moved
to places of their own, with the rule's point as their input. So a formula typed a moment ago meets four optimisers
without any of them being traced, differentiated or lowered again, and the kernel still sees one straight line.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from engine.machine.code import NAMED, Array, Code, Place, Words, padded, pairs, places, write
from engine.machine.instructions import OCTET, VECTOR, WORDS
from engine.machine.lowering import lower
from engine.machine.pairs import hold
from engine.program.derivatives import derive
from engine.program.program import Builder, Program

LARGE = 256
"""Numbers that a loss of parameters and of few data has as inputs at most."""
TRACED = 48 * 1024
"""Bytes of a program that was traced or derived, about."""
RESERVED = 2
"""Places 0 and 1 belong to nobody: an instruction that needs no source, or carries a flag, names them."""


@dataclass(frozen=True, eq=False)
class Step:
    """One whole step, its instructions flat. `loss_inputs` has the places of the loss's own inputs, `drawn` of those
    that are drawn anew for each step.

    `before` are the places of phi and of the state, `after` those of the loss, of the gradient and of what the rule
    shows, `fed` those that the clock sets; `moves` are the outputs that still have to replace their inputs: (from, to).
    """

    prologue: Words
    clock: Words
    body: Words
    image: Array
    inputs: Mapping[str, Place]
    loss_inputs: Mapping[str, Place]
    drawn: Mapping[str, Place]
    before: Words
    after: Words
    gradient_calls: int
    gradient_at_phi: bool
    fed: Words
    moves: Words
    lanes: int

    @cached_property
    def set_anew(self) -> Words:
        """The pairs that are set before each step: those of the clock, then of what is drawn."""
        return np.concatenate([self.fed, *map(pairs, self.drawn.values())])

    @cached_property
    def has_rows(self) -> bool:
        """Whether some of its instructions work on rows of numbers."""
        return bool((self.body.reshape(-1, WORDS)[:, 0] >= OCTET).any())

    @property
    def nbytes(self) -> int:
        """The bytes of its arrays, and about what its names take besides."""
        return self.image.nbytes + self.body.nbytes + self.prologue.nbytes + NAMED

    def memory(self, numbers: Mapping[str, float], loss_numbers: Mapping[str, float | Array]) -> Array:
        """A memory with the rule's numbers and the loss's in their places; the state is zero."""
        memory = self.image.copy()
        write(memory, self.inputs, numbers, self.lanes)
        write(memory, self.loss_inputs, loss_numbers, self.lanes)
        return memory


class Losses:
    """The lowered programs of one loss of phi: alone, with derivatives, derivatives alone. Made when first needed.

    `seen` is what a step sees of the loss, where that is not the loss itself: its derivatives are those of `seen`.
    The inputs that `seen` has and the loss has not are `drawn` anew for each step, or those of the loss that are named.
    """

    def __init__(
        self, program: Program, lanes: int = 1, seen: Program | None = None, drawn: Collection[str] = ()
    ) -> None:
        self.program, self.lanes, self.seen = program, lanes, seen
        self.drawn = tuple(drawn if seen is None else (name for name in seen.inputs if name not in program.inputs))
        self._codes: dict[tuple[str, ...], Code] = {}

    @cached_property
    def large(self) -> bool:
        """Whether it is a loss of many numbers: of data, say."""
        programs = (self.program, *([] if self.seen is None else [self.seen]))
        shapes = [program.nodes[at].shape for program in programs for at in program.inputs.values()]
        return sum(map(math.prod, shapes)) > LARGE

    @property
    def nbytes(self) -> int:
        """The bytes of the programs that it has made so far, about."""
        return TRACED + sum(code.nbytes + TRACED for code in list(self._codes.values()))

    @cached_property
    def derived(self) -> Program:
        return derive(self.seen or self.program, 1)

    def code(self, *wanted: str) -> Code:
        """Some of `loss`, `gradient` and `hessian`, in this order, in one: what they share is computed once."""
        if wanted not in self._codes:
            if wanted == ("loss",):
                program = Builder.simplified(self.program)
            else:
                program = derive(self.seen or self.program, 2 if "hessian" in wanted else 1)
                if self.seen is not None and "loss" in wanted:
                    program = self._beside(program)
            if tuple(program.outputs) != wanted:
                program = program.only(*wanted)
            self._codes[wanted] = lower(program, {"phi", *self.drawn}, lanes=self.lanes)
        return self._codes[wanted]

    def _beside(self, derived: Program) -> Program:
        """The loss itself beside the derivatives of what is seen; what they share is computed once."""
        builder = Builder(simplify=True)
        outputs = builder.inline(self.program, {})
        derivatives = {name: value for name, value in builder.inline(derived, {}).items() if name != "loss"}
        return builder.finish({"loss": outputs["loss"]} | derivatives).side_by_side()


def link(rule: Code, losses: Losses, *, recorded: bool = True, shown: Collection[str] = ()) -> Step:
    """The step of a rule on a loss: the loss at phi (if it is recorded), the gradients the rule asks for, the rule.

    `shown` are the outputs of the rule that replace none of its inputs.
    """
    return _Linker(rule, losses, recorded, shown).step()


_many, _few = lru_cache(maxsize=1024)(link), lru_cache(maxsize=16)(link)


def linked(rule: Code, losses: Losses, *, recorded: bool = True, shown: tuple[str, ...] = ()) -> Step:
    """The same, kept: a slider that moves links nothing anew. Steps on many data are large, and few are kept."""
    return (_few if losses.large else _many)(rule, losses, recorded=recorded, shown=shown)


class _Linker:
    def __init__(self, rule: Code, losses: Losses, recorded: bool, shown: Collection[str]) -> None:
        self.rule, self.losses, self.recorded, self.shown = rule, losses, recorded, shown
        self.linked: dict[int, int] = {}
        self.images: list[Array] = []
        self.size = 0
        self._append(rule.image)
        self.parts: list[Words] = []
        self.prologues = [rule.prologue]
        self.loss_inputs: dict[str, Place] = {}
        self.loss: Place | None = None
        self.gradients: list[Place] = []

    def _append(self, image: Array) -> None:
        """Put an image behind the others, so that its vectors stay within lines of the cache."""
        self.images.append(np.concatenate([image, np.zeros(-len(image) % VECTOR)]))
        self.size += len(self.images[-1])

    def step(self) -> Step:
        rule, phi = self.rule, self.rule.inputs["phi"].at
        points = [int(rule.body[row, 2]) for row, kind in rule.calls if kind == "gradient"]
        if self.recorded and phi not in points:
            outputs = self._insert(self.losses.code(*(("loss",) if points else ("loss", "gradient"))), phi)
            self.loss = outputs["loss"]
            if not points:
                self.gradients.append(outputs["gradient"])
        self._link_calls(phi)
        body = np.concatenate(self.parts)
        hold(body)
        loss, gradient = (place.at if place else 0 for place in (self.loss, next(iter(self.gradients), None)))
        return Step(
            np.concatenate(self.prologues).ravel(),
            rule.clock.ravel(),
            body.ravel(),
            np.concatenate(self.images),
            rule.inputs,
            {name: place for name, place in self.loss_inputs.items() if name not in self.losses.drawn},
            {name: self.loss_inputs[name] for name in self.losses.drawn if name in self.loss_inputs},
            _words(rule.inputs[name].at for name in rule.outputs if name not in self.shown),
            _words((loss, gradient, *(self._at(rule.outputs[name]) for name in self.shown))),
            len(points),
            not points or points[0] == phi,
            _words(place.at for place in rule.fed),
            _words(self._moves()).reshape(-1, 2),
            rule.lanes,
        )

    def _link_calls(self, phi: int) -> None:
        """The rule's body, with the loss's instructions where it asks for them; calls at one value share their work."""
        rule, body, done = self.rule, self.rule.body.copy(), 0
        asked = {(int(body[row, 5]), kind) for row, kind in rule.calls}
        known: dict[int, dict[str, Place]] = {}
        for row, kind in rule.calls:
            place, point, value = int(body[row, 1]), int(body[row, 2]), int(body[row, 5])
            self.parts.append(body[done:row])
            if value not in known:
                wanted = [name for name in ("gradient", "hessian") if (value, name) in asked]
                if self.recorded and wanted[0] == "gradient" and point == phi and self.loss is None:
                    wanted.insert(0, "loss")
                known[value] = self._insert(self.losses.code(*wanted), point)
                self.loss = known[value].get("loss", self.loss)
            found = known[value][kind]
            if kind == "gradient":
                self.gradients.append(found)
            _replace(body[row + 1 :], place, found)  # its reader may be a call at this very value
            self.linked[place] = found.at
            done = row + 1
        self.parts.append(body[done:])

    def _moves(self) -> Iterable[tuple[int, int]]:
        """Outputs that did not take their input's place; on one lane a pair moves as one."""
        for name, place in self.rule.outputs.items():
            if name in self.shown:
                continue
            source, target = self._at(place), self.rule.inputs[name].at
            if source != target:
                for k in range(0, padded(place.size), 2) if self.rule.lanes == 1 else range(max(place.size, 1)):
                    yield source + k, target + k

    def _at(self, place: Place) -> int:
        """Where an output is: a gradient that is passed on as it came is among the loss's own values."""
        return self.linked.get(place.at, place.at)

    def _insert(self, code: Code, point: int) -> dict[str, Place]:
        """Append a loss program that reads its phi at `point`; returns where its outputs are."""
        table = np.arange(len(code.image), dtype=np.uint64) + np.uint64(self.size)
        table[:RESERVED] = (0, 1)
        known = self.loss_inputs | {"phi": Place(point, 2)}
        for name, place in code.inputs.items():
            count = places(place.size, self.rule.lanes)
            if name in known:  # an input of the loss has one place, however often the loss is linked in
                table[place.at : place.at + count] = np.arange(known[name].at, known[name].at + count)
            else:
                self.loss_inputs[name] = Place(place.at + self.size, place.size)
        for rows, target in ((code.prologue, self.prologues), (code.body, self.parts)):
            moved = rows.copy()
            moved[:, 1:5] = table[rows[:, 1:5]]
            target.append(moved)
        outputs = {name: Place(int(table[place.at]), place.size) for name, place in code.outputs.items()}
        self._append(code.image)
        return outputs


def _replace(rows: Words, place: int, by: Place) -> None:
    """Read the linked result wherever the call's own place was read."""
    sources = rows[:, 2:5]
    read = (sources >= place) & (sources < place + max(by.size, 1))
    sources[read] = sources[read] - place + by.at


def _words(numbers: Iterable[int | tuple[int, int]]) -> Words:
    return np.array(list(numbers), dtype=np.uint64)
