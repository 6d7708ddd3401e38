"""Static files: compressed once, kept for ever by their content, and nothing but what was found at the start."""

import gzip
import re

import brotli
import httpx
import pytest

LINKED = re.compile(r'(?:src|href|data-plotly)="(/static/[^"]+)"')


@pytest.fixture(scope="module")
def linked(client: httpx.Client) -> list[str]:
    """The addresses that the page names."""
    return LINKED.findall(client.get("/").text)


def test_what_the_page_names_may_be_kept_for_ever(client: httpx.Client, linked: list[str]) -> None:
    assert len(linked) > 5
    for address in linked:
        response = client.get(address)
        assert response.status_code == 200
        assert "immutable" in response.headers["cache-control"]


def test_what_scripts_import_is_found_beside_them(client: httpx.Client, linked: list[str]) -> None:
    main = next(address for address in linked if address.endswith("main.js"))
    for name in re.findall(r'from "\./([^"]+)"', client.get(main).text):
        assert client.get(main.replace("main.js", name)).headers["content-type"].startswith("text/javascript")


def test_an_address_without_a_hash_is_asked_for_again_each_time(client: httpx.Client) -> None:
    first = client.get("/static/js/main.js")
    assert first.headers["cache-control"] == "no-cache"
    again = client.get("/static/js/main.js", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_the_compressed_bytes_are_the_file(client: httpx.Client) -> None:
    plain = client.get("/static/css/tokens.css", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    for encoding, unpack in (("br", brotli.decompress), ("gzip", gzip.decompress)):
        with client.stream("GET", "/static/css/tokens.css", headers={"Accept-Encoding": encoding}) as packed:
            assert packed.headers["content-encoding"] == encoding
            assert unpack(b"".join(packed.iter_raw())) == plain.content


def test_the_first_visit_is_well_below_its_limit(client: httpx.Client, linked: list[str]) -> None:
    sizes = {}
    for address in {*linked, "/", "/api/catalog"}:
        with client.stream("GET", address, headers={"Accept-Encoding": "br, gzip"}) as response:
            sizes[address] = len(b"".join(response.iter_raw()))
    assert sum(sizes.values()) < 1.6e6


@pytest.mark.parametrize(
    "path",
    [
        "/static/..%2f..%2fetc/passwd",
        "/static/%2e%2e/pyproject.toml",
        "/static//etc/passwd",
        "/static/js",
        "/static/js/",
        "/static/js/main.js%00.css",
        "/static/deadbeef/js/main.js",
    ],
)
def test_an_address_never_becomes_a_path(client: httpx.Client, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 404
    assert response.json()["error"]["code"] == "not_found"
