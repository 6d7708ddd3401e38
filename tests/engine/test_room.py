"""What is kept by its bytes: those used last have room, and one that grows is measured again."""

import threading

from engine.room import Room, keeping


def room(most: int) -> tuple[Room[list[int]], list[str]]:
    made: list[str] = []

    def make(name: str, size: int) -> list[int]:
        made.append(name)
        return [size]

    return Room(make, sum, most), made


def test_what_was_not_used_for_longest_leaves_first():
    kept, made = room(100)
    for name in "abcd":
        kept(name, 30)
        kept("a", 30)
    assert kept.bytes == 90 and made == list("abcd")
    kept("b", 30)
    assert made == list("abcdb"), "b was not used for longest when d came"
    kept("a", 30)
    assert made == list("abcdb")


def test_one_value_is_kept_though_it_has_no_room_and_nothing_beside_it():
    kept, made = room(100)
    kept("small", 10)
    kept("large", 500)
    assert kept.bytes == 500 and len(kept) == 1
    kept("large", 500)
    kept("small", 10)
    assert kept.bytes == 10 and made == ["small", "large", "small"]


def test_a_value_that_grows_while_it_is_used_is_measured_again():
    kept, _ = room(100)
    for name in ("a", "b"):
        kept(name, 10)
    kept("a", 10).append(200)
    kept("c", 10)
    assert kept.bytes == 10 and len(kept) == 1


def test_threads_that_ask_for_the_same_have_one_value():
    made = threading.Barrier(4)

    @keeping(100, sum)
    def slow(name: str) -> list[int]:
        made.wait(10)
        return [7]

    found: list[list[int]] = []
    threads = [threading.Thread(target=lambda: found.append(slow("x"))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({id(value) for value in found}) == 1 and slow.bytes == 7 and len(slow) == 1
