"""The training lab in a real browser: what is set is trained, what is shown is what the API answers."""

from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, expect

from tests.browser.training_lab import TrainingLab
from tests.conftest import Server, Watched

SMALL = "v=1&dp=n:60&h=4&b=10&n=300"


@pytest.fixture
def lab(training_lab: TrainingLab) -> TrainingLab:
    return training_lab


def printed(value: float) -> str:
    """A number as the page prints it between 0.001 and 10,000: four significant digits."""
    text = f"{value:.4g}"
    return text.replace("-", "\u2212")


def losses(client: httpx.Client, body: dict[str, Any], run: int = 0) -> list[float]:
    """Training losses of a run in one answer without a stream."""
    plain = {key: value for key, value in body.items() if key not in ("frames", "step", "unit")}
    answer = client.post("/api/training", json=plain)
    assert answer.status_code == 200, answer.text
    found: list[float] = answer.json()["runs"][run]["loss"]
    return found


def test_a_first_visit_shows_data_a_network_and_the_plain_address(lab: TrainingLab) -> None:
    lab.load()
    assert lab.query == "" and lab.step == 0
    expect(lab.page.locator("h1")).not_to_be_empty()
    expect(lab.page.locator("#learnt-heading")).to_have_text("Parameters learnt: 105")
    expect(lab.page.locator("#learnt-of select:visible option:checked")).to_have_text("Adam")
    expect(lab.page.get_by_role("heading", name="Hyperparameters you set")).to_be_visible()
    for selector in ("#prediction", "#loss", "#network", "#table", "#scrub", "#caption", "#dataset-select"):
        box = lab.page.locator(selector).bounding_box()
        assert box is not None and box["y"] + box["height"] <= 900, selector
    assert lab.page.evaluate("document.documentElement.scrollHeight") <= 900


def test_what_plays_can_be_paused_and_scrubbed_and_each_step_is_the_one_that_the_api_tells(
    lab: TrainingLab, client: httpx.Client
) -> None:
    lab.open(SMALL)
    lab.play()
    lab.reach(40)
    lab.play()
    lab.rest()
    assert 40 <= lab.step < 300
    for step in (lab.step, 7, 120):
        lab.to(step)
        state = client.post("/api/training/states", json=lab.bodies("training/states")[-1]).json()
        assert state["step"] == step == lab.step
        for column, run in enumerate(state["runs"]):
            assert lab.cell("training loss", column) == printed(run["loss"])
            assert lab.cell("validation loss", column) == printed(run["validation_loss"])
            assert lab.cell("right in test", column) == f"{printed(100 * run['frame']['scores']['test']['accuracy'])} %"


def test_a_learning_rate_that_is_moved_while_it_trains_gives_the_curve_of_the_same_change_known_beforehand(
    lab: TrainingLab, client: httpx.Client
) -> None:
    lab.open(f"{SMALL}&o=momentum")
    lab.play()
    lab.reach(30)
    lab.number(0, "learning_rate").fill("0.02")
    lab.reach(80)
    lab.number(0, "beta").fill("0.5")
    lab.reach(300)
    lab.rest()
    body = lab.bodies("training")[-1]
    first, second = body["changes"]
    assert first["learning_rate"] == 0.02 and first["step"] >= 30
    assert second["beta"] == 0.5 and second["step"] >= 80
    assert body["optimizers"][0]["learning_rate"] != 0.02
    whole = losses(client, body)
    assert lab.curve() == list(enumerate(whole))
    unchanged = losses(client, {**body, "changes": []})
    assert whole[: first["step"] + 1] == unchanged[: first["step"] + 1] and whole[-1] != unchanged[-1]
    assert "ch=" in lab.query
    expect(lab.page.locator("#log .chip")).to_have_count(2)
    lab.page.locator("#log .chip").first.click()
    lab.rest()
    expect(lab.page.locator("#log .chip")).to_have_count(0)
    assert lab.curve() == list(enumerate(unchanged))


def test_at_rest_a_slider_changes_what_was_trained_from_the_step_that_is_shown(
    lab: TrainingLab, client: httpx.Client
) -> None:
    lab.open(f"{SMALL}&o=adam&k=200")
    before = lab.curve()
    assert before[-1][0] >= 200
    lab.to(100)
    lab.number(0, "learning_rate").fill("0.001")
    lab.rest()
    after = lab.curve()
    assert lab.step == 100 and after[:101] == before[:101]
    assert after[-1][0] >= 200 and after[150] != before[150]
    assert after == list(enumerate(losses(client, lab.bodies("training")[-1])))[: len(after)]


def test_other_settings_train_again_from_the_same_seed_as_far_as_before(lab: TrainingLab, client: httpx.Client) -> None:
    lab.open(f"{SMALL}&o=adam&k=100&seed=5")
    lab.page.locator("#network-controls select").first.select_option("relu")
    lab.rest()
    body = lab.bodies("training/states")[-1]
    assert body["network"]["activation"] == {"name": "relu"}
    assert body["network"]["seed"] == body["seed"] == 5 and lab.step == 100
    assert lab.curve()[:101] == list(enumerate(losses(client, body)))[:101]


def test_an_address_brings_everything_back(lab: TrainingLab) -> None:
    query = (
        "v=1&ds=heteroscedastic&dp=n:80,noise:0.3&dseed=3&split=0.5,0.25,0.25&std=1&h=6,5&act=leaky_relu,slope:0.2"
        "&init=normal,variance:0.5&like=heteroscedastic,variance:softplus&r=sum&b=7,fresh&o=adam,learning_rate:0.02;"
        "!momentum@4&n=200&k=50&seed=9&e=2&ch=20,0,learning_rate:0.01;30,,batch_size:9&look=0&pr=sample&u=1,2"
        "&pd=random&a=epochs&theme=dark"
    )
    lab.open(query)
    address = lab.page.evaluate("() => [...new URLSearchParams(location.search)].sort().join('|')")
    assert address == lab.page.evaluate("(query) => [...new URLSearchParams(query)].sort().join('|')", query)
    body = lab.bodies("training/states")[-1]
    assert body["dataset"] == {"name": "heteroscedastic", "n": 80, "noise": 0.3, "split": [0.5, 0.25, 0.25], "seed": 3}
    assert body["batches"] == {"size": 7, "sampling": "fresh"} and body["ensemble"] == 2
    assert body["changes"] == [{"step": 20, "optimizer": 0, "learning_rate": 0.01}, {"step": 30, "batch_size": 9}]
    assert lab.number(0, "learning_rate").input_value() == "0.01"
    likelihood = lab.page.locator("#likelihood-controls")
    expect(likelihood.locator("[data-parameter=epsilon]")).to_be_hidden()  # softplus has none
    likelihood.locator("[data-parameter=variance] select").select_option("square")
    expect(likelihood.locator("[data-parameter=epsilon]")).to_be_visible()


def test_a_unit_that_is_clicked_tells_its_numbers(lab: TrainingLab, client: httpx.Client) -> None:
    lab.open(f"{SMALL}&o=adam&k=50")
    box = lab.page.locator("#network").bounding_box()
    assert box is not None
    lab.page.locator("#network").click(position={"x": box["width"] / 2, "y": box["height"] / 2 - 22})
    lab.rest()
    body = lab.bodies("training/states")[-1]
    assert body["unit"] == {"layer": 0, "unit": 1}
    run = client.post("/api/training/states", json=body).json()["runs"][0]
    words = lab.page.locator("#network-aside")
    expect(words).to_contain_text(f"bias {printed(run['parameters'][0]['biases'][1])}")
    gradient = printed(run["gradients"][0]["biases"][1])
    expect(words).to_contain_text(f"gradient {gradient} (on the batch)")
    expect(lab.page.locator(".unit-image")).to_be_visible()
    assert "u=0,1" in lab.query
    lab.page.locator("#tab-calibration").click()
    lab.rest()
    bins = run["calibration"]["training"]
    marks, bars = lab.page.evaluate(
        """() => {
          const { data } = document.querySelector("#calibration > div");
          const filled = data.filter(({ name, mode }) => name === "training" && mode === "markers");
          return [filled.flatMap(({ x, y }) => x.map((said, at) => [said, y[at]])), data.filter(({ fill }) => fill).map(({ x, y }) => [x[0], y[0]])];
        }"""
    )
    known = [at for at in range(10) if bins["count"][at]]
    assert sorted(marks) == [[bins["confidence"][at], bins["accuracy"][at]] for at in known]
    assert bars == [[run["calibration"]["edges"][at], bins["accuracy"][at]] for at in known]
    lab.page.locator("#tab-network").click()
    lab.play()
    lab.reach(100)
    expect(words).to_contain_text("(on the batch, step ")
    expect(lab.page.locator(".unit-image")).to_be_visible()
    lab.play()
    lab.rest()
    box = lab.page.locator("#network").bounding_box()
    assert box is not None
    lab.page.locator("#network").click(position={"x": 26, "y": box["height"] / 2 - 22})
    data = client.post("/api/training/states", json=body).json()["data"]["training"]["x"]
    column = [row[0] for row in data]
    expect(words).to_contain_text(f"Input 1: from {printed(min(column))} to {printed(max(column))} in training")


def test_each_panel_tells_of_the_step_that_is_shown(lab: TrainingLab, client: httpx.Client) -> None:
    lab.open("v=1&ds=heteroscedastic&dp=n:80&h=5&like=heteroscedastic&o=adam&n=200&k=100")
    state = client.post("/api/training/states", json=lab.bodies("training/states")[-1]).json()
    run = state["runs"][0]
    lab.page.locator("#tab-layers").click()
    lab.rest()
    spread = lab.page.locator("#layers tbody tr").first.locator("output")
    assert spread.nth(0).inner_text() == f"sd {printed(run['frame']['layers'][0]['activations']['deviation'])}"
    assert spread.nth(1).inner_text() == f"sd {printed(run['frame']['layers'][0]['gradients']['deviation'])}"
    lab.page.locator("#tab-parameters").click()
    lab.rest()
    rows = lab.page.locator("#parameters tbody tr")
    assert rows.count() == 5 * 2 + 6 * 2
    assert rows.first.locator("td").nth(0).inner_text() == printed(run["parameters"][0]["weights"][0][0])
    assert rows.first.locator("td").nth(1).inner_text() == printed(run["gradients"][0]["weights"][0][0])
    lab.page.locator("#tab-calibration").click()
    lab.rest()
    drawn = lab.page.evaluate("[...document.querySelector('#calibration > div').data[1].y]")
    assert drawn == pytest.approx(run["calibration"]["training"])
    lab.page.locator("#tab-plane").click()
    lab.rest()
    expect(lab.page.locator("#plane-words")).to_contain_text(
        "Of the squared distances between the path and its end the plane holds"
    )
    expect(lab.page.locator("#plane-words")).to_contain_text("leaves it by up to")
    body = lab.bodies("training/slices")[-1]
    assert body["steps"] == 100
    (path,) = client.post("/api/training/slices", json=body).json()["paths"]
    texts = lab.page.evaluate(
        "document.querySelector('#plane > div').data.map(({ text }) => text).find((text) => text?.length > 50)"
    )
    assert texts[-1].split("<br>")[-1] == f"{printed(path['distance'][-1])} away from the plane"
    assert texts[50].split("<br>")[0].endswith(f"step {path['step'][50]}")
    scaled, words = lab.page.evaluate(
        "(({ showscale, text }) => [showscale, text[40][40]])(document.querySelector('#plane > div').data[0])"
    )
    corner = client.post("/api/training/slices", json=body).json()["loss"][-1][-1]
    assert scaled and words == printed(corner)


def test_a_table_of_ones_own_is_trained_on_and_its_faults_are_told_by_line(watched: Watched) -> None:
    lab = TrainingLab(watched.page).open("v=1&b=all&o=adam")
    lab.page.locator("#dataset-select").select_option("")
    lab.rest()
    assert lab.bodies("training/states")[-1]["dataset"]["csv"].startswith("x1,x2,class")
    text = lab.page.locator(".own-table textarea")
    text.fill("0;1\n1;3\nx;5\n")
    expect(lab.page.locator(".own-table .complaint")).to_have_text("Line 3, column 1 is no number.")
    text.fill("0;1\n1;3\n2;5\n3;7\n4;9\n")
    lab.page.locator(".own-table select").select_option("regression")
    lab.rest()
    expect(lab.page.locator(".own-table .complaint")).to_have_text("")
    assert lab.cell("RMS error, training") != ""
    watched.check("status of 422")


class TestTouch:
    @pytest.fixture
    def context_options(self) -> dict[str, Any]:
        return {"viewport": {"width": 390, "height": 844}, "has_touch": True}

    @pytest.mark.parametrize("width", [390, 820])
    def test_nothing_is_wider_than_a_telephone(self, lab: TrainingLab, width: int) -> None:
        lab.page.set_viewport_size({"width": width, "height": 844})
        lab.open(SMALL)
        assert lab.page.evaluate("document.documentElement.scrollWidth") <= width
        names = ("setup", "optimizers", "data", "loss")
        places = [lab.page.locator(f"#{name}-heading").bounding_box() for name in names]
        tops = [place["y"] for place in places if place]
        assert len(tops) == 4 and tops == sorted(tops)  # what is set stands under the heading that says so


def test_keys_play_step_and_reset(lab: TrainingLab) -> None:
    lab.open(SMALL)
    lab.page.keyboard.press("ArrowRight")
    lab.rest()
    assert lab.step == 1
    lab.page.keyboard.press(" ")
    lab.reach(20)
    lab.page.keyboard.press(" ")
    lab.rest()
    lab.page.keyboard.press("r")
    lab.rest()
    assert lab.step == 0


def test_a_server_that_is_killed_and_comes_back_goes_on_with_the_same_curve(
    browser: Browser, tmp_path: Any, base_url: str
) -> None:
    own = Server(tmp_path / "first.txt")
    context = browser.new_context(base_url=own.url, viewport={"width": 1400, "height": 900})
    try:
        lab = TrainingLab(context.new_page()).open("v=1&dp=n:60&h=4&b=10&n=400&o=adam")
        lab.play()
        lab.reach(60)
        own.process.kill()
        own.process.wait(5)
        expect(lab.page.locator("#trouble")).to_contain_text("nothing is lost")
        reached = lab.step
        assert reached < 400
        again = Server(tmp_path / "second.txt", port=own.port)
        try:
            lab.reach(400, 40)
            lab.rest()
            expect(lab.page.locator("#trouble")).to_be_hidden()
            with httpx.Client(base_url=base_url) as other:
                assert lab.curve() == list(enumerate(losses(other, lab.bodies("training")[-1])))
        finally:
            again.stop()
    finally:
        context.close()
        own.stop()
