"""Every hostile input of the reference whose route and field exist, with counts; the rest is counted as not applicable."""

import json
from collections import Counter
from collections.abc import Iterator
from functools import partial

import httpx

from tests.app import test_hostile
from tests.benchmarks.timing import Row
from tests.soak.serving import Options, Served, all_of, none


def rows(options: Options) -> Iterator[Row]:
    formulas, bodies, wire = test_hostile.HOSTILE["formulas"], test_hostile.API, test_hostile.WIRE
    found: Counter[str] = Counter()
    with Served(options) as server, httpx.Client(base_url=f"http://127.0.0.1:{server.port}", timeout=30) as client:
        for kind, cases, check in (
            ("formulas", formulas, test_hostile.test_a_hostile_formula_is_refused_in_a_sentence_or_right),
            ("bodies", bodies, test_hostile.test_a_hostile_body_is_answered_as_the_reference_says),
            ("bytes", wire, partial(test_hostile.test_hostile_bytes_are_answered_as_the_reference_says, server)),
        ):
            for case in cases:
                try:
                    check(client, case)
                    found[kind] += 1
                except AssertionError as error:
                    print(json.dumps({"case": case["id"], "fault": str(error)[:300]}), flush=True)
        yield all_of("hostile formulas", "as the reference says", found["formulas"], len(formulas))
        yield all_of("hostile bodies", "as the reference says", found["bodies"], len(bodies))
        yield all_of("hostile methods, paths and headers", "as the reference says", found["bytes"], len(wire))
        left = len(test_hostile.HOSTILE["api"]) - len(bodies) - len(wire)
        yield Row("hostile requests", "for other routes or methods, not applicable", str(left), True)
        yield none("hostile inputs", "lines on standard error", len(server.faults), "lines")
