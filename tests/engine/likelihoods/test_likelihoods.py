"""The contract of a likelihood, for every one in the catalogue: what it tells is what its density says."""

import math
from types import SimpleNamespace

import numpy as np
import pytest

from engine.catalog import Choice, complete, load_catalog
from engine.program.derivatives import gradient
from engine.program.program import Builder
from engine.randomness import SAMPLE, Stream

LIKELIHOODS = load_catalog().likelihoods
GRID = 8001
"""Points of an integral: the trapezoidal rule is exact to all digits on a normal density that ends at its tails."""


def forms():
    for name, entry in LIKELIHOODS.items():
        choices = [p for p in entry.definition.parameters if isinstance(p, Choice)]
        for values in [{}, *({p.name: option} for p in choices for option in p.options[1:])]:
            yield pytest.param(name, values, id="-".join([name, *values.values()]))


FORMS = list(forms())
EVERY = pytest.mark.parametrize(("name", "values"), FORMS)


class Case:
    """A likelihood for so many targets and classes, with drawn outputs f (outputs, n) and learnt numbers."""

    def __init__(self, name, values, targets=1, classes=3, n=4, seed=0, **more):
        likelihood = self.likelihood = LIKELIHOODS[name].definition
        self.targets = 0 if likelihood.kind == "classification" else targets
        self.classes = 0 if likelihood.kind == "regression" else 2 if likelihood.binary else classes
        self.h = likelihood.settings(complete(likelihood, {**values, **more}, ""), self.targets, self.classes)
        rng = np.random.default_rng(seed)
        self.f = rng.normal(size=(likelihood.outputs(self.targets, self.classes), n))
        shapes = {name: learnt.shape(self.targets) for name, learnt in likelihood.learnt.items()}
        self.learnt = SimpleNamespace(**{name: 0.5 * rng.normal(size=shape) for name, shape in shapes.items()})
        self.rng = rng

    @property
    def rows(self):
        return self.likelihood.rows(self.targets, self.classes)

    def loss(self, y, f=None):
        return self.likelihood.loss(self.f if f is None else f, y, self.h, self.learnt)

    def predict(self, f=None):
        return self.likelihood.predict(self.f if f is None else f, self.h, self.learnt)

    def columns(self, real, of_class):
        """Targets as the loss takes them: real ones (D, n) and classes (n,)."""
        if not self.classes:
            return real
        coded = of_class[None] if self.likelihood.binary else 1.0 * (np.arange(self.classes)[:, None] == of_class)
        return np.concatenate([real, coded])

    def drawn_targets(self):
        n = self.f.shape[1]
        return self.columns(self.rng.normal(size=(self.targets, n)), self.rng.integers(0, max(self.classes, 1), n))

    def density(self, k):
        """For sample k: targets as the mode has them (rows, m), as the mean has them, the density and what each weighs."""
        spread = 1 if self.predict().standard_deviation is None else self.predict().standard_deviation[0, k]
        real = np.linspace(-14, 14, GRID) * spread + self.predict().mean[0, k] if self.targets else np.zeros(1)
        weight = np.full(len(real), real[1] - real[0]) if self.targets else np.ones(1)
        count = max(self.classes, 1)
        grid, of_class = np.tile(real, count), np.repeat(np.arange(count) * 1.0, len(real))
        y = self.columns(grid[None][: self.targets], of_class)
        given = np.concatenate([grid[None][: self.targets], of_class[None][: min(self.classes, 1)]])
        density = np.exp(-self.loss(y, np.repeat(self.f[:, k : k + 1], y.shape[1], axis=1)))
        return given, y, density, np.tile(weight, count)


def repeated(column, times):
    return np.repeat(column, times, axis=1)


@EVERY
def test_the_density_of_all_targets_is_one(name, values):
    case = Case(name, values)
    whole = math.sqrt(math.pi) if name == "squared_error" else 1.0  # the slide leaves the constant out
    for k in range(case.f.shape[1]):
        _, _, density, weight = case.density(k)
        assert np.sum(density * weight) == pytest.approx(whole, rel=1e-10)


@EVERY
def test_what_is_predicted_is_the_density_s_mode_mean_deviation_and_probabilities(name, values):
    case = Case(name, values)
    found = case.predict()
    for k in range(case.f.shape[1]):
        given, y, density, weight = case.density(k)
        share = density * weight / np.sum(density * weight)
        np.testing.assert_allclose(found.mode[:, k], given[:, np.argmax(density)], atol=1e-9)
        mean = y @ share
        np.testing.assert_allclose(found.mean[:, k], mean, rtol=1e-9, atol=1e-11)
        if found.standard_deviation is not None:
            assert found.standard_deviation[0, k] ** 2 == pytest.approx((y[0] - mean[0]) ** 2 @ share, rel=1e-9)
        if case.classes:
            told = [share[given[-1] == of_class].sum() for of_class in range(case.classes)]
            np.testing.assert_allclose(found.probabilities[:, k], told, rtol=1e-9)
        else:
            assert found.probabilities is None


@EVERY
def test_what_is_drawn_has_the_density_s_moments_and_comes_again_with_its_seed(name, values):
    case, n = Case(name, values, n=1), 20_000
    f = repeated(case.f, n)
    drawn = case.likelihood.sample(f, case.h, case.learnt, Stream(SAMPLE, 1))
    again = case.likelihood.sample(f, case.h, case.learnt, Stream(SAMPLE, 1))
    assert drawn.tobytes() == again.tobytes()
    assert drawn.shape == case.predict(f).mode.shape
    given, _, density, weight = case.density(0)
    share = density * weight / np.sum(density * weight)
    for row, values_of_row in zip(drawn, given, strict=True):
        mean = values_of_row @ share
        variance = (values_of_row - mean) ** 2 @ share
        assert abs(row.mean() - mean) < 5 * math.sqrt(variance / n)
        assert row.var() == pytest.approx(variance, rel=0.08)
    if case.classes:
        counts = np.bincount(drawn[-1].astype(int), minlength=case.classes) / n
        assert abs(counts - case.predict().probabilities[:, 0]).max() < 5 * 0.5 / math.sqrt(n)


@EVERY
def test_several_real_targets_are_independent(name, values):
    case = Case(name, values, targets=2)
    if not case.targets:
        return
    d, y = case.targets, case.drawn_targets()
    total, kept = case.loss(y), []
    for k in range(d):
        one = Case(name, values, targets=1)
        picked = [k, d + k] if len(case.f) == 2 * d and not case.classes else [k]
        one.f = np.concatenate([case.f[picked], case.f[d:]]) if case.classes else case.f[picked]
        one.learnt = SimpleNamespace(**{key: value[k : k + 1] for key, value in vars(case.learnt).items()})
        kept.append(one.loss(np.concatenate([y[k : k + 1], y[d:]])))
    if case.classes:  # each has the class's part
        kept.append(-LIKELIHOODS["categorical"].definition.loss(case.f[d:], y[d:], case.h, None))
    np.testing.assert_allclose(total, sum(kept), rtol=1e-12)


@EVERY
def test_the_parts_of_a_loss_are_those_of_its_targets_and_add_up_to_it(name, values):
    case = Case(name, values, targets=3)
    y, parts = case.drawn_targets(), case.likelihood.parts
    if not case.targets:
        assert parts is None
        return
    found = parts(case.f, y, case.h, case.learnt)
    assert found.shape == (3 + bool(case.classes), case.f.shape[1])
    np.testing.assert_allclose(found.sum(axis=0), case.loss(y), rtol=1e-13)
    for moved in range(3):  # another value of one target moves its own part alone
        other = y.copy()
        other[moved] += 1
        apart = parts(case.f, other, case.h, case.learnt) != found
        assert apart.any(axis=1).tolist() == [row == moved for row in range(len(found))]


@EVERY
def test_arrays_and_programs_agree_and_derivatives_are_those_of_differences(name, values):
    case = Case(name, values, targets=2, n=5)
    y = case.drawn_targets()
    builder = Builder()
    f = builder.input("f", case.f.shape)
    learnt = {key: builder.input(key, value.shape) for key, value in vars(case.learnt).items()}
    losses = case.likelihood.loss(f, builder.input("y", y.shape), case.h, SimpleNamespace(**learnt))
    parts = gradient(np.sum(losses), [f, *learnt.values()])
    program = builder.finish({"loss": losses, **{f"d{k}": part for k, part in enumerate(parts)}})
    found = program(f=case.f, y=y, **vars(case.learnt))
    np.testing.assert_allclose(found["loss"], case.loss(y), rtol=1e-13)
    for k, numbers in enumerate([case.f, *vars(case.learnt).values()]):
        assert found[f"d{k}"].shape == numbers.shape
        for place in np.ndindex(numbers.shape):
            kept, ends = numbers[place], []
            for width in (-1e-5, 1e-5):
                numbers[place] = kept + width
                ends.append(case.loss(y).sum())
            numbers[place] = kept
            assert found[f"d{k}"][place] == pytest.approx((ends[1] - ends[0]) / 2e-5, rel=1e-6, abs=1e-8)


@EVERY
def test_each_sample_has_its_own_loss(name, values):
    case = Case(name, values, targets=2, n=6)
    y = case.drawn_targets()
    assert case.loss(y).shape == (6,)
    assert y.shape[0] == case.rows
    for k in range(6):
        assert case.loss(y[:, k : k + 1], case.f[:, k : k + 1])[0] == pytest.approx(case.loss(y)[k], rel=1e-14)


@pytest.mark.parametrize("name", ["bernoulli", "categorical"])
@pytest.mark.parametrize("logit", [-1e5, -800.0, 800.0, 1e5])
def test_large_logits_overflow_nowhere(name, logit):
    case = Case(name, {})
    f = np.zeros_like(case.f)
    f[-1] = logit
    for of_class in range(case.classes):
        y = case.columns(np.zeros((0, f.shape[1])), np.full(f.shape[1], float(of_class)))
        assert np.isfinite(case.loss(y, f)).all() and (case.loss(y, f) >= 0).all()
    probabilities = case.predict(f).probabilities
    assert np.isfinite(probabilities).all()
    np.testing.assert_allclose(probabilities.sum(axis=0), 1)


@pytest.mark.parametrize("sigma", [0.3, 0.5**0.5, 2.0])
def test_squared_error_is_the_normal_loss_times_two_variances_less_a_constant(sigma):
    normal, squares = Case("gaussian", {}, targets=2, sigma=sigma), Case("squared_error", {}, targets=2)
    y = normal.drawn_targets()
    constant = np.log(2 * np.pi * sigma**2)  # of two targets, half each
    assert squares.loss(y) == pytest.approx(2 * sigma**2 * (normal.loss(y) - constant))
    assert squares.likelihood.relation and normal.likelihood.relation


@EVERY
def test_a_parameter_has_an_effect_exactly_where_it_says(name, values):
    for parameter in LIKELIHOODS[name].definition.parameters:
        if isinstance(parameter, Choice):
            continue
        one, other = (Case(name, values, **{parameter.name: value}) for value in (0.5, 0.25))
        y = one.columns(np.ones((one.targets, 4)), np.zeros(4, int))
        where = parameter.where is None or getattr(one.h, parameter.where[0]) == parameter.where[1]
        assert (not np.array_equal(one.loss(y), other.loss(y))) == where
