"""The same request has the same bytes: on every machine where arithmetic is all there is, else on machines alike."""

import json

import httpx
import numpy as np
import pytest

from tests.app.asking import BODIES, post
from tests.app.golden import ALIKE, CLASS, EVERYWHERE, FILE, hash_of, losses_of, planes
from tests.conftest import Server

GOLDEN = json.loads(FILE.read_text())


@pytest.mark.parametrize("name", EVERYWHERE)
def test_what_is_arithmetic_alone_has_one_hash_on_every_machine(client: httpx.Client, name: str) -> None:
    assert [hash_of(client, *EVERYWHERE[name]), planes(client, EVERYWHERE[name])] == GOLDEN["everywhere"][name]


@pytest.mark.parametrize("name", ALIKE)
def test_the_rest_has_one_hash_on_processors_of_a_kind_and_close_numbers_on_others(
    client: httpx.Client, name: str
) -> None:
    for found, expected in zip(losses_of(client, *ALIKE[name]), GOLDEN["losses"][name], strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-6)
    if CLASS in GOLDEN["alike"]:
        assert hash_of(client, *ALIKE[name]) == GOLDEN["alike"][CLASS][name]


def test_a_server_that_was_started_again_gives_the_same_bytes_and_tags(tmp_path, client: httpx.Client) -> None:
    running = Server(tmp_path / "log.txt")
    try:
        with httpx.Client(base_url=running.url, timeout=30) as other:
            for path, body in BODIES.items():
                first, second = post(client, path, body), post(other, path, body)
                assert (first.content, first.headers["etag"]) == (second.content, second.headers["etag"]), path
            for path in ("/api/catalog", "/api/limits", "/openapi.json", "/", "/training", "/limits"):
                first, second = client.get(path), other.get(path)
                assert (first.content, first.headers["etag"]) == (second.content, second.headers["etag"]), path
    finally:
        running.stop()
