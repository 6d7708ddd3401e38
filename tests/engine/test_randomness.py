"""Streams of random numbers: the same for the same seed, whatever else is drawn, and distributed as they say."""

import math

import numpy as np
import pytest

from engine.randomness import BATCHES, CLOUD, DATA, NOISE, SAMPLE, SPLIT, WEIGHTS, Stream, words

PURPOSES = (BATCHES, NOISE, CLOUD, DATA, SPLIT, WEIGHTS, SAMPLE)


def test_every_purpose_has_a_number_of_its_own_that_never_changes():
    assert PURPOSES == (1, 2, 3, 4, 5, 6, 7)


@pytest.mark.parametrize("purpose", PURPOSES)
def test_the_words_are_those_of_pcg64(purpose):
    raw = np.random.PCG64(np.random.SeedSequence([purpose, 7])).random_raw(20)
    assert Stream(purpose, 7).words(20).tolist() == raw.tolist()
    assert words(purpose, 7, 5, 15).tolist() == Stream(purpose, 7, 5).words(15).tolist() == raw[5:].tolist()


def test_what_is_drawn_piece_by_piece_is_what_is_drawn_at_once():
    pieces, whole = Stream(DATA, 3), Stream(DATA, 3)
    drawn = [pieces.uniform(2), pieces.uniform(0), pieces.uniform(5)]
    assert np.concatenate(drawn).tobytes() == whole.uniform(7).tobytes()
    assert np.concatenate([pieces.normal(3), pieces.normal(4)]).tobytes() == whole.normal(7).tobytes()
    following = Stream(DATA, 3, 21).words(9).tolist()
    assert pieces.order(9).tolist() == whole.order(9).tolist() == sorted(range(9), key=following.__getitem__)


def test_normal_numbers_are_box_and_muller_s():
    uniform, normal = Stream(NOISE, 11).uniform(40), Stream(NOISE, 11).normal(20, 2.5)
    expected = [
        2.5 * math.sqrt(-2 * math.log(1 - u)) * math.cos(2 * math.pi * v)
        for u, v in zip(uniform[::2], uniform[1::2], strict=True)
    ]
    np.testing.assert_allclose(normal, expected, rtol=1e-12, atol=1e-14)


def test_uniform_and_normal_numbers_have_their_moments():
    n = 200_000
    uniform, normal = Stream(DATA, 1).uniform(n), Stream(DATA, 2).normal(n)
    assert uniform.min() >= 0 and uniform.max() < 1
    assert abs(uniform.mean() - 1 / 2) < 5 * math.sqrt(1 / 12 / n)
    assert abs(uniform.var() - 1 / 12) < 5 * math.sqrt(1 / 180 / n)
    assert abs(normal.mean()) < 5 / math.sqrt(n)
    assert abs(normal.var() - 1) < 5 * math.sqrt(2 / n)
    assert abs(np.mean(np.abs(normal) < 1) - math.erf(math.sqrt(0.5))) < 5 * 0.5 / math.sqrt(n)
