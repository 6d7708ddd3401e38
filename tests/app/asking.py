"""Requests of the API as the tests make them."""

import json
import struct
from typing import Any

import httpx
import numpy as np

JSON = {"Content-Type": "application/json"}
BODIES: dict[str, dict[str, Any]] = {
    "/api/trajectories": {
        "surface": {"name": "rosenbrock", "parameters": {"b": 100}},
        "start": [-1.5, 2],
        "optimizers": [{"name": "adam", "learning_rate": 0.05}],
        "steps": 20,
    },
    "/api/evaluations": {"surface": {"name": "booth"}, "points": [[1, 2]], "order": 2},
    "/api/curvatures": {"surface": {"name": "bowl"}, "points": [[1, 2]], "optimizers": [{"name": "gd"}]},
    "/api/critical_points": {"surface": {"formula": "x^2 - y^2", "x": [-1, 1], "y": [-1, 1]}},
    "/api/grids": {"surface": {"name": "booth"}, "x": [-1, 1], "y": [-2, 2], "resolution": [3, 5]},
    "/api/predictions": {"surface": {"name": "line"}, "phi": [[1, 2]], "u": [0, 1], "resolution": 3},
    "/api/ensembles": {
        "surface": {"name": "line"},
        "optimizers": [{"name": "gd", "learning_rate": 0.02}],
        "steps": 8,
        "batches": {"size": 5},
        "draws": 3,
    },
    "/api/gradients": {"surface": {"name": "line"}, "phi": [1, 0], "batches": {"size": 2}, "count": 4},
    "/api/training/slices": {
        "dataset": {"x": [[0], [1], [2]], "y": [1, 3, 5]},
        "network": {"hidden": [2]},
        "optimizer": {"name": "gd", "learning_rate": 0.02},
        "steps": 3,
        "plane": {"resolution": [2, 3]},
    },
    "/api/formulas": {"formula": "x^2 - y"},
    "/api/rules": {"rule": "m = g; phi = phi - eta*m"},
}


def strict(text: str) -> Any:
    """JSON as the standard has it: no NaN, no Infinity, no number that a float cannot hold."""

    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is not JSON")

    def finite(number: str) -> float:
        assert abs(float(number)) < float("inf"), number
        return float(number)

    return json.loads(text, parse_constant=refuse, parse_float=finite)


def error_of(response: httpx.Response, *statuses: int) -> dict[str, Any]:
    """The error of an answer, which has the one shape."""
    assert response.status_code in (statuses or (400, 422)), response.text
    assert response.headers["content-type"] == "application/json"
    assert len(response.content) <= 4096
    found = strict(response.text)
    assert set(found) == {"error"}
    assert set(found["error"]) - {"line"} == {"code", "message", "field", "position"}
    message = found["error"]["message"]
    assert message and "Traceback" not in message and ".py" not in message
    return found["error"]


def with_raw(path: str, place: str, text: str) -> str:
    """A good body of a route, with raw JSON text at a place such as `optimizers.0.beta`."""
    body = json.loads(json.dumps(BODIES[path]))
    *outer, last = [int(part) if part.isdecimal() else part for part in place.split(".")]
    target = body
    for part in outer:
        target = target[part]
    target[last] = "@here@"
    return json.dumps(body).replace('"@here@"', text)


def post(client: httpx.Client, path: str, body: Any, **headers: str) -> httpx.Response:
    """Post an object, or raw text."""
    content = body if isinstance(body, (str, bytes)) else json.dumps(body)
    return client.post(path, content=content, headers=JSON | {k.replace("_", "-"): v for k, v in headers.items()})


def answered(client: httpx.Client, path: str, body: Any) -> Any:
    """The JSON of an answer that must succeed."""
    response = post(client, path, body)
    assert response.status_code == 200, response.text
    return strict(response.text)


def path_of(client: httpx.Client, surface: Any, optimizer: dict[str, Any], start: Any, steps: int) -> dict[str, Any]:
    """The only path of a request with one optimiser."""
    body = {"surface": surface, "start": start, "optimizers": [optimizer], "steps": steps}
    (trajectory,) = answered(client, "/api/trajectories", body)["trajectories"]
    return trajectory


def decode_planes(content: bytes) -> tuple[dict[str, Any], Any]:
    """The header of float32 planes, and a function from a described plane to its array."""
    (length,) = struct.unpack_from("<I", content)
    assert (4 + length) % 4 == 0
    header = strict(content[4 : 4 + length].decode())
    assert header["format"] == "fallline-planes-1"
    floats = np.frombuffer(content, "<f4", offset=4 + length)

    def plane(described: dict[str, Any]) -> Any:
        size = int(np.prod(described["shape"]))
        return floats[described["offset"] : described["offset"] + size].reshape(described["shape"])

    return header, plane
