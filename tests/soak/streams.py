"""300 training streams, ten frames a second each: no frame is missing, and the server's memory stays what it was."""

import json
import time
from collections.abc import Iterator
from typing import Any

from tests.benchmarks.timing import Row, at_least, at_most
from tests.soak.serving import Clients, Options, Served, all_of, none, remembered

COUNT = 300
PACE = 10
WARM = 10.0
"""Seconds after which what a stream needs is there."""
PAGE: dict[str, Any] = {
    "dataset": {"name": "moons", "n": 200, "seed": 0},
    "network": {"hidden": [8, 8], "activation": {"name": "tanh"}, "initializer": {"name": "he"}, "seed": 0},
    "optimizers": [{"name": "sgd", "learning_rate": 0.1}, {"name": "adam", "learning_rate": 0.01}],
    "batches": {"size": 20},
    "seed": 0,
}
"""What the page of the training lab asks for on a first visit."""


def rows(options: Options) -> Iterator[Row]:
    steps = int(PACE * options.seconds)
    body = PAGE | {"steps": steps}
    options = options.loaded
    with Served(options) as server:
        alone = json.loads(server.ask("POST", "/api/training", body)[2])["runs"]
        begun, used = time.monotonic(), server.processor_seconds()
        with remembered(server) as memory:
            asked = {"port": server.port, "count": COUNT, "pace": PACE, "steps": steps, "body": body}
            clients = Clients("listeners", asked)
            name = f"{COUNT} training streams x {PACE} frames a second x {options.seconds:g} s"
            yield all_of(name, "streams open at the same time", clients.line()["open"], COUNT)
            opened = time.monotonic()
            found = clients.line()
            ended = time.monotonic()
            clients.end()
        share = (server.processor_seconds() - used) / (ended - begun)
        expected = COUNT * (steps + 1)
        yield all_of(name, "frames, each step of each stream", found["frames"], expected)
        yield none(name, "frames out of order", found["out_of_order"], f"{found['frames']:,}")
        yield all_of(name, "streams read to their end", found["complete"], COUNT)
        same = found["kept"] == [[run["loss"] for run in alone]]
        yield Row(name, "losses bit-equal to one answer without a stream", "equal" if same else "not equal", same)
        late, rate = found["late"], found["frames"] / found["seconds"]
        told = f"achieved ({share:.2f} of a core; late by {late[0]:.1f} ms in the middle, {late[1]:.0f} ms p99, {late[2]:.0f} ms at most), frames a second"
        yield at_least(name, told, rate, 0.9 * COUNT * PACE, "/s")
        settled = memory.at(min(opened + WARM, ended))
        grown = f"memory grows after {WARM:g} s ({settled:.0f} MB then, {memory.last:.0f} MB at the end, peak {memory.peak:.0f} MB; {memory.found[0][1]:.0f} MB before)"
        yield at_most(name, grown, max(0.0, memory.last - settled), 80, "MB")
