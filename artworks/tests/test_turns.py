"""Uploads go before what was left for later."""

import threading
import time

from artworks.turns import give_way, going_first


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
