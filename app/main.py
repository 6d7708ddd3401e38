"""The app: settings in, routes and layers out."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app import layers, openapi, wire
from app.api import ENDPOINTS
from app.constant import constant
from app.context import VERSION, Context
from app.memory import give_back
from app.pages import Pages
from app.settings import Settings
from engine.warming import warm_up


def create_app(settings: Settings | None = None) -> FastAPI:
    """The server's app; without settings, those of the environment."""
    context = Context.of(settings or Settings.read())

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        warm_up()
        gc.collect()
        gc.freeze()  # what is there now stays: later collections need not look at it
        give_back()
        async with context.heart.beating():
            yield
        context.workers.close()

    async def document(request: Request) -> Response:
        return constant(request, lambda context: wire.json(openapi.document(context.definitions)))

    app = layers.App(
        context.settings,
        ENDPOINTS,
        title="Fall Line",
        version=VERSION,
        openapi_url=None,
        redirect_slashes=False,
        telemetry={"tracing": False, "metrics": False, "logs": False},  # asking whether it is on costs each request
        lifespan=lifespan,
    )
    app.state.context = context
    app.router.routes += [*Pages(context).routes(), Route("/openapi.json", document, methods=["GET"])]
    return app
