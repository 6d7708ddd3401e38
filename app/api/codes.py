"""POST /api/codes: an address as a QR code, for a hall that opens it with its telephones."""

from __future__ import annotations

import io
from functools import lru_cache
from ipaddress import ip_address
from urllib.parse import urlsplit

import orjson
import segno
from pydantic import TypeAdapter
from starlette.requests import Request
from starlette.responses import Response

from app import wire
from app.context import Context
from app.endpoint import Endpoint
from app.errors import Problem
from app.exchange import Task, exchange
from app.schemas import CodesRequest
from app.serving.work import LONG

SHAPE = TypeAdapter(CodesRequest)
QUIET = 4
"""Modules of white around a code, as its standard asks."""
EXAMPLE = "http://127.0.0.1:8000/?surface=beale"


async def codes(request: Request) -> Response:
    """Draw the address."""
    return await exchange(request, SHAPE, (wire.JSON,), plan)


def plan(context: Context, asked: CodesRequest, kind: str) -> Task[bytes]:
    """A code of many modules takes some milliseconds."""
    address = reachable(asked.address, context.settings.public_address)
    return Task(LONG * len(address) / 30, lambda _: drawn(address), bytes)


def reachable(address: str, public: str) -> str:
    """The address as others reach it: with the server's public address where its host is this machine's own name.

    Raises: Problem where it is not an address of a page.
    """
    parts = urlsplit(address) if address.isascii() and address.isprintable() and " " not in address else None
    if parts is None or parts.scheme not in ("http", "https") or not parts.hostname:
        raise Problem(422, "address must begin with http:// or https:// and a host.", field="address")
    if not public or not _own(parts.hostname):
        return address
    return public.rstrip("/") + address.partition("://")[2].removeprefix(parts.netloc)


def _own(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


@lru_cache(maxsize=64)
def drawn(address: str) -> bytes:
    """The answer for an address: black on white, whatever the page's colours."""
    image = io.BytesIO()
    segno.make_qr(address, error="l").save(image, kind="svg", border=QUIET, light="white", xmldecl=False, omitsize=True)
    return wire.json({"address": address, "svg": image.getvalue().decode().strip()})


ENDPOINT = Endpoint(
    "POST",
    "/api/codes",
    codes,
    "An address as a QR code",
    "An image that telephones read, for a page's address of at most 1,000 characters. Where that is the address of the "
    "machine itself (localhost), and the server was started with --lan, the code has the address that others reach.",
    CodesRequest,
    lambda _: {"a surface": {"address": EXAMPLE}},
    lambda _: {wire.JSON: orjson.loads(drawn(EXAMPLE))},
)
