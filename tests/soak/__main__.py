"""`make soak`: long runs against a real server, each bounded, each proving first that its fault happened.

One line of a table for each figure; the exit code is 1 where a bar is missed.
"""

import argparse
import os
import platform
import sys
import time
from importlib import import_module

from tests.soak.serving import Options

PARTS = (
    "hostile",
    "limits",
    "kept",
    "bytes",
    "diverging",
    "silent",
    "signals",
    "proxy",
    "streams",
    "sliders",
    "schema",
)


def main() -> int:
    parser = argparse.ArgumentParser(prog="make soak", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="part", help=f"of {', '.join(PARTS)}; all, where none is named")
    parser.add_argument(
        "--workers", type=int, default=0, help="the server's processes (one; for streams and sliders one for each core)"
    )
    parser.add_argument("--seconds", type=float, default=60.0, help="of streams and of sliders (%(default)s)")
    parser.add_argument("--cases", type=int, default=10_000, help="of schema (%(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="of schema (%(default)s)")
    options = parser.parse_args()
    unknown = sorted(set(options.parts) - set(PARTS))
    if unknown:
        parser.error(f"there is no part {', '.join(unknown)}; there are {', '.join(PARTS)}")
    print(f"{os.cpu_count()} cores, Python {platform.python_version()}, load {os.getloadavg()[0]:.1f}\n")
    print("| run | bar | measured | holds |\n|---|---|---|---|", flush=True)
    begun, held = time.monotonic(), True
    asked = Options(options.workers, options.seconds, options.cases, options.seed, bool(options.parts))
    for part in options.parts or PARTS:
        for row in import_module(f"tests.soak.{part}").rows(asked):
            print(row.markdown(), flush=True)
            held = held and row.holds
    print(f"\n{time.monotonic() - begun:.0f} s; load {os.getloadavg()[0]:.1f}")
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
