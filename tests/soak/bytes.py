"""The same request has the same bytes and the same tag: from every worker, before and after a restart."""

from collections.abc import Iterator

from tests.app.asking import BODIES
from tests.benchmarks.timing import Row
from tests.soak.serving import Options, Served, all_of

ASKED = 12
"""Times, each on a connection of its own: workers take turns."""
STARTS = ((1, "one process"), (2, "two processes"), (2, "two, started again"))


def rows(options: Options) -> Iterator[Row]:
    found: dict[str, set[tuple[str, bytes]]] = {path: set() for path in BODIES}
    taken = set()
    for workers, _ in STARTS:
        with Served(Options(workers=workers)) as server:
            taken |= set(server.processes)
            for path, body in BODIES.items():
                for _ in range(ASKED):
                    status, headers, answer = server.ask("POST", path, body)
                    found[path].add((headers["etag"], answer) if status == 200 else (str(status), b""))
    name = f"{len(BODIES)} routes, {ASKED} requests to each of {', '.join(told for _, told in STARTS)}"
    yield Row(name, "processes that answered ≥ 5", str(len(taken)), len(taken) >= 5)
    yield all_of(name, "one body and one tag", sum(len(one) == 1 for one in found.values()), len(found))
