"""Hostile formulas and bodies of the reference through HTTP: refused in one shape, or right; and the server lives on."""

import json
import math
import socket

import pytest

from tests.conftest import REFERENCE

from .asking import BODIES, error_of, post, strict, with_raw

HOSTILE = json.loads((REFERENCE / "hostile_inputs.json").read_text(encoding="utf-8"))


def text_of(case):
    """The text of a case, or what its generator makes."""
    return case["formula"] if "formula" in case else "".join(part * count for part, count in case["gen"])


def ask(client, formula, points):
    surface = {"formula": formula, "x": [-5, 5], "y": [-5, 5]}
    return post(client, "/api/evaluations", {"surface": surface, "points": points, "order": 0})


def matches(found, expected):
    if expected in ("nonfinite", "nonfinite_or_zero"):
        return found is None or (expected == "nonfinite_or_zero" and found == 0)
    return found is not None and math.isclose(found, expected, rel_tol=1e-9, abs_tol=1e-12)


@pytest.mark.parametrize("case", HOSTILE["formulas"], ids=lambda case: case["id"])
def test_a_hostile_formula_is_refused_in_a_sentence_or_right(client, case):
    checks = case.get("check", [])
    points = [check[:2] for check in checks] or [[0.5, -0.5], [2, 3]]
    response = ask(client, text_of(case), points)
    if case["expect"] == "accept":
        assert response.status_code == 200, response.text
    if case["expect"] == "reject":
        assert response.status_code != 200, response.text
    if response.status_code == 200:
        found = strict(response.text)["loss"]
        assert all(matches(value, check[2]) for value, check in zip(found, checks, strict=False)), found
        if case["expect"] == "reject_or_nonfinite":
            assert found == [None] * len(points)
    else:
        assert len(error_of(response, 400, 413, 422)["message"]) <= 300


API = [case for case in HOSTILE["api"] if case["role"] in ("trajectory", "surface") and "method" not in case]
FIELDS = {
    "trajectory": {
        "lr": "optimizers.0.learning_rate",
        "beta2": "optimizers.0.gamma",
        "eps": "optimizers.0.epsilon",
        "optimizer": "optimizers.0.name",
        "learnig_rate": "optimizers.0.learnig_rate",
        "steps": "steps",
        "x0": "start.0",
        "formula": "surface.formula",
        "__proto__": "__proto__",
    },
    "surface": {"xlim": "x", "resolution": "resolution"},
}


def body_of(case):
    """The case's body in our fields."""
    if "body_text" in case:
        return case["body_text"]
    if "body_gen" in case:
        return "".join(part * count for part, count in case["body_gen"])
    path = "/api/trajectories" if case["role"] == "trajectory" else "/api/grids"
    ((name, raw),) = case.get("set_raw", {"steps": "20"}).items()
    if name == "formula":
        return with_raw(path, "surface", f'{{"formula": {raw}, "x": [-1, 1], "y": [-1, 1]}}')
    return with_raw(path, FIELDS[case["role"]][name], raw)


@pytest.mark.parametrize("case", API, ids=lambda case: case["id"])
def test_a_hostile_body_is_answered_as_the_reference_says(client, case):
    path = "/api/trajectories" if case["role"] == "trajectory" else "/api/grids"
    headers = {name.replace("-", "_").title(): value for name, value in case.get("headers", {}).items()}
    response = post(client, path, body_of(case).encode("utf-8", "surrogatepass"), **headers)
    assert response.status_code in case["expect_status"], response.text
    if response.status_code == 200:
        strict(response.text)
    else:
        error_of(response, response.status_code)
    assert client.get("/health/live", timeout=0.5).status_code == 200


def raw_of(case):
    """The bytes of a case that is about a method, a path or a header rather than about a body."""
    content = json.dumps(BODIES["/api/trajectories"]).encode()
    head = "Host: a\r\nConnection: close\r\n"
    head += "".join(f"{name}: {value}\r\n" for name, value in case.get("headers", {}).items())
    if case["role"] == "raw":
        return case["raw"].encode()
    if case["role"] in ("static", "page"):
        return f"GET {case.get('path', '/')} HTTP/1.1\r\n{head}\r\n".encode()
    if case["role"] == "ws":
        upgrade = "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
        return f"GET / HTTP/1.1\r\n{head.replace('close', 'Upgrade')}{upgrade}\r\n".encode()
    if case["role"] == "session_stream":
        head += "Accept: text/event-stream\r\n"
    head += f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
    return f"{case.get('method', 'POST')} /api/trajectories HTTP/1.1\r\n{head}".encode() + content


WIRE = [
    case
    for case in HOSTILE["api"]
    if case["role"] in ("raw", "static", "page", "ws")
    or "method" in case
    or (case["role"] == "session_stream" and "Last-Event-ID" in case.get("headers", {}))
]


@pytest.mark.parametrize("case", WIRE, ids=lambda case: case["id"])
def test_hostile_bytes_are_answered_as_the_reference_says(server, client, case):
    """There is no WebSocket here: a request to become one is answered as the page that it names, or closed."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        connection.sendall(raw_of(case))
        received = b""
        while b"\r\n\r\n" not in received and (part := connection.recv(65536)):
            received += part
    status = int(received.split()[1]) if received else "close"
    expected = {*case["expect_status"], *({200} if case["role"] == "ws" else ())}
    assert status in expected or str(status) in expected, received[:300]
    assert b"101" not in received[:20] and b"root:" not in received
    if "csp_header" in case["must"]:
        assert b"content-security-policy: default-src 'none'" in received and b"nosniff" in received
    assert client.get("/health/live", timeout=0.5).status_code == 200


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e400", "-1e400"])
@pytest.mark.parametrize(("path", "place"), [("/api/trajectories", "optimizers.0.learning_rate"), ("/api/trajectories", "start.1"), ("/api/trajectories", "steps"), ("/api/trajectories", "surface.parameters.b"), ("/api/grids", "x.0"), ("/api/evaluations", "points.0.0"), ("/api/predictions", "u.1")])  # fmt: skip
def test_a_number_that_is_none_is_refused_with_its_field(client, number, path, place):
    error = error_of(post(client, path, with_raw(path, place, number)), 422)
    assert error["field"].replace("[", ".").replace("]", "").startswith(place.split(".")[0])


@pytest.mark.parametrize("path", BODIES)
@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "{}{}",
        "nul",
        "{'a': 1}",
        '{"a": 1,}',
        "[" * 30_000,
        '{"a":' * 5_000,
        b"\xff\xfe",
        b'{"a": "\xed\xa0\x80"}',
    ],
)
def test_what_is_not_json_is_refused(client, path, body):
    error_of(post(client, path, body), 400)


@pytest.mark.parametrize("path", BODIES)
@pytest.mark.parametrize("body", ["null", "[]", "1", '"text"', "{}"])
def test_json_that_is_no_request_is_refused(client, path, body):
    error_of(post(client, path, body), 422)


@pytest.mark.parametrize("path", BODIES)
def test_every_route_refuses_unknown_fields(client, path):
    error = error_of(post(client, path, BODIES[path] | {"surprise": 1}), 422)
    assert error["field"] == "surprise"


@pytest.mark.parametrize("path", BODIES)
def test_nothing_of_a_refused_body_comes_back(client, path):
    secret = "s3cret" * 9000
    for body in (BODIES[path] | {"surprise": secret}, BODIES[path] | {secret: 1}, [secret]):
        response = post(client, path, body)
        error_of(response, 422)
        assert response.text.count("s3cret") <= 40
    error_of(post(client, path, '"' + secret), 400)


@pytest.mark.parametrize("path", BODIES)
@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""]
)
def test_another_content_type_is_refused(client, path, kind):
    error_of(post(client, path, BODIES[path], Content_Type=kind), 415)


def test_the_content_type_may_have_parameters(client):
    assert (
        post(client, "/api/formulas", {"formula": "x"}, Content_Type="Application/JSON; charset=utf-8").status_code
        == 200
    )


def test_a_body_that_is_too_large_is_refused_declared_or_not(client):
    large = json.dumps({"formula": "x" * 70_000})
    error_of(post(client, "/api/formulas", large), 413)

    def chunks():
        for at in range(0, len(large), 1000):
            yield large[at : at + 1000].encode()

    error_of(client.post("/api/formulas", content=chunks(), headers={"Content-Type": "application/json"}), 413)


def test_a_body_in_chunks_is_a_body(client):
    response = client.post(
        "/api/formulas", content=iter([b'{"form', b'ula": "x"', b"}"]), headers={"Content-Type": "application/json"}
    )
    assert response.status_code == 200


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/api/trajectories", 405), ("DELETE", "/api/catalog", 405), ("OPTIONS", "/api/trajectories", 405), ("FOO", "/api/trajectories", 400), ("GET", "/api/nothing", 404), ("POST", "/nothing", 404), ("GET", "/api/trajectories/", 404), ("PUT", "/", 405)])  # fmt: skip
def test_another_method_or_address_is_refused_in_the_same_shape(client, method, path, status):
    assert error_of(client.request(method, path), status)["field"] is None
