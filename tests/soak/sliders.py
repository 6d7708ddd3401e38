"""300 clients move a slider ten times a second: each answer soon, none refused, and the server's memory stays flat."""

import time
from collections.abc import Iterator

from tests.benchmarks.timing import Row, at_least, at_most
from tests.soak.serving import Clients, Options, Served, none, remembered

COUNT = 300
MOVES = 10
"""A second, of each client."""
WARM = 10.0
FLAT = 20.0
"""Megabytes that memory may move after that: what the allocator keeps of answers under way."""


def rows(options: Options) -> Iterator[Row]:
    options = options.loaded
    with Served(options) as server:
        with remembered(server) as memory:
            begun, used = time.monotonic(), server.processor_seconds()
            clients = Clients(
                "movers", {"port": server.port, "count": COUNT, "moves": MOVES, "seconds": options.seconds}
            )
            found = clients.line()
            ended = time.monotonic()
            share = (server.processor_seconds() - used) / (ended - begun)
            clients.end()
        name = f"S2 {COUNT} clients x {MOVES} slider moves a second x {options.seconds:g} s, {options.workers} workers"
        told = f"{found['answers']:,} answers, {share:.2f} cores; clients themselves late by {found['late']:.0f} ms p99"
        yield none(name, f"errors ({told})", found["errors"], f"{found['answers'] + found['errors']:,}")
        yield at_least(name, "moves asked for that were answered", found["answers"] / found["wanted"], 0.99, "")
        yield at_most(
            name, f"latency (median {found['middle']:.1f} ms, most {found['most']:.0f} ms), p99", found["p99"], 50, "ms"
        )
        settled = memory.at(min(begun + WARM, ended))
        yield at_most(name, f"memory after {WARM:g} s, {settled:.0f} MB, moves by", memory.last - settled, FLAT, "MB")
        yield none(name, "lines on the server's standard error and output", len(server.faults), "lines")
