"""Compile the kernels into Numba's cache: `python -m engine.machine`, run once at set-up."""

import time

from engine.warming import warm_up

if __name__ == "__main__":
    began = time.perf_counter()
    warm_up()
    print(f"kernels ready in {time.perf_counter() - began:.1f} s")
