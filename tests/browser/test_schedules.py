"""Learning-rate schedules on the page: chosen, moved, drawn from the record, and kept in the address."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.lab import Lab
from tests.browser.test_figures import script

RATES = {
    "constant": "Array.from({ length: 101 }, () => 0.3)",
    "half cosine": "Array.from({ length: 101 }, (_, t) => 0.3 * (1 + Math.cos(Math.PI * t / 100)) / 2)",
    "fast decay": "Array.from({ length: 101 }, (_, t) => 0.3 * 0.9 ** t)",
    "zero at once": "Array.from({ length: 101 }, (_, t) => (t ? 0 : 0.3))",
    "below floats": "Array.from({ length: 101 }, (_, t) => 0.3 * 0.15 ** t)",
    "a single step": "[0.3]",
}


@pytest.fixture
def lab(surface_lab: Lab) -> Lab:
    return surface_lab


def plain(text: str) -> float:
    """A number as the page prints it."""
    mantissa, _, power = text.replace("−", "-").partition("×10")
    digits = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
    return float(mantissa) * 10 ** int(power.translate(digits) or 0)


def recorded(lab: Lab, index: int) -> list[float]:
    """The rates that the server gives for what the page asked last."""
    answer = lab.page.request.post("/api/trajectories", data=lab.body)
    rates: list[float] = answer.json()["trajectories"][index]["learning_rate"]
    return rates


def shapes(lab: Lab, position: int) -> Any:
    """The points of the drawn curve and the place of the mark, in the box of the drawing."""
    read = """(article) => {
      const points = (name) => article.querySelector(`.rate .${name}`).getAttribute("d").match(/-?[0-9.]+/g).map(Number);
      return { line: points("curve"), dot: points("dot").slice(0, 2) };
    }"""
    return lab.optimizer(position).evaluate(read)


def test_a_schedule_is_chosen_moved_drawn_and_left_again(lab: Lab) -> None:
    lab.open("v=1&s=bowl&o=momentum;gd,learning_rate:0.02&n=100&k=37")
    chosen, curve = lab.optimizer(1).locator(".schedule select"), lab.optimizer(1).locator(".rate")
    expect(chosen).to_have_value("constant")
    expect(curve).to_be_hidden()

    chosen.select_option(label="Step decay")
    lab.rest()
    assert lab.body["optimizers"][1]["schedule"] == {"name": "step", "factor": 0.5, "every": 100}
    lab.number(1, "every").fill("10")
    lab.slider(1, "factor").fill("0.8")
    lab.rest()
    assert lab.body["optimizers"][1]["schedule"] == {"name": "step", "factor": 0.8, "every": 10}
    assert "schedule" not in lab.body["optimizers"][0]
    assert lab.query.split("&o=")[1].split("&")[0] == "momentum;gd,learning_rate:0.02~step,factor:0.8,every:10"

    rates = recorded(lab, 1)
    assert rates[37] == pytest.approx(0.02 * 0.8**3)
    assert plain(curve.locator("output").inner_text()) == pytest.approx(rates[37], rel=1e-3)
    assert plain(lab.cell("η", 1)) == pytest.approx(rates[37], rel=1e-3)
    drawn = shapes(lab, 1)
    x, y = drawn["line"][::2], drawn["line"][1::2]
    assert len(x) == 101
    assert drawn["dot"] == pytest.approx([x[37], y[37]], abs=0.06)
    heights = [y[-1] + (y[0] - y[-1]) * (rate - rates[-1]) / (rates[0] - rates[-1]) for rate in rates]
    assert y == pytest.approx(heights, abs=0.11)

    lab.set_step(64)
    lab.rest()
    assert plain(curve.locator("output").inner_text()) == pytest.approx(rates[64], rel=1e-3)
    assert shapes(lab, 1)["dot"] == pytest.approx([x[64], y[64]], abs=0.06)
    chosen.select_option(label="Constant")
    lab.rest()
    assert "schedule" not in lab.body["optimizers"][1]
    expect(curve).to_be_hidden()
    assert "~" not in lab.query


def test_a_log_axis_is_for_rates_that_spend_half_of_the_run_far_down(lab: Lab) -> None:
    lab.open("v=1&s=bowl&o=adam~exponential,factor:0.9&n=100&k=100")
    expect(lab.optimizer(0).locator(".rate .note")).to_contain_text("log axis")
    drawn = shapes(lab, 0)["line"]
    slopes = [(b - a) / 2 for a, b in zip(drawn[1:-2:2], drawn[3::2], strict=True)]
    assert slopes == pytest.approx([slopes[0]] * 100, abs=0.06), "an exponential is a straight line"
    body = f"""
        const {{ BOX, rateFigure }} = await import(`${{base}}figures/rate.js`);
        const rates = {{ {", ".join(f'"{name}": {text}' for name, text in RATES.items())} }};
        return Object.fromEntries(Object.entries(rates).map(([name, values]) => {{
          const {{ log, low, high, line, at }} = rateFigure(Float32Array.from(values), 100);
          return [name, {{ log, low, high, line, inside: values.every((_, t) => at(t)[1] >= 0 && at(t)[1] <= BOX.height) }}];
        }}));"""
    found = script(lab.page, body)
    assert {name for name, figure in found.items() if figure["log"]} == {"fast decay", "below floats"}
    assert all(figure["inside"] and "NaN" not in figure["line"] for figure in found.values())
    assert found["half cosine"]["low"] == 0
    assert found["below floats"]["low"] == pytest.approx(0.3e-16, rel=1e-6)
