"""Static files: read once, compressed once, under addresses with a hash of their content.

A page asks for `/static/<hash of all files>/js/main.js`; what that imports, by relative addresses, is under the same
hash, so browsers may keep every file for ever. Without the hash a file is served too, to be asked for again each time.
Only files that were found at the start are served: no address ever becomes a path.
"""

from __future__ import annotations

import gzip
import hashlib
import posixpath
import re
import threading
from dataclasses import dataclass, field
from pathlib import Path

import brotli
from starlette.requests import Request
from starlette.responses import Response

from app.errors import Problem
from app.exchange import matches
from app.serving.memory import give_back
from app.serving.sending import LargeFile

TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".html": "text/html; charset=utf-8",
    ".woff2": "font/woff2",
    ".json": "application/json",
}
COMPRESSED = {".js", ".css", ".svg", ".html", ".json"}
IMPORT = re.compile(r'^(?:import|export|\} from)\b[^;"]*"(\.[^"]+)"', re.MULTILINE)
FOR_EVER = "public, max-age=31536000, immutable"
LARGE = 500_000
"""Bytes from which a file is compressed beside the running server, for it takes seconds."""


@dataclass
class File:
    """A file's bytes, plain and compressed. A large one is not held in memory but read when it is asked for."""

    path: Path
    held: bytes | None
    kind: str
    digest: str
    encodings: dict[str, bytes | Path] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> File:
        body = path.read_bytes()
        return cls(path, body, TYPES[path.suffix], hashlib.blake2b(body, digest_size=8).hexdigest())

    @property
    def body(self) -> bytes:
        return self.path.read_bytes() if self.held is None else self.held


class Files:
    """All files that are served; `versions` gives each the address under which it may be kept for ever."""

    def __init__(self, static: Path, cache: Path, more: dict[str, Path], send_seconds: float) -> None:
        self.static, self.cache, self.send_seconds = static, cache, send_seconds
        self.tree = ""
        self.addresses: dict[str, tuple[File, str]] = {}
        self.versions: dict[str, str] = {}
        self.reached: dict[str, list[str]] = {}
        for name, path in more.items():
            file = self._read(path)
            stem, dot, extension = name.rpartition(".")
            self._serve(name, file, f"{stem}-{file.digest}{dot}{extension}")
        self.read_tree()

    def read_tree(self) -> None:
        """Read the folder of static files, again if it has changed."""
        paths = sorted(path for path in self.static.rglob("*") if path.is_file() and path.suffix in TYPES)
        found = {path.relative_to(self.static).as_posix(): self._read(path) for path in paths}
        tree = hashlib.blake2b("".join(f"{n}{f.digest}" for n, f in found.items()).encode(), digest_size=8).hexdigest()
        if tree != self.tree:
            self.tree, self.reached = tree, {}
            for name, file in found.items():
                self._serve(name, file, f"{tree}/{name}")

    def modules(self, entry: str) -> list[str]:
        """The addresses of a module and of all that it imports, so that a browser can ask for all at once."""
        if entry in self.reached:
            return self.reached[entry]
        found, left = [], [entry]
        while left:
            name = left.pop(0)
            if name not in found and name in self.addresses:
                found.append(name)
                text = self.addresses[name][0].body.decode()
                left += [posixpath.normpath(posixpath.join(name, "..", near)) for near in IMPORT.findall(text)]
        self.reached[entry] = [self.versions[name] for name in found]
        return self.reached[entry]

    def _serve(self, name: str, file: File, version: str) -> None:
        self.addresses[name] = (file, "no-cache")
        self.addresses[version] = (file, FOR_EVER)
        self.versions[name] = f"/static/{version}"

    def _read(self, path: Path) -> File:
        file = File.read(path)
        if path.suffix in COMPRESSED:
            if path.stat().st_size > LARGE and not self._kept(file, "br").exists():
                threading.Thread(target=self._compress_aside, args=(file,), daemon=True).start()
            else:
                self._compress(file)
        return file

    def _compress_aside(self, file: File) -> None:
        self._compress(file)
        give_back()

    def _kept(self, file: File, encoding: str) -> Path:
        return self.cache / f"{file.digest}.{encoding}"

    def _compress(self, file: File) -> None:
        for encoding in ("gzip", "br"):
            kept = self._kept(file, encoding)
            try:
                packed = kept.read_bytes()
            except OSError:
                body = file.body
                packed = gzip.compress(body, 9, mtime=0) if encoding == "gzip" else brotli.compress(body, quality=11)
                self._keep(kept, packed)
            if len(packed) < file.path.stat().st_size:
                file.encodings[encoding] = kept if len(packed) > LARGE and kept.exists() else packed
        if file.path.stat().st_size > LARGE:
            file.held = None

    @staticmethod
    def _keep(path: Path, packed: bytes) -> None:
        """Write for the next start; where that is not possible, it is compressed again then."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            partial = path.with_suffix(f"{path.suffix}.{threading.get_ident()}")
            partial.write_bytes(packed)
            partial.replace(path)
        except OSError:
            pass

    async def answer(self, request: Request) -> Response:
        """The file of an address under /static/."""
        found = self.addresses.get(request.path_params["name"])
        if found is None:
            raise Problem(404, "There is no such file.")
        file, keep = found
        tag = f'"{file.digest}"'
        headers = {"etag": tag, "cache-control": keep, "vary": "Accept-Encoding"}
        if matches(request.headers.get("if-none-match"), tag):
            return Response(None, 304, headers)
        wanted = {part.partition(";")[0].strip() for part in request.headers.get("accept-encoding", "").split(",")}
        for encoding in ("br", "gzip"):
            if encoding in wanted and encoding in file.encodings:
                packed = file.encodings[encoding]
                return self._sent(packed, headers | {"content-encoding": encoding}, file.kind)
        return self._sent(file.path if file.held is None else file.held, headers, file.kind)

    def _sent(self, body: bytes | Path, headers: dict[str, str], kind: str) -> Response:
        if isinstance(body, Path):
            return LargeFile(body, headers, kind, self.send_seconds)
        return Response(body, 200, headers, kind)
