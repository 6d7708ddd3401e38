"""The addresses at which others in the same network reach this machine, and a QR code to open the first of them."""

from __future__ import annotations

import io
import ipaddress
import socket
from collections.abc import Sequence

import ifaddr
import segno


def addresses() -> list[str]:
    """The machine's IPv4 addresses besides loopback: the one that leads out first, then as the system lists them."""
    found = [
        address.ip
        for adapter in ifaddr.get_adapters()
        for address in adapter.ips
        if isinstance(address.ip, str) and _reachable(address.ip)
    ]
    first = _way_out()
    return sorted(dict.fromkeys(found), key=lambda ip: ip != first)


def _reachable(ip: str) -> bool:
    known = ipaddress.ip_address(ip)
    return not (known.is_loopback or known.is_link_local or known.is_unspecified)


def _way_out() -> str | None:
    """The address from which a packet would leave; none is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # an address that documents use and nobody has
        except OSError:  # no network at all
            return None
        return str(probe.getsockname()[0])


def announcement(port: int, links: Sequence[str]) -> str:
    """What the one who starts the server reads, and may hold up to the hall."""
    here = f"Fall Line: http://127.0.0.1:{port}"
    if not links:
        return f"{here}\nThis machine has no address that others could reach."
    drawn = io.StringIO()
    segno.make(links[0], error="m").terminal(drawn, compact=True, border=2)
    others = "".join(f"\n           {link}" for link in links)
    return f"{here}\nIn the same network:{others}\n{drawn.getvalue()}"
