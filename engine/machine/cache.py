"""Compiled kernels are kept beside their source; those older than any source of the machine are forgotten.

Numba looks at the file of the function it compiled alone, not at the functions inlined into it from other files.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

FOLDER = Path(__file__).parent


def forget_stale_kernels() -> None:
    """Remove compiled kernels that a later change of the machine's sources has outdated."""
    newest = max(path.stat().st_mtime for path in FOLDER.glob("*.py"))
    for compiled in (FOLDER / "__pycache__").glob("*.nb[ci]"):
        with suppress(FileNotFoundError):  # another process may have been here first
            if compiled.stat().st_mtime < newest:
                compiled.unlink()
