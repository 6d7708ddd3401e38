"""The Dockerfile, Compose and Caddy, as far as they can be tried without their engines; `make soak` runs Caddy itself."""

import fnmatch
import json
import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

from app.files import File
from app.pages import bundled
from app.settings import Settings
from tests.conftest import Server

ROOT = Path(__file__).parents[1]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
COMPOSE = (ROOT / "deploy" / "compose.yaml").read_text()
CADDYFILE = (ROOT / "deploy" / "Caddyfile").read_text()


def test_what_is_copied_into_the_image_is_there_and_is_not_left_out() -> None:
    left_out = (ROOT / ".dockerignore").read_text().split()
    copied = [name for line in re.findall(r"^COPY (?!--)(.+)$", DOCKERFILE, re.MULTILINE) for name in line.split()[:-1]]
    assert {"app", "engine", "static", "templates", "pyproject.toml", "constraints.txt"} <= set(copied)
    for name in copied:
        assert (ROOT / name).exists(), name
        assert not any(fnmatch.fnmatch(name, pattern) for pattern in left_out), name


def test_every_variable_of_ours_is_a_setting() -> None:
    of_caddy = {"FALLLINE_SITE", "FALLLINE_UPSTREAM", "FALLLINE_HTTP_PORT", "FALLLINE_HTTPS_PORT"}
    known = {setting.variable for setting in Settings().listed()} | of_caddy
    for text in (DOCKERFILE, COMPOSE, CADDYFILE):
        assert set(re.findall(r"FALLLINE_[A-Z_]+", text)) <= known


def test_the_folder_that_may_be_written_is_the_volume_and_the_rest_is_read_only() -> None:
    (volume,) = re.findall(r'volumes: \["cache:(\S+)"\]', COMPOSE)
    for variable in ("NUMBA_CACHE_DIR", "FALLLINE_CACHE"):
        assert re.search(rf"{variable}={volume}/\w+", DOCKERFILE)
    services = re.split(r"^  (?=\w+:$)", COMPOSE, flags=re.MULTILINE)[1:3]
    assert [service.split(":")[0] for service in services] == ["fallline", "caddy"]
    for service in services:
        for line in ("read_only: true", "cap_drop: [ALL]", "no-new-privileges:true", "mem_limit:", "restart:"):
            assert line in service, (service.split(":")[0], line)
    assert "USER fallline" in DOCKERFILE and "cap_add" not in services[0]


def test_the_proxy_tells_the_server_of_clients_that_have_gone_and_lets_idle_connections_go_first() -> None:
    directives = re.sub(r"#.*", "", CADDYFILE)
    assert directives.count("{") == directives.count("}")
    assert "flush_interval" not in directives
    (seconds,) = re.findall(r"keepalive (\d+)s", directives)
    assert int(seconds) < 5  # uvicorn's own
    assert "reverse_proxy {$FALLLINE_UPSTREAM:fallline:8000}" in directives and "path /metrics" in directives


def test_caddy_waits_for_a_header_as_long_as_the_server() -> None:
    assert f"read_header {Settings().header_seconds:g}s" in CADDYFILE


def test_the_health_check_of_the_image_passes_with_a_server_and_fails_without(server: Server) -> None:
    (command,) = re.findall(r'CMD (\["python", "-c".*\])', DOCKERFILE)
    _, *arguments = json.loads(command)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        nobody = probe.getsockname()[1]
    for port, code in ((server.port, 0), (nobody, 1)):
        asked = [sys.executable, *(part.replace(":8000/", f":{port}/") for part in arguments)]
        assert subprocess.run(asked, capture_output=True, timeout=30, check=False).returncode == code


def test_the_health_check_is_one_that_every_builder_of_images_knows() -> None:
    (options,) = re.findall(r"^HEALTHCHECK (--.*) ", DOCKERFILE, re.MULTILINE)
    named = {option.partition("=")[0] for option in options.split()}
    assert named <= {"--interval", "--timeout", "--start-period", "--retries"}  # --start-interval: Docker 25 alone
    assert "--interval=10s" in options  # Caddy waits in Compose until the first has passed


def test_a_server_writes_to_its_cache_alone(tmp_path: Path) -> None:
    """As in a container whose root is read-only, but for the compiled kernels, which are there."""

    def tree() -> dict[str, float]:
        folders = (ROOT / name for name in ("app", "engine", "static", "templates"))
        return {str(path): path.stat().st_mtime for folder in folders for path in [folder, *folder.rglob("*")]}

    before = tree()
    kept = ROOT / Settings().cache
    (tmp_path / "files").mkdir()
    for path in bundled().values():  # to compress the large ones takes seconds
        for encoding in ("gzip", "br"):
            name = f"{File.read(path).digest}.{encoding}"
            if (kept / name).exists():
                shutil.copy(kept / name, tmp_path / "files")
    own = {"FALLLINE_CACHE": str(tmp_path / "files"), "HOME": str(tmp_path), "TMPDIR": str(tmp_path)}
    running = Server(tmp_path / "log.txt", options=("--workers", "2"), PYTHONDONTWRITEBYTECODE="1", **own)
    running.stop()
    assert tree() == before
    assert len(os.listdir(tmp_path / "files")) > 50
    assert not [path for path in tmp_path.iterdir() if path.name.startswith("fallline")]  # the workers' counts are gone
