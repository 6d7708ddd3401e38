"""The pages: HTML around the scripts that do the work."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import plotly
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.api.limits import known
from app.context import Context
from app.exchange import matches
from app.files import Files
from app.serving.budgets import name_of, new_cookie

ROOT = Path(__file__).parents[1]
PLOTLY = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
HTML = "text/html; charset=utf-8"


def bundled() -> dict[str, Path]:
    """Files of installed packages that the pages use: Plotly, and the pages of /docs."""
    found = {"plotly.js": PLOTLY}
    specification = importlib.util.find_spec("fastapi_swagger")
    for place in (specification and specification.submodule_search_locations) or ():
        for name in ("swagger-ui-bundle.js", "swagger-ui.css"):
            found[name] = Path(place) / "resources" / name
    return found


def amount(value: Any) -> str:
    """A limit's value as a person reads it: 1 000 000 with thin spaces, 2 and not 2.0."""
    if not isinstance(value, (int, float)):
        return str(value)
    return f"{value:,.10g}".replace(",", "\u2009") if value >= 10_000 else f"{value:g}"


class Pages:
    """All pages; `files` has what they refer to."""

    def __init__(self, context: Context) -> None:
        self.context = context
        cache = Path(context.settings.cache)
        self.files = Files(
            ROOT / "static", cache if cache.is_absolute() else ROOT / cache, bundled(), context.settings.send_seconds
        )
        loader = FileSystemLoader(ROOT / "templates")
        reload = context.settings.reload
        self.templates = Environment(
            loader=loader, autoescape=True, undefined=StrictUndefined, auto_reload=reload, trim_blocks=True
        )
        self.templates.filters["amount"] = amount
        self.templates.globals |= {
            "limits": known(context),
            "static": self._static,
            "plotly": self.files.versions["plotly.js"],
        }

    def _static(self, name: str) -> str:
        return self.files.versions[name]

    def routes(self) -> list[Route]:
        """The addresses of the pages and of what they refer to."""
        return [
            Route("/", self.page("surface.html", "js/main.js"), methods=["GET"]),
            Route("/training", self.page("training.html", "js/training/main.js"), methods=["GET"]),
            Route("/limits", self.page("limits.html"), methods=["GET"]),
            Route("/docs", self.page("docs.html"), methods=["GET"]),
            Route("/static/{name:path}", self.files.answer, methods=["GET"]),
        ]

    def page(self, template: str, entry: str | None = None) -> Any:
        """The handler that answers with a page; `entry` is the module that it begins with."""

        async def handler(request: Request) -> Response:
            if self.context.settings.reload:
                self.files.read_tree()
            body = self.templates.get_template(template).render().encode()
            tag = self.context.tag(body)
            headers = {"etag": tag, "cache-control": "no-cache"}
            if entry is not None:
                links = [f"<{address}>; rel=modulepreload" for address in self.files.modules(entry)]
                headers["link"] = ", ".join([*links, f"<{self.files.versions['plotly.js']}>; rel=preload; as=script"])
            if matches(request.headers.get("if-none-match"), tag):
                return Response(None, 304, headers)
            if name_of(request.scope["headers"]) is None:
                headers["set-cookie"] = new_cookie()
            return Response(body, 200, headers, HTML)

        return handler
