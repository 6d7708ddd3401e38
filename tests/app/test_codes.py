"""Codes for a hall: what a telephone reads from the image is the address."""

import re

import httpx
import pytest
import segno

from tests.app.asking import error_of, post
from tests.conftest import Server

ADDRESS = "https://fallline.example/?surface=beale&start=1,2#stage"


def modules(svg: str) -> set[tuple[int, int]]:
    """The dark modules of an image: its path is drawn of horizontal strokes, a module high."""
    (path,) = re.findall(r'd="(M[^"]*)"', re.sub(r"<path fill.*?/>", "", svg))
    dark, x, y = set(), 0.0, 0.0
    for kind, numbers in re.findall(r"([Mmh])([-\d. ]+)", path):
        steps = [float(number) for number in re.findall(r"-?[\d.]+", numbers)]
        if kind == "h":
            dark |= {(round(x) + k, round(y - 0.5)) for k in range(round(steps[0]))}
            x += steps[0]
        else:
            x, y = (steps[0], steps[1]) if kind == "M" else (x + steps[0], y + steps[1])
    return dark


def test_the_image_has_the_modules_of_the_address_within_a_quiet_zone(client: httpx.Client) -> None:
    found = post(client, "/api/codes", {"address": ADDRESS}).json()
    assert found["address"] == ADDRESS
    code = segno.make_qr(ADDRESS, error="l")
    expected = {(x + 4, y + 4) for y, row in enumerate(code.matrix) for x, bit in enumerate(row) if bit}
    assert modules(found["svg"]) == expected
    assert "<script" not in found["svg"] and 'fill="#fff"' in found["svg"].replace("white", "#fff")


@pytest.mark.parametrize(
    "address", ["", "javascript:alert(1)", "/training", "http://", "http://a b", "http://ä", "ftp://a", "http://a\n"]
)
def test_what_is_no_address_of_a_page_is_refused(client: httpx.Client, address: str) -> None:
    assert error_of(post(client, "/api/codes", {"address": address}))["field"] == "address"


def test_the_longest_address_is_drawn_and_a_longer_one_refused(client: httpx.Client) -> None:
    address = ADDRESS + "a" * (1000 - len(ADDRESS))
    assert post(client, "/api/codes", {"address": address}).status_code == 200
    assert error_of(post(client, "/api/codes", {"address": address + "a"}))["field"] == "address"


def test_in_a_hall_the_machine_s_own_name_becomes_the_address_that_others_reach(tmp_path) -> None:
    running = Server(tmp_path / "log.txt", FALLLINE_PUBLIC_ADDRESS="http://192.168.7.8:8000")
    try:
        with httpx.Client(base_url=running.url) as client:
            for host in ("127.0.0.1:8000", "localhost:8000", "[::1]:8000"):
                told = post(client, "/api/codes", {"address": f"http://{host}/training?seed=1"}).json()["address"]
                assert told == "http://192.168.7.8:8000/training?seed=1"
            assert post(client, "/api/codes", {"address": ADDRESS}).json()["address"] == ADDRESS
    finally:
        running.stop()
