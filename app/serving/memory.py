"""Memory that a server holds and does not need: given back to the system after the start."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

COMPILER = "libllvmlite"
"""The library of the compiler. It has loaded the kernels at the start; nothing is compiled while requests come."""
MAPPINGS = Path("/proc/self/maps")
THRESHOLD, LARGE = -3, 256 * 1024
"""The C library's M_MMAP_THRESHOLD, and bytes from which memory goes back to the system as soon as it is free. Left
alone the library raises it to what it has seen, and the memories of large networks leave holes of megabytes."""
NOT_NEEDED = 4
"""Linux's MADV_DONTNEED: the pages of a mapped file leave the process, and come back from the file if one is read."""


def give_back() -> None:
    """Return freed memory and the pages of the compiler's code to the system; where that cannot be, do nothing.

    Only pages that are executable and not writable are let go: those nobody can have changed.
    """
    with suppress(OSError, AttributeError):
        system = ctypes.CDLL(None)
        system.mallopt(THRESHOLD, LARGE)
        system.malloc_trim(ctypes.c_size_t(0))
        for first, end in _code_of(COMPILER):
            system.madvise(ctypes.c_void_p(first), ctypes.c_size_t(end - first), NOT_NEEDED)


def _code_of(library: str) -> Iterator[tuple[int, int]]:
    """The addresses at which the code of a library lies, each from the first to behind the last."""
    for line in MAPPINGS.read_text().splitlines():
        place, rights, _, _, _, *file = line.split(maxsplit=5)
        if rights == "r-xp" and file and library in file[0].rpartition("/")[2]:
            first, end = (int(address, 16) for address in place.split("-"))
            yield first, end
