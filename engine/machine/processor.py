"""What the compiler is told of the processor, before it compiles anything.

LLVM takes vectors of 256 bits for loops even where the processor has those of 512, since on the first such processors
wide vectors lowered the clock. Our loops are dense polynomials, which gain more: `python -m tests.benchmarks batches`,
with the processor's own features in NUMBA_CPU_FEATURES and without, shows by how much. The bits of a result stay.
"""

from __future__ import annotations

from numba.core import config
from numba.core.codegen import get_host_cpu_features


def prefer_wide_vectors() -> None:
    """Let loops use vectors of 512 bits where the processor has them, unless NUMBA_CPU_FEATURES says what to use."""
    found = get_host_cpu_features()
    if "+avx512f" in found.split(",") and config.CPU_FEATURES is None:
        config.CPU_FEATURES = f"{found},-prefer-256-bit"
