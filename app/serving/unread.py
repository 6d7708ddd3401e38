"""What clients have not taken yet, in a whole process: bounded by bytes, and whoever waits longest goes first."""

from __future__ import annotations

from collections import OrderedDict
from typing import Protocol


class Sending(Protocol):
    """A connection's transport."""

    nbytes: int
    """Of what was sent last."""

    def get_write_buffer_size(self) -> int:
        """Bytes that the system has not taken."""

    def abort(self) -> None:
        """Close at once."""


class Unread:
    """The connections that wait for their clients, those first that have waited longest."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.total = 0
        """Bytes that they hold."""
        self.waiting: OrderedDict[Sending, tuple[int, int]] = OrderedDict()
        """The bytes that each holds, and how many of them were still to be taken when that was looked at."""

    def add(self, connection: Sending) -> None:
        """A connection waits from now on; those that waited longest are closed where there is no room for all."""
        self.remove(connection)
        self.waiting[connection] = connection.nbytes, connection.get_write_buffer_size()
        self.total += connection.nbytes
        if self.total > self.most:
            self._look()
        while self.total > self.most and len(self.waiting) > 1:
            longest = next(iter(self.waiting))
            self.remove(longest)
            longest.abort()

    def remove(self, connection: Sending) -> None:
        """Its client has taken everything, or it is closed."""
        self.total -= self.waiting.pop(connection, (0, 0))[0]

    def _look(self) -> None:
        """See what has been taken meanwhile: a client that reads has not waited."""
        for connection, (size, left) in list(self.waiting.items()):
            if (now := connection.get_write_buffer_size()) < left:
                self.waiting[connection] = size, now
                self.waiting.move_to_end(connection)
