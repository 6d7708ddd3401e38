"""What is kept for the next request by the bytes it holds: those used last, as many as have room together.

A cache that counts its entries is enough where an entry is small. A program of a large network, or of a surface on many
data, holds megabytes, and grows while it is used: parts of it are made when they are first needed.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from operator import attrgetter
from typing import Any, Generic, TypeVar

Value = TypeVar("Value")
MEGABYTE = 1 << 20


class Room(Generic[Value]):
    """A function whose values are kept; `size` tells the bytes that a value holds, which may become more.

    The newest value is kept whatever its size: together they hold `most` bytes and one value at most.
    """

    def __init__(self, make: Callable[..., Value], size: Callable[[Value], int], most: int) -> None:
        self.make, self.size, self.most = make, size, most
        self.bytes = 0
        self._values: OrderedDict[Hashable, Value] = OrderedDict()
        self._sizes: dict[Hashable, int] = {}
        self._used: set[Hashable] = set()
        self._lock = threading.Lock()  # long work is done on threads

    def __len__(self) -> int:
        return len(self._values)

    def __call__(self, *key: Any) -> Value:
        with self._lock:
            found = self._values.get(key)
            if found is not None:
                self._values.move_to_end(key)
                self._used.add(key)  # and may have grown when it is looked at again
                return found
        made = self.make(*key)
        with self._lock:
            made = self._values.setdefault(key, made)
            self._used.add(key)
            self._settle()
        return made

    def _settle(self) -> None:
        """Measure what was used since the last time, and let go of those that were not used for longest."""
        for key in self._used:
            if key in self._values:
                size = self.size(self._values[key])
                self.bytes += size - self._sizes.get(key, 0)
                self._sizes[key] = size
        self._used = {next(reversed(self._values))}
        while self.bytes > self.most and len(self._values) > 1:
            oldest, _ = self._values.popitem(last=False)
            self.bytes -= self._sizes.pop(oldest)


def keeping(
    most: int, size: Callable[[Any], int] = attrgetter("nbytes")
) -> Callable[[Callable[..., Value]], Room[Value]]:
    """A decorator: keep what a function of positional arguments makes, up to so many bytes."""
    return lambda make: Room(make, size, most)
