"""Minibatches: what is drawn, by whom it is seen, and what it is worth."""

import itertools
import time
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.batches import DrawnBatches, GivenBatches, epochs
from engine.catalog import DataSurface, load_catalog
from engine.chance import KEPT, BatchGradients, GradientNoise, drawn_gradients
from engine.cloud import cloud
from engine.ensemble import ensemble
from engine.errors import DeadlineExceeded, OutOfRange
from engine.objective import objective_of_formula, objective_of_surface
from engine.randomness import BATCHES, NOISE, words
from engine.rule import Rule
from engine.trajectory import Run, run

CATALOG = load_catalog()
FITTED = [entry for entry in CATALOG.surfaces.values() if isinstance(entry.definition, DataSurface)]
SIZES = st.tuples(st.integers(1, 40), st.integers(1, 40)).map(lambda pair: (max(pair), min(pair)))
SEEDS = st.integers(0, 2**53 - 1)


def fitted(entry, reduction="sum"):
    return objective_of_surface(entry, entry.definition.defaults, None, reduction)


def rule(name, **values):
    return Rule.of(CATALOG.optimizers[name], values)


@given(SIZES, SEEDS, st.integers(1, 4))
def test_every_epoch_is_a_permutation_cut_into_batches_of_which_the_last_may_be_short(sizes, seed, epochs):
    samples, size = sizes
    batches = DrawnBatches(samples, size, "epochs", seed)
    indices, counts = batches.drawn(0, epochs * batches.per_epoch)
    seen = [row[:count].tolist() for row, count in zip(indices, counts, strict=True)]
    for epoch in (seen[k : k + batches.per_epoch] for k in range(0, len(seen), batches.per_epoch)):
        assert sorted(itertools.chain(*epoch)) == list(range(samples))
        assert {len(batch) for batch in epoch[:-1]} <= {size}
        assert len(epoch[-1]) == (samples % size or size)


@given(SIZES, SEEDS, st.integers(0, 50), st.integers(1, 20), st.sampled_from(["epochs", "fresh"]))
def test_what_a_step_draws_does_not_depend_on_where_one_begins(sizes, seed, first, steps, sampling):
    batches = DrawnBatches(*sizes, sampling, seed)
    whole, later = batches.drawn(0, first + steps), batches.drawn(first, steps)
    for all_of_them, tail in zip(whole, later, strict=True):
        assert all_of_them[first:].tobytes() == tail.tobytes()


@given(SIZES, SEEDS, st.integers(0, 50), st.integers(0, 20), st.sampled_from(["epochs", "fresh", "given"]))
def test_epochs_count_the_samples_drawn_before_wherever_one_begins(sizes, seed, first, steps, sampling):
    batches = DrawnBatches(*sizes, "epochs" if sampling == "given" else sampling, seed)
    indices, counts = batches.drawn(0, 70)
    if sampling == "given":
        batches = GivenBatches(sizes[0], [row[:size] for row, size in zip(indices.tolist(), counts, strict=True)])
    expected = [sum(counts[:k]) / sizes[0] for k in range(first, first + steps)]
    assert epochs(batches, first, steps).tolist() == expected


@given(SIZES, SEEDS)
def test_a_fresh_batch_has_no_sample_twice(sizes, seed):
    indices, counts = DrawnBatches(*sizes, "fresh", seed).drawn(3, 10)
    assert all(len(set(row)) == sizes[1] for row in indices.tolist())
    assert set(counts.tolist()) == {sizes[1]}


def test_seeds_and_purposes_have_streams_of_their_own():
    streams = [words(purpose, seed, 0, 8).tobytes() for purpose in (BATCHES, NOISE) for seed in range(20)]
    assert len(set(streams)) == len(streams)


def test_the_stream_is_what_numpy_documents_for_ever():
    """PCG64 and SeedSequence are stable; so is the order of the words. These numbers must never change."""
    assert words(BATCHES, 0, 0, 2).tolist() == np.random.PCG64(np.random.SeedSequence([1, 0])).random_raw(2).tolist()
    assert DrawnBatches(8, 3, "epochs", 7).drawn(0, 3)[0].tolist() == [[7, 5, 3], [0, 6, 1], [2, 4, 2]]


@pytest.mark.parametrize("entry", FITTED, ids=lambda entry: entry.name)
@pytest.mark.parametrize("reduction", ["sum", "mean"])
@pytest.mark.parametrize("size", [1, 2, 3])
def test_the_mean_over_all_batches_is_their_share_of_the_whole_gradient_to_rounding(entry, reduction, size):
    definition = entry.definition
    data = (definition.data_x[:8], definition.data_y[:8])
    objective = objective_of_surface(entry, definition.defaults, data, reduction)
    found = cloud(objective, definition.start, size, 100, 0)
    assert found.complete
    np.testing.assert_allclose(found.gradients.mean(axis=0), found.expected, rtol=1e-13, atol=1e-14)
    np.testing.assert_allclose(found.gradient, objective.at(definition.start)[1], rtol=1e-12)
    share = size / 8 if reduction == "sum" else 1
    np.testing.assert_allclose(found.expected, share * found.gradient, rtol=1e-13)
    np.testing.assert_allclose(np.cov(found.gradients.T, ddof=0), found.covariance, rtol=1e-10, atol=1e-14)


@pytest.mark.parametrize("entry", FITTED, ids=lambda entry: entry.name)
def test_a_cloud_in_blocks_is_the_cloud_at_once_and_ends_at_its_deadline(entry, monkeypatch):
    objective = fitted(entry)
    asked = objective, entry.definition.start, 5, 40, 3
    whole = cloud(*asked)
    monkeypatch.setattr("engine.cloud.BLOCK", 7 * objective.form.samples)
    in_blocks = cloud(*asked, deadline=time.monotonic() + 60)
    assert in_blocks.batches.tobytes() == whole.batches.tobytes()
    assert in_blocks.gradients.tobytes() == whole.gradients.tobytes()
    with pytest.raises(DeadlineExceeded, match="the time allowed was used up after 0 of"):
        cloud(*asked, deadline=time.monotonic() - 1)
    clock = itertools.count()
    monkeypatch.setattr("engine.deadline.time.monotonic", lambda: next(clock))
    with pytest.raises(DeadlineExceeded, match="after 14 of 40 batches"):
        cloud(*asked, deadline=3)


def test_what_is_drawn_is_laid_out_once_for_all_rules_in_pairs_that_nobody_writes_to():
    objective = fitted(FITTED[0], "mean")
    chance = BatchGradients(objective, DrawnBatches(objective.form.samples, 5, "epochs", 0))
    first, second = (Run(objective, rule(name), objective.start, chance) for name in ("gd", "momentum"))
    table, places = first._table(7), first.step.drawn
    assert table is second._table(7) and not table.flags.writeable
    rows = chance.rows(0, 7)
    row, size = rows["batch_x"], rows["batch_size"]
    at = 2 * sum(-(-rows[name].shape[1] // 2) for name in list(places)[: list(places).index("batch_size")])
    flat = table.reshape(7, -1)
    np.testing.assert_array_equal(flat[:, :6], np.concatenate([row, np.zeros((7, 1))], axis=1))
    np.testing.assert_array_equal(flat[:, at : at + 2], np.repeat(size, 2, axis=1))


@pytest.mark.parametrize("block", [4096, 8])
def test_given_batches_are_enough_for_as_many_steps_as_there_are(block, monkeypatch):
    monkeypatch.setattr("engine.trajectory.BLOCK", block)
    objective = fitted(FITTED[0])
    chance = BatchGradients(objective, GivenBatches(objective.form.samples, [[k % 5] for k in range(20)]))
    (record,) = run(objective, objective.start, [rule("gd")], 20, chance=chance)
    assert record.steps == 20
    with pytest.raises(OutOfRange, match="there are 20 batches, enough for 20 steps; give one list") as refused:
        run(objective, objective.start, [rule("gd")], 21, chance=chance)
    assert refused.value.field == "batches.indices"


@settings(max_examples=40)
@given(st.sampled_from(FITTED), st.sampled_from(["sum", "mean"]), st.integers(1, 12), SEEDS, st.booleans())
def test_a_step_uses_the_gradient_of_its_own_batch_and_records_the_whole_loss(entry, reduction, size, seed, fresh):
    objective = fitted(entry, reduction)
    samples = objective.form.samples
    batches = DrawnBatches(samples, min(size, samples), "fresh" if fresh else "epochs", seed)
    rate = entry.definition.suggested_learning_rate / 10
    (record,) = run(
        objective, objective.start, [rule("gd", learning_rate=rate)], 9, chance=BatchGradients(objective, batches)
    )
    for k in range(9):
        drawn, counts = batches.drawn(k, 1)
        chosen = drawn[0, : counts[0]]
        data = tuple(np.asarray(objective.inputs[name])[chosen] for name in ("data_x", "data_y"))
        expected = objective_of_surface(entry, entry.definition.defaults, data, reduction).at(record.phi[k])[1]
        np.testing.assert_allclose(record.gradient[k], expected, rtol=1e-10, atol=1e-12)
        np.testing.assert_allclose(record.phi[k + 1], record.phi[k] - rate * record.gradient[k], rtol=1e-14)
        np.testing.assert_allclose(record.loss[k], objective.at(record.phi[k])[0], rtol=1e-13)
    np.testing.assert_array_equal(record.gradient[9], objective.at(record.phi[9])[1])


def test_all_optimizers_of_a_request_see_the_same_batches_as_each_alone():
    objective = fitted(FITTED[0])
    rules = [rule(name) for name in CATALOG.optimizers]
    batches = DrawnBatches(objective.form.samples, 5, "epochs", 3)
    together = run(objective, objective.start, rules, 40, chance=BatchGradients(objective, batches))
    for one, found in zip(rules, together, strict=True):
        (alone,) = run(objective, objective.start, [one], 40, chance=BatchGradients(objective, batches))
        assert alone.phi.tobytes() == found.phi.tobytes()
        assert alone.gradient.tobytes() == found.gradient.tobytes()


@pytest.mark.parametrize("name", CATALOG.optimizers)
def test_a_batch_of_everything_is_the_whole_gradient(name):
    objective = fitted(FITTED[0])
    given = GivenBatches(objective.form.samples, [list(range(objective.form.samples))] * 30)
    (batched,) = run(objective, objective.start, [rule(name)], 30, chance=BatchGradients(objective, given))
    (whole,) = run(objective, objective.start, [rule(name)], 30)
    np.testing.assert_allclose(batched.phi, whole.phi, rtol=1e-9, atol=1e-12)


@settings(max_examples=25)
@given(st.lists(st.integers(1, 9), min_size=1, max_size=6), SEEDS)
def test_a_run_in_pieces_is_the_run_at_once(cuts, seed):
    objective = fitted(FITTED[0])
    chance = BatchGradients(objective, DrawnBatches(objective.form.samples, 7, "epochs", seed))
    running = Run(objective, rule("adam"), objective.start, chance)
    pieces = [running.advance(steps) for steps in cuts]
    (whole,) = run(objective, objective.start, [rule("adam")], sum(cuts) - 1, chance=chance)
    assert np.concatenate([piece.phi for piece in pieces]).tobytes() == whole.phi.tobytes()


def test_the_epochs_of_a_record_count_the_samples_of_its_gradients():
    objective = fitted(FITTED[0])
    samples = objective.form.samples
    batches = DrawnBatches(samples, 7, "epochs", 0)
    (record,) = run(
        objective, objective.start, [rule("gd")], 2 * batches.per_epoch, chance=BatchGradients(objective, batches)
    )
    assert record.epoch[batches.per_epoch] == 1
    assert record.epoch[-1] == 2
    assert record.epoch[1] == pytest.approx(7 / samples)


@pytest.mark.parametrize(
    ("indices", "field"),
    [([[0], []], "batches.indices[1]"), ([[0], [99]], "batches.indices[1]"), ([[-1]], "batches.indices[0]")],
)
def test_given_batches_outside_the_data_are_refused_where_they_stand(indices, field):
    with pytest.raises(OutOfRange) as refused:
        GivenBatches(10, indices)
    assert refused.value.field == field


def test_a_formula_has_no_batches_but_may_have_noise():
    objective = objective_of_formula("x**2 + 3*y**2", (-2, 2), (-2, 2))
    with pytest.raises(OutOfRange, match="without data"):
        BatchGradients(objective, SimpleNamespace(largest=2, even=True))
    (record,) = run(
        objective, (1.0, 1.0), [rule("gd", learning_rate=1e-6)], 4000, chance=GradientNoise(objective, 0.5, 1)
    )
    noise = record.gradient[:-1] - record.phi[:-1] * [2, 6]
    assert abs(noise.mean()) < 4 * 0.5 / np.sqrt(noise.size)
    assert noise.std() == pytest.approx(0.5, rel=0.04)
    assert abs(np.corrcoef(noise.T)[0, 1]) < 0.07
    np.testing.assert_array_equal(record.gradient[-1], objective.at(record.phi[-1])[1])


def test_no_noise_is_no_change():
    objective = fitted(FITTED[0])
    (silent,) = run(objective, objective.start, [rule("adam")], 50, chance=GradientNoise(objective, 0.0, 1))
    (plain,) = run(objective, objective.start, [rule("adam")], 50)
    np.testing.assert_allclose(silent.phi, plain.phi, rtol=1e-9)


def test_an_ensemble_has_the_paths_of_its_seeds_and_their_spread():
    objective = fitted(FITTED[0])
    n = objective.form.samples
    chances = [BatchGradients(objective, DrawnBatches(n, 5, "epochs", seed)) for seed in range(6)]
    (found,) = ensemble(objective, objective.start, [rule("gd", learning_rate=0.01)], 30, chances)
    for path, chance in zip(found.phi, chances, strict=True):
        (alone,) = run(objective, objective.start, [rule("gd", learning_rate=0.01)], 30, chance=chance)
        assert path.tobytes() == alone.phi.tobytes()
    mean, deviation = found.spread
    np.testing.assert_allclose(mean, found.phi[:, -1].mean(axis=0), rtol=1e-14)
    np.testing.assert_allclose(deviation, np.std(found.phi[:, -1], axis=0, ddof=1), rtol=1e-14)
    away = found.phi[:, -1] - mean
    np.testing.assert_allclose(found.covariance, away.T @ away / 5, rtol=1e-12)
    (alone,) = ensemble(objective, objective.start, [rule("gd", learning_rate=0.01)], 30, chances[:1])
    assert np.isnan(alone.covariance).all()


@given(st.integers(1, 40), st.integers(1, 40), st.sampled_from(["epochs", "fresh"]), st.integers(0, 90))
def test_what_was_seen_is_the_sum_of_the_sizes(samples, size, sampling, step):
    batches = DrawnBatches(samples, min(size, samples), sampling, 0)
    assert batches.seen(step) == batches.drawn(0, step + 1)[1][:step].sum()
    given = GivenBatches(samples, [[0] * (1 + k % 3) for k in range(step + 1)])
    assert given.seen(step) == given.drawn(0, step + 1)[1][:step].sum()


class Shared(list):
    """What is kept, with another thread that puts its own batches there whenever somebody has looked."""

    def __getitem__(self, place):
        found = super().__getitem__(place)
        self[:] = [(3, *DrawnBatches(60, 7, "epochs", 3).drawn(3, 9))]
        return found


@pytest.mark.parametrize("first", [0, 4, 40])
def test_another_thread_that_draws_from_the_same_batches_changes_nothing(first):
    indices, sizes = DrawnBatches(60, 7, "epochs", 3).drawn(first, 5)
    drawn = DrawnBatches(60, 7, "epochs", 3, _kept=Shared([(first, indices, sizes)]))
    found = drawn.drawn(first, 5)
    assert (found[0].tolist(), found[1].tolist()) == (indices.tolist(), sizes.tolist())


def test_draws_are_kept_between_requests_and_no_more_of_them_than_said():
    objective = fitted(FITTED[0])
    seeds = [drawn_gradients(objective, DrawnBatches(objective.form.samples, 5, "epochs", seed)) for seed in (0, 1, 0)]
    assert seeds[0] is seeds[2] and seeds[0] is not seeds[1]
    places = Run(objective, rule("gd"), objective.start, seeds[0]).step.drawn
    clock = np.zeros((4000, 0, 2))
    for first in range(0, 60_000, 4000):
        np.testing.assert_array_equal(
            seeds[0].table(first, clock, places),
            BatchGradients(objective, seeds[0].batches).table(first, clock, places),
        )
        assert sum(table.size for _, table in seeds[0]._kept.values()) <= KEPT


def test_what_the_loss_and_the_gradient_of_a_batch_share_is_computed_once():
    of_batches = fitted(FITTED[0]).form.of_batches(5, True)
    alone = sum(len(of_batches.code(name).body) for name in ("loss", "gradient"))
    assert len(of_batches.code("loss", "gradient").body) < alone
