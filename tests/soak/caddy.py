"""Our Caddyfile, run by a real Caddy before a server, with certificates of an authority of its own.

What the file lets one set is set: the site's name, the ports, the server's address. All else is what is shipped.
FALLLINE_CADDY names a Caddy to be tried in place of the installed one; Debian's is installed where we may.
"""

import http.client
import os
import shutil
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from tests.benchmarks.worker import ROOT, free_port
from tests.browser.chromium import apt, with_apt
from tests.soak.serving import Answer, answer_of

CADDYFILE = ROOT / "deploy" / "Caddyfile"
SITE = "localhost"
MISSING = "It needs Caddy: install it (Debian has it), or name one in FALLLINE_CADDY."


def find() -> str | None:
    """The path of a Caddy, installed first where that is possible; or None."""
    named = os.environ.get("FALLLINE_CADDY")
    if named:
        return named if Path(named).exists() else None
    if shutil.which("caddy") is None and with_apt():
        apt("update")
        apt("install", "-y", "--no-install-recommends", "caddy")
    return shutil.which("caddy")


class Caddy:
    """A Caddy that answers when the constructor returns."""

    def __init__(self, program: str, upstream: int) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="soak-caddy-"))
        self.port, self.plain = free_port(), free_port()
        environment = {
            "FALLLINE_SITE": SITE,
            "FALLLINE_UPSTREAM": f"127.0.0.1:{upstream}",
            "FALLLINE_HTTPS_PORT": str(self.port),
            "FALLLINE_HTTP_PORT": str(self.plain),
            **{f"XDG_{name}_HOME": str(self.home / name.lower()) for name in ("DATA", "CONFIG")},
        }
        command = [program, "run", "--adapter", "caddyfile", "--config", str(CADDYFILE)]
        with (self.home / "log.txt").open("wb") as out:
            self.process = subprocess.Popen(command, env=os.environ | environment, stdout=out, stderr=out)
        self.trust = self._trust()

    def _trust(self) -> ssl.SSLContext:
        """What trusts its authority and nobody else, once it answers."""
        root = self.home / "data" / "caddy" / "pki" / "authorities" / "local" / "root.crt"
        begun = time.monotonic()
        while time.monotonic() - begun < 30 and self.process.poll() is None:
            try:
                trust = ssl.create_default_context(cafile=root)
                with self._secured(trust, 2):
                    return trust
            except OSError:
                time.sleep(0.05)
        self.process.kill()
        raise SystemExit(f"Caddy did not start:\n{self.log[-2000:]}")

    @property
    def log(self) -> str:
        return (self.home / "log.txt").read_text()

    @property
    def url(self) -> str:
        return f"https://{SITE}:{self.port}"

    def _secured(self, trust: ssl.SSLContext, seconds: float) -> ssl.SSLSocket:
        link = socket.create_connection(("127.0.0.1", self.port), timeout=seconds)
        try:
            return trust.wrap_socket(link, server_hostname=SITE)
        except BaseException:
            link.close()
            raise

    def connect(self, seconds: float = 30) -> ssl.SSLSocket:
        """A connection whose certificate has been looked at."""
        return self._secured(self.trust, seconds)

    def connection(self) -> http.client.HTTPConnection:
        """One that asks and reads."""
        made = http.client.HTTPConnection(SITE, self.port, timeout=60)
        made.sock = self.connect(60)
        return made

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """The answer to a connection of its own."""
        return answer_of(self.connection(), method, path, body, **headers)

    def raw(self, sent: bytes) -> bytes:
        """What comes until Caddy closes."""
        with self.connect() as link:
            link.sendall(sent)
            return everything(link)

    def resident_megabytes(self) -> float:
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0]) / 1024

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait(20)


def everything(link: socket.socket) -> bytes:
    received = b""
    try:
        while part := link.recv(65536):
            received += part
    except OSError:
        pass
    return received


@contextmanager
def behind(program: str, port: int) -> Iterator[str]:
    """The address of a server behind Caddy."""
    with Caddy(program, port) as caddy:
        yield caddy.url


def shipped(program: str) -> dict[str, bool]:
    """What Caddy itself says of the file: that it is valid, and written as it would write it."""
    named = ["--adapter", "caddyfile", "--config", str(CADDYFILE)]
    valid = subprocess.run([program, "validate", *named], capture_output=True, check=False)
    written = subprocess.run([program, "fmt", str(CADDYFILE)], capture_output=True, check=False)
    quiet = b'"level":"warn"' not in valid.stderr and b'"level":"error"' not in valid.stderr
    return {
        "valid": valid.returncode == 0,
        "without a warning": quiet,
        "formatted": written.stdout == CADDYFILE.read_bytes(),
    }


def version(program: str) -> str:
    """Its version, without the sum behind it."""
    told = subprocess.run([program, "version"], capture_output=True, text=True, check=True).stdout
    return told.split()[0].removeprefix("v")
