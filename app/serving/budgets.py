"""How much one browser may ask for while others wait, so that one tab cannot take the machine from a hall.

A server that has hands for everybody refuses nobody: a budget counts always, and binds only while there is a queue.

A browser is known by a random cookie that the pages set; it says nothing else and is kept nowhere. It is not known by
its address, which a whole lecture shares. A request without the cookie, such as a program's, has no budget: the queue
of long computations is its limit. Nor is the cookie a lock: who forges one gains what a program has anyway.
"""

from __future__ import annotations

import math
import re
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from dataclasses import dataclass

from app.errors import Problem
from app.settings import Settings

COOKIE = "fallline"
MOST = 10_000
"""Browsers that are remembered; beyond, the one that was away longest begins anew."""
_VALUE = re.compile(rb"(?:^|;\s*)" + COOKIE.encode() + rb"=([A-Za-z0-9_-]{16,64})(?:;|$)")


ASKING: ContextVar[bytes | None] = ContextVar("asking", default=None)
"""The browser whose request is being answered."""


def name_of(headers: Iterable[tuple[bytes, bytes]]) -> bytes | None:
    """The browser that a request names, by its headers."""
    for name, value in headers:
        if name == b"cookie" and (found := _VALUE.search(value)):
            return found[1]
    return None


def new_cookie() -> str:
    """A Set-Cookie header for a browser that has none: until it is closed, for our addresses, out of scripts' reach."""
    return f"{COOKIE}={secrets.token_urlsafe(16)}; Path=/; HttpOnly; SameSite=Lax"


@dataclass
class Budget:
    """What a browser may still ask for, in units of cost; from 0 down it has to wait."""

    left: float
    at: float


class Budgets:
    """The budgets of all browsers that were here lately."""

    def __init__(self, settings: Settings, others_wait: Callable[[bytes | None], bool]) -> None:
        self.rate, self.most, self.others_wait = settings.browser_cost, settings.browser_savings, others_wait
        self.known: OrderedDict[bytes, Budget] = OrderedDict()

    def wait(self, browser: bytes | None) -> float:
        """Seconds until a browser may ask for more: 0 for one that has something left, or keeps nobody waiting."""
        if browser is None or (left := self._of(browser).left) > 0 or not self.others_wait(browser):
            return 0.0
        return -left / self.rate

    def spend(self, browser: bytes | None, cost: float) -> None:
        """Take the cost of work that is about to be done. A budget with anything left pays for work of any size."""
        if browser is not None:
            budget = self._of(browser)
            budget.left = max(budget.left - cost, -self.most)

    def admit(self, browser: bytes | None, cost: float) -> None:
        """Take the cost, or refuse.

        Raises: Problem 429 with the seconds after which the browser may come again.
        """
        ASKING.set(browser)
        if seconds := self.wait(browser):
            sentence = "Others are waiting, and this browser has had more than its share; it may go on in a moment."
            raise Problem(429, sentence, headers={"Retry-After": str(math.ceil(seconds))})
        self.spend(browser, cost)

    def _of(self, browser: bytes) -> Budget:
        now = time.monotonic()
        budget = self.known.get(browser)
        if budget is None:
            budget = self.known[browser] = Budget(self.most, now)
            if len(self.known) > MOST:
                self.known.popitem(last=False)
        else:
            self.known.move_to_end(browser)
        budget.left = min(self.most, budget.left + self.rate * (now - budget.at))
        budget.at = now
        return budget
