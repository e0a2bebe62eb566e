"""Who comes first goes first."""

import threading
import time

import pytest

from accounts.locks import Taken
from artworks.turns import Turns, give_way, going_first


def test_turns_are_taken_in_the_order_of_arrival() -> None:
    turns, order, waiting = Turns(1), list[int](), []
    turns.wait(0)

    def go(number: int) -> None:
        turns.wait(10)
        order.append(number)
        turns.pass_on()

    for number in range(8):
        waiting.append(threading.Thread(target=go, args=(number,)))
        waiting[-1].start()
        while len(turns.queue) <= number:
            time.sleep(0.001)
    turns.pass_on()
    for thread in waiting:
        thread.join(10)
    assert order == [*range(8)]
    assert turns.free == 1


def test_who_gave_up_is_passed_over() -> None:
    turns = Turns(2)
    turns.wait(0)
    turns.wait(0)
    with pytest.raises(Taken):
        turns.wait(0.01)
    turns.pass_on()
    turns.wait(0)


def test_what_was_left_for_later_gives_way_to_uploads_but_not_for_ever() -> None:
    began = time.monotonic()
    with going_first(), going_first():
        give_way(0.3)
        assert 0.3 <= time.monotonic() - began < 5
        upload = threading.Thread(target=give_way, args=(60,))
        upload.start()
        upload.join(0.1)
        assert upload.is_alive()
    upload.join(5)
    assert not upload.is_alive()
