"""What the server would refuse for its length is told before it is sent, on both pages."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.lab import Lab
from tests.browser.training_lab import TrainingLab
from tests.conftest import Server, Watched

THREE = "v=1&dp=n:60&h=4&b=10&o=sgd;adam;momentum"


@pytest.fixture
def lab(training_lab: TrainingLab) -> TrainingLab:
    return training_lab


@pytest.fixture(scope="module")
def narrow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that answers fewer steps."""
    running = Server(tmp_path_factory.mktemp("narrow") / "log.txt", FALLLINE_MAX_STEPS="1200")
    yield running
    running.stop()


@pytest.fixture
def narrow_page(browser: Browser, narrow: Server) -> Iterator[Page]:
    context = browser.new_context(base_url=narrow.url, viewport={"width": 1400, "height": 900})
    watched = Watched(context.new_page(), narrow.url)
    yield watched.page
    context.close()
    assert watched.errors == []


def steps_of(lab: TrainingLab | Lab, place: str) -> tuple[str, str]:
    """What the number box of the steps may hold at most, and the note below it."""
    box = lab.page.locator(f"{place} [data-parameter=steps] input[type=number]")
    note = lab.page.locator(f"{place} [role=status].note", has_text="steps")
    return box.get_attribute("max") or "", note.inner_text() if note.count() else ""


def test_the_steps_slider_stops_at_what_the_optimisers_leave_and_says_why(lab: TrainingLab) -> None:
    lab.open(THREE)
    assert steps_of(lab, "#batches") == ("6666", "At most 6666 steps: 3 runs share 20\N{THIN SPACE}000.")
    slider = lab.page.locator("#batches [data-parameter=steps] input[type=range]")
    slider.focus()
    lab.page.keyboard.press("End")
    lab.rest()
    assert lab.bodies("training/states")[-1]["steps"] == 6666
    expect(lab.page.locator("#batches [data-parameter=steps] input[type=number]")).to_have_value("6666")
    expect(lab.page.locator("#trouble")).to_be_hidden()
    lab.optimizer(2).get_by_role("button", name="Remove").click()
    lab.rest()
    assert steps_of(lab, "#batches") == ("10000", "")


def test_an_optimiser_more_than_the_steps_leave_room_for_is_not_offered_and_the_page_says_why(lab: TrainingLab) -> None:
    lab.open(f"{THREE}&n=6000")
    add = lab.page.locator("#optimizer-add")
    note = add.locator("xpath=../following-sibling::p[1]")
    expect(add).to_be_disabled()
    expect(note).to_have_text(
        "No room for another optimiser: all runs together can have 20\N{THIN SPACE}000 steps; fewer steps leave room."
    )
    expect(lab.page.get_by_role("button", name="Show and edit Adam as a rule")).to_be_disabled()
    lab.page.locator("#batches [data-parameter=steps] input[type=number]").fill("5000")
    lab.rest()
    expect(add).to_be_enabled()
    expect(note).to_be_hidden()
    add.select_option("gd")
    lab.rest()
    expect(lab.page.locator("#trouble")).to_be_hidden()
    expect(lab.page.locator("#optimizer-list article")).to_have_count(4)


def test_batches_and_steps_leave_each_other_room(lab: TrainingLab) -> None:
    lab.open("v=1&dp=n:1000&h=4&b=200&n=1000&o=adam")
    assert steps_of(lab, "#batches") == ("5000", "At most 5000 steps with batches of 200.")
    lab.page.locator("#batches [data-parameter=steps] input[type=number]").fill("4000")
    lab.rest()
    size = lab.page.locator("#batches [data-parameter=batch_size] input[type=number]")
    expect(size).to_have_attribute("max", "250")
    size.fill("250")
    lab.rest()
    assert lab.bodies("training/states")[-1]["batches"]["size"] == 250
    expect(lab.page.locator("#trouble")).to_be_hidden()


def test_an_address_with_more_than_there_is_room_for_is_opened_with_what_is_usual(lab: TrainingLab) -> None:
    lab.load(f"{THREE}&n=9000&e=16")
    asked = lab.bodies("training/states")[-1]
    assert asked["steps"] == 1000 and "ensemble" not in asked
    expect(lab.page.locator("#trouble")).to_be_hidden()


def test_the_surface_lab_tells_it_too(narrow_page: Page) -> None:
    lab = Lab(narrow_page).open("v=1&o=gd;momentum;adam")
    assert steps_of(lab, "#surface-picker") == ("400", "At most 400 steps: 3 optimisers share 1200.")
    lab.page.locator("#surface-picker [data-parameter=steps] input[type=number]").fill("350")
    lab.rest()
    expect(lab.page.locator("#optimizer-add")).to_be_disabled()
    lab.page.locator("#surface-picker [data-parameter=steps] input[type=number]").fill("300")
    lab.rest()
    lab.page.locator("#optimizer-add").select_option("rmsprop")
    lab.rest()
    expect(lab.page.locator("#optimizer-list article")).to_have_count(4)
    expect(lab.page.locator("#trouble")).to_be_hidden()


def test_more_steps_than_thirty_seeds_can_have_are_told_and_the_seeds_are_not_asked_for(
    surface_lab: Lab,
) -> None:
    asked: list[str] = []
    page = surface_lab.page
    page.on("request", lambda request: asked.append(request.url))
    lab = surface_lab.open("v=1&s=line&b=5&o=sgd;momentum;adam;rmsprop&n=2000&l=seeds")
    expect(page.locator("#layer-notes")).to_contain_text("30 seeds of 4 optimisers can have 1666 steps")
    assert not [url for url in asked if "ensembles" in url]
    page.locator("#surface-picker [data-parameter=steps] input[type=number]").fill("1600")
    lab.rest()
    expect(page.locator("#layer-notes")).to_contain_text("Ends of 30 seeds")
    expect(page.locator("#trouble")).to_be_hidden()
