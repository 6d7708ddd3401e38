"""Long work in parts: side by side on helping threads while nobody waits, and the same as one after another."""

import threading
import time

import pytest

from app.serving.work import LONG, Workers
from app.settings import Settings
from tests.app.asking import answered

from .test_ensembles import ONE
from .test_states import GRID, STATES, TRAINING, events_of

SLICES = "/api/training/slices"
LONG_ONE = ONE | {"steps": 900}


@pytest.fixture
def workers():
    made = Workers(Settings(threads=3))
    yield made
    made.close()


def test_results_are_in_the_order_of_the_items_whoever_is_ready_first(workers):
    def work(item):
        time.sleep(0.002 * (7 - item))
        return item * item

    assert workers.each(LONG + 1, work, range(7)) == [item * item for item in range(7)]


def test_long_work_is_done_on_several_threads_at_once_and_short_work_on_this_one(workers):
    meeting = threading.Barrier(3, timeout=20)

    def meet(item):
        meeting.wait()
        return threading.get_ident()

    assert len(set(workers.each(LONG + 1, meet, range(3)))) == 3
    idents = workers.each(LONG, lambda item: threading.get_ident(), range(9))
    assert set(idents) == {threading.get_ident()}


def test_the_first_error_is_raised_and_nothing_is_begun_after_it(workers):
    begun = []

    def work(item):
        begun.append(item)
        if item == 0:
            raise ValueError("the first")
        time.sleep(0.05)
        return item

    with pytest.raises(ValueError, match="the first"):
        workers.each(LONG + 1, work, range(200))
    assert len(begun) < 10


def test_helpers_take_nothing_while_others_wait_for_their_turn(workers):
    workers.waiting = 1
    idents = workers.each(LONG + 1, lambda item: time.sleep(0.002) or threading.get_ident(), range(30))
    assert set(idents) == {threading.get_ident()}


def test_work_gets_done_though_all_helpers_are_busy_for_good(workers):
    free = threading.Event()
    blocked = [workers.helpers.submit(free.wait, 20) for _ in range(3)]
    try:
        assert workers.each(LONG + 1, lambda item: -item, range(4)) == [0, -1, -2, -3]
    finally:
        free.set()
    assert all(future.result() for future in blocked)


def test_a_long_ensemble_is_bit_equal_to_its_members_trained_alone_in_every_form(client):
    whole = LONG_ONE | {"ensemble": 3}
    found = answered(client, TRAINING, whole)["runs"]
    steps = [data["runs"] for kind, data in events_of(client, whole) if kind == "steps"]
    states = answered(client, STATES, whole | {"step": 700, "frames": {"grid": GRID}})["runs"]
    for member in (0, 1, 2):
        seeds = {"network": ONE["network"] | {"seed": 3 + member}, "seed": 8 + member}
        for place, optimizer in enumerate(ONE["optimizers"]):
            mine = [{"step": 5, "batch_size": 10}, *([{"step": 9, "learning_rate": 0.02}] if place == 0 else [])]
            alone = LONG_ONE | seeds | {"optimizers": [optimizer], "changes": mine}
            (expected,) = answered(client, TRAINING, alone)["runs"]
            index = 3 * place + member
            assert found[index] | {"member": 0} == expected
            assert [loss for runs in steps for loss in runs[index]["loss"]] == expected["loss"]
            (state,) = answered(client, STATES, alone | {"step": 700, "frames": {"grid": GRID}})["runs"]
            assert states[index] | {"member": 0} == state


def test_the_plane_of_a_long_ensemble_is_the_same_each_time(client):
    asked = LONG_ONE | {"ensemble": 3, "plane": {"resolution": [3, 3]}, "run": 4}
    first = answered(client, SLICES, asked)
    assert all(answered(client, SLICES, asked) == first for _ in range(3))
