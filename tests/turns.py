"""Workers side by side (`make test`): a test that measures time, marked `alone`, has the machine for itself meanwhile."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Turns:
    """Many tests at once, or one alone; who waits to be alone is not overtaken, as nobody else comes through the door."""

    def __init__(self, folder: Path) -> None:
        self.door, self.room = folder / "door.lock", folder / "room.lock"

    @contextmanager
    def turn(self, alone: bool) -> Iterator[None]:
        """Wait until the others have left, or at least whoever is alone."""
        with self.room.open("w") as room:
            with self.door.open("w") as door:
                fcntl.flock(door, fcntl.LOCK_EX)
                fcntl.flock(room, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
            yield
