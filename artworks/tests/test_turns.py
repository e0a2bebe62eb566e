"""Uploads go before what was left for later, and wait for each other in order."""

import threading
import time
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from accounts.lines import Line, Turn
from accounts.locks import Taken
from accounts.models import Artist
from artworks import turns, uploads
from artworks.api import ArtworkViewSet
from artworks.models import Artwork
from artworks.turns import give_way, going_first
from portfolio_site.testing import client_of, image_file, make_image


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


def send(artist: Artist, content: bytes | None = None) -> Any:
    form = {"image": image_file(content=content)}
    return client_of(artist).post("/api/artworks/upload", form, format="multipart")


@pytest.mark.django_db
def test_an_upload_has_waited_since_its_first_byte(alice: Artist, own_media: Path, monkeypatch: Any) -> None:
    first_byte, waits_since = list[float](), list[float]()
    receive, standing = uploads.IncomingUploadHandler.receive_data_chunk, turns.standing

    def receives(handler: Any, data: bytes, start: int) -> None:
        first_byte.append(time.monotonic())
        receive(handler, data, start)

    def stands(door: Any, patience: float, since: float) -> Any:
        waits_since.append(since)
        return standing(door, patience, since)

    monkeypatch.setattr(uploads.IncomingUploadHandler, "receive_data_chunk", receives)
    monkeypatch.setattr(turns, "standing", stands)
    asked = time.monotonic()
    assert send(alice).status_code == 201
    assert len(waits_since) == 2, "in both lines"
    assert all(asked < since <= first_byte[0] for since in waits_since)


@pytest.mark.django_db
def test_a_turn_ends_once_the_upload_is_answered(alice: Artist, own_media: Path, monkeypatch: Any) -> None:
    doors = turns.Doors(Line(1).door, Line(1).door)
    monkeypatch.setattr(turns, "doors", doors)
    show, told = ArtworkViewSet.shown, list[int]()

    def shown(view: Any, pk: int, *answer: Any) -> Any:
        with pytest.raises(Taken), turns.standing(doors.files, 0.1, 0):
            pass
        with turns.standing(doors.rows, 30, 0):
            told.append(pk)
        return show(view, pk, *answer)

    monkeypatch.setattr(ArtworkViewSet, "shown", shown)
    for content, status in [(make_image(), 201), (b"no picture", 400), (make_image(), 201)]:
        assert send(alice, content).status_code == status
    work = Artwork.objects.first()
    assert work is not None
    for content, status in [(make_image(800), 200), (b"no picture", 400), (make_image(900), 200)]:
        address, form = f"/api/artworks/{work.pk}/image", {"image": image_file(content=content)}
        assert client_of(alice).put(address, form, format="multipart").status_code == status
    assert len(told) == 4


@pytest.mark.django_db
@pytest.mark.parametrize("crowded", [True, False])
def test_the_client_of_a_crowded_process_takes_another_connection(
    alice: Artist, own_media: Path, monkeypatch: Any, crowded: bool
) -> None:
    monkeypatch.setattr(turns, "standing", lambda *asked: nullcontext(Turn(behind=0, crowded=crowded)))
    answer = send(alice)
    assert answer.status_code == 201
    assert answer.get("Connection") == ("close" if crowded else None)
