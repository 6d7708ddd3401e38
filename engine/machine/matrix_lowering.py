"""Lowering of what works between shapes: matrix products and gathers, views of other values, parts of longer rows."""

from __future__ import annotations

import math
from collections.abc import Sequence

from engine.errors import TracingError
from engine.machine.code import Place
from engine.machine.fusion import binary
from engine.machine.instructions import MATRIX, NUMBER, ROW
from engine.program.program import Node, Program

PROLOGUE, CLOCK, BODY = 0, 1, 2
"""The parts of lowered code: once, by the step counter alone, at each step."""


class MatrixLowering:
    """The part of a lowering that knows matrices; numbers, pairs and rows are lowered by its heir."""

    program: Program
    lanes: int
    rows: tuple[list[tuple[int, ...]], ...]
    part: list[int]
    places: dict[int, Place]
    destination: dict[int, Place]
    pinned: set[int]
    narrow: set[int]
    folded: set[int]
    inner: dict[int, int]
    joined: dict[int, tuple[int, int]]

    def _take(self, node: Node, *, fresh: bool) -> Place:
        raise NotImplementedError

    def _take_size(self, size: int, *, fresh: bool) -> Place:
        raise NotImplementedError

    def _give_back(self, place: Place) -> None:
        raise NotImplementedError

    def _for(self, k: int) -> Place:
        raise NotImplementedError

    def _emit(self, part: int, name: str, place: Place, *sources: Place) -> None:
        raise NotImplementedError

    def _matrix(self, k: int, name: str, sources: Sequence[Place], *dimensions: int) -> None:
        """An instruction that writes exactly the numbers of node k."""
        self._emit_matrix(self.part[k], name, self._for(k), sources, *dimensions)

    def _emit_matrix(self, part: int, name: str, place: Place, sources: Sequence[Place], *dimensions: int) -> None:
        if self.lanes > 1:
            raise TracingError("a program with matrices runs on one lane")
        a, b = ([s.at for s in sources] + [0])[:2]
        self.rows[part].append((NUMBER[name] + MATRIX, place.at, a, b, 0, 1, *(*dimensions, 0, 0, 0, 0)[:4]))

    def _matmul(self, k: int, node: Node) -> None:
        left, right = node.arguments
        (m, n), folded = node.shape, left in self.folded
        count = self.program.nodes[right].shape[0]
        if folded:
            left = self.program.nodes[left].arguments[0]
        self._matrix(k, "MATMUL", (self.places[left], self.places[right]), m, n, count, int(folded))

    def _transpose(self, k: int, node: Node) -> None:
        self._matrix(k, "TRANSPOSE", (self.places[node.arguments[0]],), *node.shape[::-1])

    def _sum_along(self, k: int, node: Node) -> None:
        source = node.arguments[0]
        m, n = self.program.nodes[source].shape
        if node.attribute == 1:
            self._matrix(k, "SUM_COLUMNS", (self.places[source],), m, n)
        else:
            self._sum_rows(self.part[k], self._for(k), self.places[source], m, n)

    def _sum_rows(self, part: int, place: Place, source: Place, m: int, n: int) -> None:
        self.rows[part].append((NUMBER["SUM"] + ROW, place.at, source.at, 0, 0, 1, n, 0, 0, m))

    def _logsumexp(self, k: int, node: Node) -> None:
        """By instructions that are there: the largest of each column, the differences to it, exp, sum, log."""
        part, source, (n,) = self.part[k], self.places[node.arguments[0]], node.shape
        m = self.program.nodes[node.arguments[0]].shape[0]
        fresh = part != BODY
        largest, row = (self._take_size(n, fresh=fresh) for _ in range(2))
        columns, differences = (self._take_size(m * n, fresh=fresh) for _ in range(2))
        self._emit_matrix(part, "MAX_ROWS", largest, (source,), m, n)
        self._emit_matrix(part, "EXPAND_ROW", columns, (largest,), m, n)
        self._emit(part, "SUBTRACT", differences, source, columns)
        self._emit(part, "EXP", columns, differences)
        self._sum_rows(part, row, columns, m, n)
        logarithm = self._take_size(n, fresh=fresh)
        self._emit(part, "LOG", logarithm, row)
        self._emit(part, "ADD", self._for(k), logarithm, largest)
        if not fresh:
            for place in (largest, row, columns, differences, logarithm):
                self._give_back(place)

    def _gather(self, k: int, node: Node) -> None:
        sources = [self.places[a] for a in node.arguments]
        self._matrix(k, "GATHER", sources, *self.program.nodes[node.arguments[0]].shape, node.shape[1])

    def _scatter(self, k: int, node: Node) -> None:
        sources = [self.places[a] for a in node.arguments]
        self._matrix(k, "SCATTER", sources, *node.shape, self.program.nodes[node.arguments[0]].shape[1])

    def _embed(self, k: int, node: Node) -> None:
        width, source = math.prod(node.shape[1:]), node.arguments[0]
        count = size_of(self.program.nodes[source])
        self._matrix(k, "EMBED", (self.places[source],), size_of(node), node.attribute[0] * width, count)

    def _expand(self, k: int, node: Node) -> None:
        source, size = node.arguments[0], size_of(node)
        place, shape = self.places[source], self.program.nodes[source].shape
        if place.size == 0:
            self._emit(self.part[k], "SPREAD", self._for(k), place)
        elif shape == (node.shape[0], 1):
            self._matrix(k, "EXPAND_COLUMN", (place,), *node.shape)
        elif place.size == 1:
            self._matrix(k, "EXPAND_ROW", (place,), size, 1)
        else:
            self._matrix(k, "EXPAND_ROW", (place,), *node.shape)

    # ---- single numbers and pairs

    def _sum(self, k: int, node: Node) -> None:
        if k in self.inner:
            product = binary(self.program, self.inner[k])
            assert product is not None
            (a, b), place = (self.places[each] for each in product.arguments), self._for(k)
            self.rows[self.part[k]].append((NUMBER["ROW_DOT"], place.at, a.at, b.at, 0, a.size, 0, 0, 0, 0))
            return
        source, place = self.places[node.arguments[0]], self._for(k)
        if self.lanes == 1 and source.size:
            self.rows[self.part[k]].append((NUMBER["ROW_SUM"], place.at, source.at, 0, 0, source.size, 0, 0, 0, 0))
            return
        self.narrow.add(k)
        if source.size == 0:
            self._emit(self.part[k], "COPY", place, source)
        else:
            self._sum_rows(self.part[k], place, source, source.size, self.lanes)

    def _element(self, k: int, node: Node) -> None:
        source = node.arguments[0]
        at = Place(self.places[source].at + int(node.attribute), 0)
        overwritten = self.places[source] in self.destination.values()
        if self.program.nodes[source].operation == "input" and not overwritten:
            self.places[k] = at
            self.pinned.add(k)
        elif self.lanes == 1:
            self._emit(self.part[k], "SPREAD", self._for(k), at)
            return
        else:
            self._emit(self.part[k], "COPY", self._for(k), at)
        self.narrow.add(k)

    def _stack(self, k: int, node: Node) -> None:
        place, part = self.places.get(k) or self._for(k), self.part[k]
        parts = [self.places[a] for a in node.arguments]
        if self.lanes == 1:
            for i in range(0, len(parts), 2):
                self._emit(part, "PACK", Place(place.at + i, 2), parts[i], parts[min(i + 1, len(parts) - 1)])
        else:
            for i, (a, source) in enumerate(zip(node.arguments, parts, strict=True)):
                if self.joined.get(a) != (k, i):
                    self._emit(part, "COPY", Place(place.at + i, 0), source)

    # ---- views and joins

    def _view(self, k: int, first: int) -> None:
        node = self.program.nodes[k]
        self.places[k] = Place(self.places[node.arguments[0]].at + first, size_of(node))
        self.pinned.add(k)

    def _reshape(self, k: int, node: Node) -> None:
        self._view(k, 0)

    def _block(self, k: int, node: Node) -> None:
        self._view(k, node.attribute[0])

    def _rows(self, k: int, node: Node) -> None:
        self._view(k, node.attribute[0] * math.prod(node.shape[1:]))

    def _join(self, k: int) -> None:
        """Node k is written straight to its place in the row that it becomes a part of."""
        whole, first = self.joined[k]
        if whole not in self.places:
            self.places[whole] = self._take(self.program.nodes[whole], fresh=True)
            self.pinned.add(whole)
        self.destination[k] = Place(self.places[whole].at + first, size_of(self.program.nodes[k]))
        self.pinned.add(k)

    def _concatenate(self, k: int, node: Node) -> None:
        if k not in self.places:
            self.places[k] = self._take(node, fresh=True)
            self.pinned.add(k)
        first = 0
        for a in node.arguments:
            size = max(size_of(self.program.nodes[a]), 1)
            if self.joined.get(a) != (k, first):
                self._emit_matrix(self.part[k], "MOVE", Place(self.places[k].at + first, size), (self.places[a],), size)
            first += size


def size_of(node: Node) -> int:
    """How many numbers a node's value has; 0: a single number."""
    return math.prod(node.shape) if node.shape else 0
