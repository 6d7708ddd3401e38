"""Cases that schemathesis makes of the OpenAPI document: no failure of the server, and each answer as its schema says."""

import json
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.benchmarks.timing import Row, at_least
from tests.soak.serving import Options, Served, none

CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
AT_ONCE = 160
"""Examples for each operation in one round of schemathesis; rounds have seeds of their own."""


def rows(options: Options) -> Iterator[Row]:
    statuses: Counter[int] = Counter()
    failures: set[str] = set()
    bare = 0
    with Served(options) as server, tempfile.TemporaryDirectory() as folder:
        seed = options.seed
        while sum(statuses.values()) < options.cases:
            for told in tried(server, seed, Path(folder)):
                status, retry, failed = told
                statuses[status] += 1
                bare += status == 503 and not retry
                failures |= failed
            seed += 1
        count = sum(statuses.values())
        name = f"schemathesis, statuses {dict(sorted(statuses.items()))}"
        yield at_least(name, "cases", count, options.cases, "")
        yield none(name, "5xx besides 503", sum(n for s, n in statuses.items() if s >= 500 and s != 503), f"{count:,}")
        yield none(name, "503 without Retry-After", bare, f"{statuses[503]}")
        shown = f": {'; '.join(sorted(failures)[:5])}" if failures else ""
        yield none(name, f"answers that are not as their schema says{shown}", len(failures), "kinds")
        yield none(name, "lines on standard error", len(server.faults), "lines")


def tried(server: Served, seed: int, folder: Path) -> Iterator[tuple[int, bool, set[str]]]:
    """One round: of each case its status, whether Retry-After was there, and the checks that failed but for a 503."""
    report = folder / f"{seed}.ndjson"
    command = [
        str(Path(sys.executable).with_name("schemathesis")),
        "run",
        f"http://127.0.0.1:{server.port}/openapi.json",
    ]
    command += ["--checks", CHECKS, "--phases", "examples,coverage,fuzzing", "--seed", str(seed)]
    command += ["--max-examples", str(AT_ONCE), "--continue-on-failure", "--suppress-health-check", "all"]
    command += ["--report", "ndjson", "--report-ndjson-path", str(report), "--workers", "2"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if not report.exists():
        raise SystemExit(f"schemathesis ended with {done.returncode}:\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
    for line in report.read_text().splitlines():
        yield from cases(json.loads(line))


def cases(event: dict[str, Any]) -> Iterator[tuple[int, bool, set[str]]]:
    """The cases of an event of the report."""
    recorder = event.get("ScenarioFinished", {}).get("recorder")
    if recorder is None:
        return
    checks = recorder.get("checks", {})
    for key, interaction in recorder.get("interactions", {}).items():
        response = interaction.get("response")
        if response is None:
            continue
        status = response["status_code"]
        names = {name.lower() for name in response.get("headers", {})}
        failed = {
            f"{recorder.get('label', '?')} {check['name']}"
            for check in checks.get(key, [])
            if check["status"] == "failure" and not (status == 503 and check["name"] == "not_a_server_error")
        }
        yield status, "retry-after" in names, failed
