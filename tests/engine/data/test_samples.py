"""Samples: parts of data, what a model sees of them, and what is wrong with data that are none."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.catalog import complete, load_catalog
from engine.data.samples import Samples
from engine.data.tables import kind_of
from engine.errors import OutOfRange
from engine.randomness import SAMPLE, SPLIT, Stream

CATALOG = load_catalog()
LIKELIHOODS = {name: entry.definition for name, entry in CATALOG.likelihoods.items()}
EVERY = pytest.mark.parametrize("name", CATALOG.datasets)


def drawn(name, n=100, seed=0, **options):
    dataset = CATALOG.datasets[name].definition
    return Samples.drawn(dataset, n, dataset.defaults, seed, **options)


def first_likelihood(kind):
    return next(likelihood for likelihood in LIKELIHOODS.values() if likelihood.kind == kind)


def parts(samples):
    return [part for part in (samples.training, samples.validation, samples.test) if part is not None]


@EVERY
@pytest.mark.parametrize("standardize", [False, True])
def test_every_dataset_is_seen_by_a_likelihood_of_its_kind(name, standardize):
    samples = drawn(name, standardize=standardize)
    for likelihood in LIKELIHOODS.values():
        fits = likelihood.kind == samples.kind and (not likelihood.binary or samples.classes == 2)
        assert samples.fits(likelihood) == fits
        if not fits:
            with pytest.raises(OutOfRange, match=r"is a likelihood for .*; these data") as caught:
                samples.check(likelihood)
            assert caught.value.field == "likelihood.name"
            continue
        for part in parts(samples):
            x, y = samples.seen(part, likelihood)
            assert x.shape == (samples.inputs, len(part)) and x.flags.c_contiguous
            assert y.shape == (likelihood.rows(samples.targets, samples.classes), len(part))
            assert np.isfinite(x).all() and np.isfinite(y).all()
            if samples.classes and not likelihood.binary:
                one_hot = y[samples.targets :]
                assert np.array_equal(np.argmax(one_hot, axis=0), part.y[:, -1])
                assert np.array_equal(one_hot.sum(axis=0), np.ones(len(part)))


@given(
    st.integers(1, 60),
    st.integers(0, 2**53 - 1),
    st.tuples(st.integers(1, 10), st.integers(0, 5), st.integers(0, 5)),
)
def test_every_sample_is_in_one_part_and_the_parts_have_their_shares(n, seed, shares):
    fractions = [share / sum(shares) for share in shares]
    x = np.arange(n) * 1.0
    try:
        samples = Samples.dealt("regression", x, x, seed, fractions=fractions)
    except OutOfRange as error:
        assert round(n * fractions[1]) + round(n * fractions[2]) >= n, error.message
        return
    sizes = [0 if part is None else len(part) for part in (samples.training, samples.validation, samples.test)]
    assert sizes[1:] == [round(n * share) for share in fractions[1:]]
    together = np.concatenate([part.x[:, 0] for part in parts(samples)])
    assert sorted(together) == x.tolist()
    for part in parts(samples):
        assert np.array_equal(part.x, part.y)
        assert np.array_equal(part.x[:, 0], np.sort(part.x[:, 0]))


def test_the_seed_decides_who_is_in_which_part():
    one, same, other = (drawn("moons", seed=seed) for seed in (1, 1, 2))
    assert one.training.x.tobytes() == same.training.x.tobytes()
    assert one.training.x.tobytes() != other.training.x.tobytes()
    assert [len(part) for part in parts(one)] == [60, 20, 20]
    rows = np.arange(100.0)
    dealt = [Samples.dealt("regression", rows, rows, seed).training.x.tolist() for seed in (1, 1, 2)]
    assert dealt[0] == dealt[1] != dealt[2]
    first = sorted(Stream(SPLIT, 1).order(100)[:60])  # a stream of its own: the split does not depend on the points
    assert np.array_equal(dealt[0], rows[first][:, None])


def test_the_notebook_s_standardised_data_come_out_of_its_raw_ones(fixtures):
    data = fixtures["nanograd_1d_data"]
    raw = {name: (7.5 * np.array(data[f"x_{name}"]) + 3, -0.2 * np.array(data[f"y_{name}"]) + 40) for name in ("train", "validation", "test")}  # fmt: skip
    samples = Samples.given(
        "regression", *raw["train"], validation=raw["validation"], test=raw["test"], standardize=True
    )
    likelihood = LIKELIHOODS["squared_error"]
    for part, name in zip(parts(samples), raw, strict=True):
        x, y = samples.seen(part, likelihood)
        np.testing.assert_allclose(x[0], data[f"x_{name}"], atol=1e-12)
        np.testing.assert_allclose(-y[0], data[f"y_{name}"], atol=1e-12)


@EVERY
def test_standardised_with_the_training_part_s_mean_and_deviation_and_back(name):
    samples = drawn(name, standardize=True)
    likelihood = first_likelihood(samples.kind)
    if likelihood.binary and samples.classes != 2:
        likelihood = LIKELIHOODS["categorical"]
    x, y = samples.seen(samples.training, likelihood)
    np.testing.assert_allclose(x.mean(axis=1), 0, atol=1e-13)
    np.testing.assert_allclose(x.std(axis=1), 1, rtol=1e-12)
    real = y[: samples.targets]
    np.testing.assert_allclose(real.std(axis=1), 1, rtol=1e-12)
    np.testing.assert_allclose(samples.input_scale.back(x), samples.training.x.T, atol=1e-12)
    np.testing.assert_allclose(samples.y_back(y)[: samples.targets], samples.training.y[:, : samples.targets].T, atol=1e-12)  # fmt: skip
    assert np.array_equal(samples.y_back(y)[samples.targets :], y[samples.targets :])
    held = samples.validation
    expected = (held.x - samples.training.x.mean(axis=0)) / samples.training.x.std(axis=0)
    np.testing.assert_allclose(samples.x_of(held.x).T, expected, rtol=1e-12)


def test_predictions_come_back_in_the_units_of_the_targets():
    samples = drawn("combined", standardize=True)
    combined = LIKELIHOODS["combined"]
    h = combined.settings(complete(combined, {"sigma": 0.5}, ""), samples.targets, samples.classes)
    f = np.random.default_rng(0).normal(size=(combined.outputs(samples.targets, samples.classes), 6))
    seen = combined.predict(f, h, None)
    told = samples.restored(seen)
    mean, deviation = samples.training.y[:, :2].mean(axis=0), samples.training.y[:, :2].std(axis=0)
    np.testing.assert_allclose(told.mean[:2], (seen.mean[:2].T * deviation + mean).T, rtol=1e-12)
    np.testing.assert_allclose(told.standard_deviation[:, 0], 0.5 * deviation, rtol=1e-12)
    assert np.array_equal(told.mode[2], seen.mode[2])
    assert np.array_equal(told.probabilities, seen.probabilities) and np.array_equal(told.mean[2:], seen.mean[2:])
    sampled = combined.sample(f, h, None, Stream(SAMPLE, 0))
    assert np.array_equal(samples.y_back(sampled)[2], sampled[2])


def test_a_constant_column_is_only_shifted():
    samples = Samples.given("regression", [[0.1, 1], [0.1, 2], [0.1, 4]], [5, 5, 5], standardize=True)
    x, y = samples.seen(samples.training, LIKELIHOODS["gaussian"])
    assert x[0].tolist() == [0, 0, 0] and y.tolist() == [[0, 0, 0]]
    assert samples.input_scale.deviation[0] == samples.target_scale.deviation[0] == 1
    assert samples.x_of(np.array([[1.1, 1.0]]))[0] == pytest.approx(1.0)


@pytest.mark.parametrize("size", [1e-300, 1e-160, 1e99])
def test_tiny_and_huge_columns_are_standardised_without_overflow(size):
    samples = Samples.given("regression", [-size, 0, size], [1, 2, 3], standardize=True)
    np.testing.assert_allclose(samples.x_of(samples.training.x)[0], [-(1.5**0.5), 0, 1.5**0.5], rtol=1e-12)


def test_without_standardising_nothing_is_changed():
    samples = drawn("lecture_sine")
    x, y = samples.seen(samples.training, LIKELIHOODS["gaussian"])
    assert np.array_equal(x.T, samples.training.x) and np.array_equal(y.T, samples.training.y)


@pytest.mark.parametrize(
    ("kind", "x", "y", "fault", "field"),
    [
        ("regression", [[1, 2], [3, 4], [5]], [1, 2, 3], "row 2 of x has 1 number; row 0 has 2 numbers", "x[2]"),
        ("regression", [1, 2, [3]], [1, 2, 3], "row 2 of x has 1 number; row 0 is a single number", "x[2]"),
        ("regression", [[1], [2], 3], [1, 2, 3], "row 2 of x is a single number; row 0 has 1 number", "x[2]"),
        ("regression", [1, "two", 3], [1, 2, 3], "row 1 of x holds what is no number", "x[1]"),
        ("regression", [1, 2, 10**400], [1, 2, 3], "row 2 of x holds what is no number", "x[2]"),
        ("regression", [[1, 2], [3, float("nan")]], [1, 2], "row 1 of x holds a number that is not finite", "x[1]"),
        ("regression", [1, 2], [1, float("inf")], "row 1 of y holds a number that is not finite", "y[1]"),
        ("regression", [1, 2], [1, 1e101], "row 1 of y holds .* beyond 1e100", "y[1]"),
        ("regression", [1, None], [1, 2], "row 1 of x holds", "x[1]"),
        ("regression", [1, 2], [1, 2, 3], "x has 2 rows and y has 3", "y"),
        ("regression", [], [], "x is empty", "x"),
        ("regression", [[], []], [1, 2], "x must be rows of one or more numbers", "x"),
        ("regression", [[[1]], [[2]]], [1, 2], "x must be rows of one or more numbers", "x"),
        ("classification", [1, 2], [0, 0.5], "row 1 has the class 0.5; classes are whole numbers", "y[1]"),
        ("classification", [1, 2], [0, -1], "row 1 has the class -1", "y[1]"),
        ("classification", [1, 2], [0, 1e9], "row 1 has the class 1e9; .* at most 100", "y[1]"),
        ("classification", [1, 2], [[0, 1], [1, 0]], "y has 2 columns; a class is a single number", "y"),
        ("combined", [1, 2], [0, 1], "y has one column; real targets and a class need two or more", "y"),
        ("combined", [1, 2], [[0.5, 1], [0.5, 0.5]], "row 1 has the class 0.5", "y[1]"),
    ],
)
def test_data_that_are_none_are_told_by_their_row(kind, x, y, fault, field):
    with pytest.raises(OutOfRange, match=fault) as caught:
        Samples.given(kind, x, y)
    assert caught.value.field == f"dataset.{field}"


def test_what_is_wrong_in_the_validation_part_is_told_there():
    with pytest.raises(OutOfRange, match="row 1 of x has 2 numbers") as caught:
        Samples.given("regression", [1, 2], [1, 2], validation=([[1], [1, 2]], [1, 2]))
    assert caught.value.field == "dataset.validation.x[1]"
    with pytest.raises(OutOfRange, match="row 1 has the class 0.5") as caught:
        Samples.given("classification", [1, 2], [0, 1], test=([1, 2], [1, 0.5]))
    assert caught.value.field == "dataset.test.y[1]"
    with pytest.raises(OutOfRange, match="y is empty"):
        Samples.given("regression", [1, 2], [1, 2], validation=([1], []))


def test_a_validation_part_has_the_training_part_s_columns():
    with pytest.raises(OutOfRange, match="rows of x have 2 numbers here and 1 in the training part") as caught:
        Samples.given("regression", [1, 2], [1, 2], validation=([[1, 2]], [1]))
    assert caught.value.field == "dataset.validation.x"


@pytest.mark.parametrize(
    "fractions", [(0, 0.5, 0.5), (0.5, 0.5), (0.5, 0.6, -0.1), (1, 1, 1), (float("nan"), 0.5, 0.5)]
)
def test_shares_that_are_none_or_leave_nothing_for_training_are_refused(fractions):
    with pytest.raises(OutOfRange, match=r"split|left for training") as caught:
        drawn("moons", fractions=fractions)
    assert caught.value.field == "dataset.split"


def test_a_number_of_samples_outside_its_limits_is_refused():
    with pytest.raises(OutOfRange, match="n is 1; it must be an integer between 2") as caught:
        drawn("moons", n=1)
    assert caught.value.field == "dataset.n"


def test_all_parts_together_tell_how_many_classes_there_are():
    samples = Samples.given("classification", [1, 2, 3], [0, 1, 0], validation=([1, 2], [0, 2]))
    assert samples.classes == 3
    assert Samples.given("classification", [1, 2], [0, 0]).classes == 2
    assert drawn("blobs").classes == 3


@pytest.mark.parametrize(
    ("y", "kind"),
    [
        ([0, 1, 1, 0], "classification"),
        ([[0], [1], [2], [0], [1], [2]], "classification"),
        ([0, 1, 2, 3], "regression"),
        ([0, 0, 0], "regression"),
        ([0, 2, 2, 0], "regression"),
        ([0.5, 1, 1, 0.5], "regression"),
        ([[0, 1], [1, 0]], "regression"),
    ],
)
def test_what_targets_look_like(y, kind):
    assert kind_of(y) == kind
