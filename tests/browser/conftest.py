"""Pages that stay open from test to test: who only wants a state goes there, and nothing is loaded anew."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.browser.lab import Lab
from tests.browser.training_lab import TrainingLab
from tests.conftest import Pages, Watched

LEAVE = """() => {
  document.activeElement?.blur();
  for (const sheet of document.querySelectorAll(":popover-open")) sheet.hidePopover();
  for (const part of document.querySelectorAll("details")) part.open = false;
  for (const table of document.querySelectorAll("[data-table][aria-pressed=true]")) table.click();
  for (const part of document.querySelectorAll("*")) if (part.scrollTop || part.scrollLeft) part.scrollTo(0, 0);
  document.querySelector("#network")?.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape" })); // no unit, no input
  const playing = document.querySelector("#play[aria-label=Pause]");
  playing?.click();
}"""
"""What a visit may leave in a page beside its address."""

MEDIA: dict[str, Any] = {"color_scheme": "light", "reduced_motion": "no-preference"}
"""What a test may set of the window, as it is where nobody set it."""

Stays = dict[str, tuple[Watched, Lab | TrainingLab]]
Staying = Callable[[type[Lab | TrainingLab]], Lab | TrainingLab]


@pytest.fixture(scope="session")
def stays(pages: Pages) -> Stays:
    """The pages that are open, by their kind and window; they end with the browser of `pages`."""
    return {}


@pytest.fixture
def staying(
    request: pytest.FixtureRequest, stays: Stays, pages: Pages, base_url: str, context_options: dict[str, Any]
) -> Iterator[Staying]:
    """A page that may be open already. After the test there must be no console error and no foreign request, and a page
    in which a test has failed is closed."""
    used: list[str] = []
    failed = request.session.testsfailed

    def lab(kind: type[Lab | TrainingLab]) -> Lab | TrainingLab:
        key = f"{kind.path} {json.dumps(context_options, sort_keys=True)}"
        if key not in stays:
            watched = Watched(pages(context_options), base_url)
            stays[key] = watched, kind(watched.page)
        used.append(key)
        _, found = stays[key]
        found.page.set_viewport_size(context_options["viewport"])
        found.page.emulate_media(**{name: context_options.get(name, usual) for name, usual in MEDIA.items()})
        found.forget()
        return found

    yield lab
    for key in used:
        watched, found = stays.pop(key)
        if request.session.testsfailed == failed:
            found.page.mouse.move(0, 0)
            found.page.evaluate(LEAVE)
            watched.check_so_far()
            stays[key] = watched, found
        else:
            watched.close()


@pytest.fixture
def surface_lab(staying: Staying) -> Lab:
    """The surface lab in a page that may be open already."""
    found = staying(Lab)
    assert isinstance(found, Lab)
    return found


@pytest.fixture
def training_lab(staying: Staying) -> TrainingLab:
    """The training lab in a page that may be open already."""
    found = staying(TrainingLab)
    assert isinstance(found, TrainingLab)
    return found
