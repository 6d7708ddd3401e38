"""What the routes share: settings, catalogue, workers, and a fingerprint of everything that decides an answer."""

from __future__ import annotations

import asyncio
import hashlib
import importlib.metadata
import platform
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from starlette.requests import Request

from app.kept import Kept
from app.serving.budgets import Budgets
from app.serving.heart import Heart
from app.serving.metrics import Metrics
from app.serving.work import Workers
from app.settings import Settings
from app.surfaces import Definitions

VERSION = importlib.metadata.version("fallline")
LIBRARIES = ("numpy", "numba", "llvmlite", "orjson", "plotly")


@dataclass(eq=False)
class Context:
    """One for each app; it holds nothing of any client."""

    settings: Settings
    definitions: Definitions
    workers: Workers
    heart: Heart
    budgets: Budgets
    metrics: Metrics
    fingerprint: bytes
    kept: Kept
    closing: asyncio.Event = field(default_factory=asyncio.Event)
    streams: int = 0
    held: int = 0
    """Bytes that the runs of open streams hold."""
    unread: int = 0
    constants: dict[str, tuple[bytes, bytes]] = field(default_factory=dict)

    @classmethod
    def of(cls, settings: Settings) -> Context:
        metrics = Metrics()
        workers, heart = Workers(settings, metrics.computed), Heart()
        budgets = Budgets(settings, workers.others_wait)
        definitions, kept = Definitions(settings), Kept(settings.kept_bytes)
        return cls(settings, definitions, workers, heart, budgets, metrics, _fingerprint(settings), kept)

    def observe(self) -> None:
        """Note the present load for /metrics."""
        self.metrics.loaded(
            streams=self.streams,
            waiting=self.workers.waiting,
            computing=self.workers.computing,
            lag=self.heart.lags[-1],
        )

    def tag(self, body: bytes, *of: str) -> str:
        """The ETag of an answer: what was asked, and what decides the answer besides."""
        digest = _begun(self.fingerprint, of).copy()
        digest.update(body)
        return f'"{digest.hexdigest()}"'


@lru_cache(maxsize=256)
def _begun(fingerprint: bytes, of: tuple[str, ...]) -> hashlib.blake2b:
    """The digest of everything but the body."""
    return hashlib.blake2b(fingerprint + repr(of).encode(), digest_size=12)


def context_of(request: Request) -> Context:
    """The context of the app that a request came to."""
    found: Context = request.scope["app"].context
    return found


def _fingerprint(settings: Settings) -> bytes:
    """Same programs, settings, libraries and processor: same bytes for the same request."""
    digest = hashlib.blake2b(repr((VERSION, settings, platform.machine(), _processor())).encode(), digest_size=16)
    digest.update(repr([importlib.metadata.version(name) for name in LIBRARIES]).encode())
    root = Path(__file__).parents[1]
    folders = [root / "app", root / "engine", *([Path(settings.definitions)] if settings.definitions else [])]
    for folder in folders:
        for path in sorted(folder.rglob("*.py")):
            digest.update(path.read_bytes())
    return digest.digest()


def _processor() -> str:
    """The processor as the kernel's compiler sees it: its instructions decide last bits."""
    from llvmlite import binding

    return str(binding.get_host_cpu_name())
