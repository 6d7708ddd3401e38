"""A surface or an optimiser is one new file: the catalogue, validation and the page find it by themselves."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, expect

from tests.conftest import ROOT, Server, Watched

OPTIMIZER = '''"""Sign descent: one step of fixed length in each coordinate.

Source: made up for a test.
"""

import numpy as np

from engine.catalog import Optimizer, Parameter


def step(phi, loss, state, h, t):
    return phi - h.learning_rate * np.sign(loss.gradient(phi)), {}


definition = Optimizer(
    label="Sign descent",
    year=2026,
    latex=(r"\\phi^{(t+1)} = \\phi^{(t)} - \\eta\\, \\operatorname{sign} \\nabla L(\\phi^{(t)})",),
    step=step,
    state={},
    parameters=(
        Parameter(
            name="learning_rate", default=0.125, low=1e-3, high=2.0, scale="log", symbol=r"\\eta", unit="[φ]", help="Step."
        ),
    ),
)
'''


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that reads more definitions: CONTRIBUTING's surface, to the letter, and an optimiser."""
    folder = tmp_path_factory.mktemp("definitions")
    (surface,) = re.findall(r"```python\n(.*?)```", (ROOT / "CONTRIBUTING.md").read_text(), re.DOTALL)
    for kind, name, text in (("surfaces", "bump.py", surface), ("optimizers", "sign_descent.py", OPTIMIZER)):
        (folder / kind).mkdir()
        Path(folder / kind / name).write_text(text)
    server = Server(tmp_path_factory.mktemp("own") / "log.txt", FALLLINE_DEFINITIONS=str(folder))
    yield server
    server.stop()


def test_the_catalogue_has_them(own: Server) -> None:
    catalog = httpx.get(own.url + "/api/catalog").json()
    surface = next(s for s in catalog["surfaces"] if s["name"] == "bump")
    assert surface["teaches"].startswith("The origin is a maximum")
    assert surface["critical_points"] == [{"kind": "maximum", "x": 0.0, "y": 0.0, "loss": 2.0}]
    assert next(o for o in catalog["optimizers"] if o["name"] == "sign_descent")["parameters"][0]["default"] == 0.125


def test_requests_are_validated_by_them(own: Server) -> None:
    request = {"surface": {"name": "bump"}, "start": [1.5, 0.5], "steps": 4, "optimizers": [{"name": "sign_descent"}]}
    answer = httpx.post(own.url + "/api/trajectories", json=request).json()
    assert answer["trajectories"][0]["phi"][:3] == [[1.5, 0.5], [1.375, 0.375], [1.25, 0.25]]
    request["optimizers"] = [{"name": "sign_descent", "learning_rate": 3.0}]
    refused = httpx.post(own.url + "/api/trajectories", json=request)
    assert refused.status_code == 422
    assert refused.json()["error"]["field"] == "optimizers[0].learning_rate"
    assert "0.001 and 2" in refused.json()["error"]["message"]


def test_the_page_offers_them(own: Server, browser: Browser) -> None:
    context = browser.new_context(base_url=own.url, viewport={"width": 1400, "height": 900})
    watched = Watched(context.new_page(), own.url)
    watched.page.goto("/")
    watched.page.locator("#surface-select").select_option(label="Bump")
    watched.page.locator("#optimizer-add").select_option(label="Sign descent")
    expect(watched.page.locator("#optimizer-list")).to_contain_text("Sign descent")
    expect(watched.page.locator("#caption")).to_contain_text("The origin is a maximum")
    context.close()
    assert watched.errors == []
