"""The contract of a schedule, for every one in the catalogue, and each against its formula in the math library."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.catalog import Schedule, complete, load_catalog
from engine.program.program import Builder, Program
from engine.rule import Rule
from engine.schedule import PREFIX, ChosenSchedule, traced_rate

SCHEDULES = load_catalog().schedules
ETA = 0.3
EVERY = pytest.mark.parametrize("name", SCHEDULES)


def half_cosine(done: float, final: float) -> float:
    return final + (1 - final) * (1 + math.cos(math.pi * min(done, 1.0))) / 2


def warmup_cosine(t: int, warmup: float, final: float, steps: float) -> float:
    if t < warmup:
        return (t + 1) / (warmup + 1)
    return half_cosine((t - warmup) / max(steps - warmup, 1), final)


SHARES: dict[str, Callable[..., float]] = {
    "constant": lambda t: 1.0,
    "step": lambda t, factor, every: factor ** (t // every),
    "exponential": lambda t, factor: math.pow(factor, t),
    "cosine": lambda t, final, steps: half_cosine(t / steps, final),
    "warmup_cosine": warmup_cosine,
    "inverse_time": lambda t, decay: 1 / (1 + decay * t),
}
"""The share of the learning rate that is left at step t."""


def drawn(data: st.DataObject, schedule: Schedule) -> dict[str, float]:
    """Values within the declared limits, and often at their ends."""
    values = {}
    for p in schedule.parameters:
        whole = st.integers(int(p.low), int(p.high)) if p.integer else st.floats(p.low, p.high)
        values[p.name] = float(data.draw(st.sampled_from([p.low, p.high, p.default]) | whole, p.name))
    return {name: float(value) for name, value in complete(schedule, values, "").items()}


def ruled(schedule: ChosenSchedule) -> Rule:
    return Rule.of(load_catalog().optimizers["gd"], {"learning_rate": ETA}, schedule=schedule)


def traced(schedule: Schedule) -> Program:
    builder = Builder()
    return builder.finish({"rate": traced_rate(schedule, builder)})


@EVERY
@settings(max_examples=60)
@given(data=st.data(), t=st.integers(0, 20_000))
def test_the_rate_is_the_formulas(name: str, data: st.DataObject, t: int) -> None:
    schedule = SCHEDULES[name].definition
    values = drawn(data, schedule)
    assert float(schedule.rate(ETA, float(t), **values)) == pytest.approx(
        ETA * SHARES[name](t, **values), rel=1e-14, abs=1e-16
    )


@EVERY
@settings(max_examples=60)
@given(data=st.data(), t=st.integers(0, 1_000_000), eta=st.sampled_from([1e-6, 0.3, 1e3]))
def test_within_the_limits_a_rate_is_finite_and_never_below_zero_or_above_the_slider(
    name: str, data: st.DataObject, t: int, eta: float
) -> None:
    schedule = SCHEDULES[name].definition
    assert 0 <= float(schedule.rate(eta, float(t), **drawn(data, schedule))) <= eta


@EVERY
@settings(max_examples=30)
@given(data=st.data())
def test_the_first_step_has_the_learning_rate_itself_or_the_first_of_the_warm_up(
    name: str, data: st.DataObject
) -> None:
    schedule = SCHEDULES[name].definition
    values = drawn(data, schedule)
    expected = ETA * (1 / (values["warmup"] + 1)) if "warmup" in values else ETA
    assert float(schedule.rate(ETA, 0.0, **values)) == expected


@EVERY
@settings(max_examples=30)
@given(data=st.data())
def test_floats_arrays_programs_and_the_machine_agree(name: str, data: st.DataObject) -> None:
    entry = SCHEDULES[name]
    schedule, t = entry.definition, np.arange(50.0)
    t.setflags(write=False)
    values = drawn(data, schedule)
    one_by_one = [float(schedule.rate(ETA, float(k), **values)) for k in t]
    at_once = np.broadcast_to(schedule.rate(ETA, t, **values), t.shape)
    inputs = {PREFIX + name: value for name, value in values.items()}
    oracle = np.broadcast_to(traced(schedule)(learning_rate=ETA, t=t, **inputs)["rate"], t.shape)
    np.testing.assert_allclose(at_once, one_by_one, rtol=1e-15, atol=1e-17)
    np.testing.assert_allclose(oracle, one_by_one, rtol=1e-15, atol=1e-17)
    rule = ruled(ChosenSchedule.of(entry, values))
    assert np.array_equal(rule.learning_rates(0, 50), oracle)
    assert np.array_equal(rule.learning_rates(20, 7), oracle[20:27])


def test_landmarks_are_exact() -> None:
    rate = {name: entry.definition.rate for name, entry in SCHEDULES.items()}
    assert [rate["step"](0.8, t, factor=0.5, every=10) for t in (0, 9, 10, 20, 39)] == [0.8, 0.8, 0.4, 0.2, 0.1]
    assert [rate["cosine"](0.8, t, final=0.25, steps=40) for t in (0, 20, 40, 400)] == [0.8, 0.5, 0.2, 0.2]
    warm = [rate["warmup_cosine"](0.8, t, warmup=3, final=0.0, steps=13) for t in (0, 1, 2, 3, 8, 13, 14)]
    assert warm == pytest.approx([0.2, 0.4, 0.6, 0.8, 0.4, 0.0, 0.0], rel=1e-15, abs=1e-16)
    assert [rate["inverse_time"](0.8, t, decay=0.1) for t in (0, 10, 30)] == [0.8, 0.4, 0.2]
