"""`make bench`: every workload beside its peers, in one table.

The peers (CPU PyTorch, JAX) live in a virtual environment of their own, made here on the first run.
"""

import argparse
import os
import platform
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).parents[2]
PEERS = ROOT / ".cache" / "peers"
RESULTS = Path(__file__).with_name("results.md")
WORKLOADS = ("paths", "maps", "batches", "networks", "seeds", "pytorch", "serving", "browsing", "training", "starting")
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"), "1") | {
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
}


def peers_python() -> Path:
    """The peers' Python, with this project and its peers installed; anew where what they need has changed."""
    python = PEERS / "bin" / "python"
    done = PEERS / ".done"
    needed = (ROOT / "pyproject.toml", ROOT / "constraints.txt", Path(__file__).with_name("requirements.txt"))
    if not done.exists() or done.stat().st_mtime < max(file.stat().st_mtime for file in needed):
        if not done.exists():
            venv.create(PEERS, with_pip=True, clear=True)
        pip = [str(python), "-m", "pip", "install", "--quiet"]
        subprocess.run([*pip, "--constraint", "constraints.txt", "--editable", ".[test]"], cwd=ROOT, check=True)
        subprocess.run([*pip, "--requirement", str(needed[-1])], cwd=ROOT, check=True)
        done.touch()
    return python


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("workloads", nargs="*", default=list(WORKLOADS), help=f"of {', '.join(WORKLOADS)}")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if not options.here:
        command = [str(peers_python()), "-m", "tests.benchmarks", "--here", *options.workloads]
        return subprocess.run(command, cwd=ROOT, env=os.environ | ONE_THREAD, check=False).returncode
    return report(options.workloads)


def report(workloads: list[str]) -> int:
    """Run the workloads, print the table as it grows, and keep it."""
    from importlib import import_module

    lines = [
        f"Measured on {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, all contenders in one run.",
        "",
        "| workload | bar | measured | holds |",
        "|---|---|---|---|",
    ]
    print("\n".join(lines), flush=True)
    held = True
    for workload in workloads:
        for row in import_module(f"tests.benchmarks.{workload}").rows():
            lines.append(row.markdown())
            print(lines[-1], flush=True)
            held = held and row.holds
    if set(workloads) == set(WORKLOADS):
        RESULTS.write_text("\n".join(["# Benchmarks", "", *lines, ""]))
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
