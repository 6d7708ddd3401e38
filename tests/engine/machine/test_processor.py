"""What the compiler is told of the processor; that results keep their bits is what test_machine.py proves."""

import pytest
from numba.core import config

from engine.machine.processor import prefer_wide_vectors

WIDE, NARROW = "+avx2,+avx512f", "+avx2,-avx512f"


@pytest.mark.parametrize(
    ("found", "named", "used"),
    [
        (WIDE, None, f"{WIDE},-prefer-256-bit"),
        (NARROW, None, None),
        (WIDE, NARROW, NARROW),
    ],
    ids=["a processor with wide vectors", "one without", "what NUMBA_CPU_FEATURES names"],
)
def test_loops_use_wide_vectors_where_there_are_some(monkeypatch, found, named, used):
    monkeypatch.setattr(config, "CPU_FEATURES", named)
    monkeypatch.setattr("engine.machine.processor.get_host_cpu_features", lambda: found)
    prefer_wide_vectors()
    assert used == config.CPU_FEATURES
