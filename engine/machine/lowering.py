"""Lowering: a program becomes flat arrays of instructions for the kernel.

Places of the memory are given to values here and reused when a value is no longer needed. The work is split in three:
what depends on nothing that moves is computed once (prologue); what depends on the step counter alone can be
tabulated (clock); the rest is the body, executed at each step.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from engine.machine.code import Code, Place, Words, padded, places
from engine.machine.feedback import CALLED, ELSEWHERE, unread, written_in_place
from engine.machine.fusion import folded_transposes, fused, fusions, joined_parts, sines_and_cosines, stacked_parts
from engine.machine.instructions import CALL, FAST, LIBRARY, NUMBER, OCTET, ROW, VECTOR, WORDS
from engine.machine.matrix_lowering import BODY, CLOCK, PROLOGUE, MatrixLowering, size_of
from engine.machine.pairs import OCTETS
from engine.program.operations import OPERATIONS
from engine.program.program import Node, Program
from engine.program.tensors import VIEWS


def lower(program: Program, moving: Collection[str], *, clock: str | None = None, lanes: int = 1) -> Code:
    """Lower a program for one lane, or for blocks of `lanes`.

    `moving` names the inputs that change from step to step, `clock` the step counter.
    """
    return _Lowering(program, moving, clock, lanes).code()


class _Lowering(MatrixLowering):
    """The state of one lowering: places taken, instructions so far."""

    def __init__(self, program: Program, moving: Collection[str], clock: str | None, lanes: int) -> None:
        self.program, self.lanes = program, lanes
        self.rows: tuple[list[tuple[int, ...]], ...] = ([], [], [])
        self.image: list[float] = [0.0, 0.0]
        self.free: dict[int, list[int]] = {}
        self.places: dict[int, Place] = {}
        self.narrow: set[int] = set()  # single numbers whose second place does not repeat them
        self.spread: dict[tuple[int, int], Place] = {}
        self.powers: dict[tuple[int, int], Place] = {}
        self.calls: list[tuple[int, str]] = []
        self.part: list[int] = []
        for node in program.nodes:
            self.part.append(self._part(node, moving, clock))
        self.inner = fusions(program, self.part, lanes)
        self.inside = set(self.inner.values())
        self.views = any(node.operation in VIEWS for node in program.nodes)
        self.folded = folded_transposes(program)
        self.sources = [self._sources(k) for k in range(len(program.nodes))]
        self.last = self._last_uses()
        outputs = {self._root(k) for k in program.outputs.values()}
        self.pinned = {
            k for k, node in enumerate(program.nodes) if self.part[k] != BODY or node.operation == "input"
        } | outputs
        for k in program.inputs.values():
            self.places[k] = self._take(program.nodes[k], fresh=True)
        self.unread = {
            name: self._take(program.nodes[program.outputs[name]], fresh=True) for name in unread(program, moving)
        }
        in_place = written_in_place(program, self.last, [part == BODY for part in self.part])
        self.destination = {k: self.places[before] for k, before in in_place.items()}
        written = {k for k, node in enumerate(program.nodes) if node.operation not in (*ELSEWHERE, "constant")}
        alone = {k for k in written if self.part[k] == BODY} - self.inside - set(in_place)
        self.joined = joined_parts(program) if lanes == 1 else stacked_parts(program, alone)
        rows = {k for k in alone - set(self.joined) if lanes > 1 or size_of(program.nodes[k]) > 2}
        self.both = sines_and_cosines(program, rows)

    def code(self) -> Code:
        for k, node in enumerate(self.program.nodes):
            if node.operation != "input" and k not in self.inside and k not in self.folded:
                self._lower_node(k, node)
                for a in self.sources[k]:
                    if self.last[a] == k and a not in self.pinned:
                        self._give_back(self.places[a])
        program = self.program
        inputs = {name: self._named(k) for name, k in program.inputs.items()} | self.unread
        outputs = {name: self._named(k) for name, k in program.outputs.items()}
        body_reads = {a for k in range(len(program.nodes)) if self.part[k] == BODY for a in program.nodes[k].arguments}
        fed = tuple(self._named(k) for k in sorted(body_reads | set(program.outputs.values())) if self.part[k] == CLOCK)
        behind = VECTOR if self.lanes == 1 else 0  # vectors of eight may be read from the last places
        image = np.array([*self.image, *[0.0] * (behind + len(self.image) % 2)])
        prologue, clock, body = (_table(rows) for rows in self.rows)
        return Code(
            prologue, clock, body, image, inputs, outputs, fed, self._clock_reads(), tuple(self.calls), self.lanes
        )

    # ---- what is needed when

    def _part(self, node: Node, moving: Collection[str], clock: str | None) -> int:
        if node.operation == "input":
            return BODY if node.attribute in moving else CLOCK if node.attribute == clock else PROLOGUE
        if node.operation in CALLED:
            return BODY
        part = max((self.part[a] for a in node.arguments), default=PROLOGUE)
        return BODY if part == CLOCK and node.shape else part  # the clock feeds single numbers

    def _clock_reads(self) -> frozenset[str]:
        """The inputs that what depends on the step counter alone is made of."""
        nodes = self.program.nodes
        needed = {k for k in range(len(nodes)) if self.part[k] == CLOCK}
        for k in range(len(nodes) - 1, -1, -1):
            if k in needed:
                needed.update(nodes[k].arguments)
        return frozenset(name for name, k in self.program.inputs.items() if k in needed)

    def _sources(self, k: int) -> Collection[int]:
        """The values that the instructions of node k read."""
        nodes, arguments = self.program.nodes, set(self.program.nodes[k].arguments)
        if k in self.inner:
            arguments = (arguments - {self.inner[k]}) | set(nodes[self.inner[k]].arguments)
        if not self.folded and not self.views:
            return arguments
        return {self._root(nodes[a].arguments[0] if a in self.folded else a) for a in arguments}

    def _root(self, k: int) -> int:
        """The value whose numbers a view shows."""
        while self.program.nodes[k].operation in VIEWS:
            k = self.program.nodes[k].arguments[0]
        return k

    def _last_uses(self) -> list[int]:
        last = list(range(len(self.program.nodes)))
        for k in range(len(last)):
            if k not in self.inside:
                for a in self.sources[k]:
                    last[a] = k
        return last

    # ---- places

    def _count(self, size: int) -> int:
        return places(size, self.lanes)

    def _take(self, node: Node, *, fresh: bool) -> Place:
        return self._take_size(size_of(node), fresh=fresh)

    def _take_size(self, size: int, *, fresh: bool) -> Place:
        """A place; what is not computed by the body gets one that the body never writes to."""
        count = self._count(size)
        spare = self.free.get(count)
        if spare and not fresh:
            return Place(spare.pop(), size)
        if self.lanes == 1 and count >= VECTOR:  # vectors that lie across two lines of the cache take twice as long
            self.image.extend([0.0] * (-len(self.image) % VECTOR))
        at = len(self.image)
        self.image.extend([0.0] * count)
        return Place(at, size)

    def _give_back(self, place: Place) -> None:
        self.free.setdefault(self._count(place.size), []).append(place.at)

    def _for(self, k: int) -> Place:
        """The place that node k's value will have."""
        if k in self.joined:
            self._join(k)
        place = self.destination.get(k) or self._take(self.program.nodes[k], fresh=self.part[k] != BODY)
        self.places[k] = place
        return place

    def _named(self, k: int) -> Place:
        return Place(self.places[k].at, size_of(self.program.nodes[k]))

    # ---- instructions

    def _emit(self, part: int, name: str, place: Place, *sources: Place) -> None:
        a, b, c = ([s.at for s in sources] + [0, 0, 0])[:3]
        if self.lanes == 1 and place.size <= 2:
            flag = int(place.size == 2) if name in LIBRARY else c
            self.rows[part].append((NUMBER[name], place.at, a, b, flag, 0, 0, 0, 0, 0))
        elif self.lanes == 1 and padded(place.size) == VECTOR and name in OCTETS:
            self.rows[part].append((NUMBER[name] + OCTET, place.at, a, b, c, 0, 0, 0, 0, 0))
        elif self.lanes == 1:
            number = NUMBER[FAST.get(name, name)] + ROW
            steps = ([VECTOR if s.size == place.size else 0 for s in sources] + [0, 0, 0])[:3]
            self.rows[part].append((number, place.at, a, b, c, 1, padded(place.size), *steps))
        else:
            number, count = NUMBER[FAST.get(name, name)] + ROW, max(place.size, 1)
            if count == 1 or all(
                s.size == place.size for s in sources
            ):  # rows that follow one another are one long row
                self.rows[part].append((number, place.at, a, b, c, 1, count * self.lanes, *[VECTOR] * 3))
            else:
                moves = ([self.lanes if s.size else 0 for s in sources] + [0, 0, 0])[:3]
                self.rows[part].append((number, place.at, a, b, c, count, self.lanes, *moves))

    def _lower_node(self, k: int, node: Node) -> None:
        if node.operation == "constant":
            self.places[k] = self._constant(float(node.attribute))
        else:
            getattr(self, "_" + node.operation, self._elementwise)(k, node)

    def _constant(self, number: float) -> Place:
        place = self._take_size(0, fresh=True)
        for at in range(place.at, len(self.image)):
            self.image[at] = number
        return place

    def _elementwise(self, k: int, node: Node) -> None:
        if k in self.inner:
            name, arguments = fused(self.program, k, self.inner[k])
        else:
            name, arguments = OPERATIONS[node.operation].instruction, node.arguments
        size = size_of(node)
        sources = [self._fitting(a, size) for a in arguments]
        if size == 0 and any(a in self.narrow for a in arguments):
            self.narrow.add(k)
        self._emit(self.part[k], name, self._for(k), *sources)

    def _sin(self, k: int, node: Node) -> None:
        """Sine or cosine; where both of one value are wanted, with the first of them."""
        if k not in self.both:
            self._elementwise(k, node)
        elif k not in self.places:
            sine, cosine = sorted((k, self.both[k]), key=lambda each: self.program.nodes[each].operation == "cos")
            source = self.places[node.arguments[0]]
            place, other = self._for(sine), self._for(cosine)
            self._emit(self.part[k], "SIN_COS", place, source, Place(0, source.size), other)

    _cos = _sin

    def _fitting(self, k: int, size: int) -> Place:
        """A single number beside a pair or a row, on one lane, is repeated first: a row reads eight of it in turn."""
        place = self.places[k]
        repeats = size > 2 or (size > 0 and k in self.narrow)
        if self.lanes > 1 or place.size or not repeats:
            return place
        count = VECTOR if size > 2 else 2
        if (k, count) not in self.spread:
            row = self.spread[k, count] = self._take_size(count, fresh=True)
            part = BODY if self.part[k] == CLOCK else self.part[k]  # the clock feeds single numbers alone
            self._emit(part, "SPREAD", row, place)
        return self.spread[k, count]

    def _integer_power(self, k: int, node: Node) -> None:
        """A whole power as products; powers of two are shared between the powers of one value."""
        n, argument, part, size = int(node.attribute), node.arguments[0], self.part[k], size_of(node)
        if argument in self.narrow:
            self.narrow.add(k)
        self.pinned.add(k)  # its place may be a power that others share
        result: Place | None = None
        base, left, exponent = self.places[argument], abs(n), 1
        while left:
            if left & 1:
                result = base if result is None else self._product(part, result, base, size)
            left >>= 1
            exponent *= 2
            if left and (argument, exponent) not in self.powers:
                self.powers[argument, exponent] = self._product(part, base, base, size)
            base = self.powers.get((argument, exponent), base)
        if result is None or result == self.places[argument]:
            source = self._constant(1.0) if result is None else result
            result = self._take_size(size, fresh=True)
            self._emit(
                part, "SPREAD" if result.size > 2 and not source.size and self.lanes == 1 else "COPY", result, source
            )
        if n < 0:
            inverse = self._take_size(size, fresh=part != BODY)
            self._emit(part, "RECIPROCAL", inverse, result)
            result = inverse
        self.places[k] = result

    def _product(self, part: int, a: Place, b: Place, size: int) -> Place:
        place = self._take_size(size, fresh=part != BODY)
        self._emit(part, "MULTIPLY", place, a, b)
        return place

    def _gradient(self, k: int, node: Node) -> None:
        place = self.places[k] = self._take(node, fresh=True)
        self.pinned.add(k)
        self.calls.append((len(self.rows[BODY]), node.operation))
        point = node.arguments[0]
        self.rows[BODY].append((CALL, place.at, self.places[point].at, 0, 0, point, *[0] * (WORDS - 6)))

    _hessian = _gradient


def _table(rows: list[tuple[int, ...]]) -> Words:
    return np.array(rows, dtype=np.uint64).reshape(-1, WORDS)
