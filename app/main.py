"""The app: settings in, routes and layers out."""

from __future__ import annotations

import asyncio
import gc
import signal
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from types import FrameType

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app import layers, openapi, wire
from app.api import ENDPOINTS
from app.constant import constant
from app.context import VERSION, Context
from app.pages import Pages
from app.serving.memory import give_back
from app.settings import Settings
from engine.warming import warm_up


@contextmanager
def told_of_the_end(closing: asyncio.Event) -> Iterator[None]:
    """Set the event at the signals that end the server, before its own handlers do the rest: streams then end."""
    if threading.current_thread() is not threading.main_thread():  # only there a process hears of signals
        yield
        return
    loop = asyncio.get_running_loop()
    others = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}

    def end(number: int, frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(closing.set)
        if callable(other := others[signal.Signals(number)]):
            other(number, frame)

    for number in others:
        signal.signal(number, end)
    try:
        yield
    finally:
        for number, other in others.items():
            signal.signal(number, other)


def create_app(settings: Settings | None = None) -> layers.App:
    """The server's app; without settings, those of the environment."""
    context = Context.of(settings or Settings.read())

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        warm_up()
        gc.freeze()  # what is there now stays: later collections need not look at it
        gc.enable()
        give_back()
        with told_of_the_end(context.closing):
            async with context.heart.beating(context.observe):
                yield
        context.workers.close()

    async def document(request: Request) -> Response:
        return constant(request, lambda context: wire.json(openapi.document(context.definitions)))

    app = layers.App(
        context,
        ENDPOINTS,
        title="Fall Line",
        version=VERSION,
        openapi_url=None,
        redirect_slashes=False,
        telemetry={"tracing": False, "metrics": False, "logs": False},  # asking whether it is on costs each request
        lifespan=lifespan,
    )
    app.router.routes += [*Pages(context).routes(), Route("/openapi.json", document, methods=["GET"])]
    return app
