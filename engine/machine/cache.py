"""Compiled kernels are kept beside their source, or where NUMBA_CACHE_DIR says; those of other sources are forgotten.

Numba looks at the file of the function it compiled alone, not at the functions inlined into it from other files; and a
folder of kernels may outlive the sources they were made of, as the volume of a container does.
"""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from pathlib import Path

FOLDER = Path(__file__).parent
STAMP = "machine.sources"
"""The file beside the kernels that says of which sources they were made."""


def forget_stale_kernels() -> None:
    """Remove the compiled kernels that were made of other sources of the machine than those there are."""
    digest = sources()
    elsewhere = os.environ.get("NUMBA_CACHE_DIR")
    kept = [FOLDER / "__pycache__"] if not elsewhere else sorted(Path(elsewhere).glob(f"{FOLDER.name}_*"))
    stamp = (Path(elsewhere) if elsewhere else kept[0]) / STAMP
    with suppress(OSError):  # another process may be here too, or nobody may write
        if stamp.exists() and stamp.read_text() == digest:
            return
        for folder in kept:
            for compiled in folder.glob("*.nb[ci]"):
                compiled.unlink(missing_ok=True)
        stamp.parent.mkdir(parents=True, exist_ok=True)
        stamp.write_text(digest)


def sources() -> str:
    """What the machine is made of."""
    digest = hashlib.blake2b(digest_size=16)
    for path in sorted(FOLDER.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()
