"""What an upload asks besides its file: a title by the file's name, and what to do with a file that is here already."""

from typing import Any

import pytest

from accounts.models import Artist
from artworks.models import Artwork
from portfolio_site.testing import client_of, image_file, make_gallery, make_image, make_work

pytestmark = pytest.mark.django_db
REFUSE = {"if_duplicate": "refuse"}


def send(artist: Artist, name: str = "work.jpg", headers: Any = None, **fields: Any) -> Any:
    body = {"image": image_file(name, make_image(70, 50)), **fields}
    return client_of(artist).post("/api/artworks/upload", body, format="multipart", headers=headers)


def named(artist: Artist | None, *names: str) -> list[str]:
    answer = client_of(artist).get("/api/artworks", {"source_filename": names, "ordering": "title"})
    assert answer.status_code == 200
    return [work["title"] for work in answer.json()["results"]]


def test_a_file_of_ones_own_is_refused_where_that_is_wanted_and_the_work_is_named(alice: Artist) -> None:
    work = make_work(alice, make_image(70, 50), title="Dawn 100 %")
    answer = send(alice, "other name.jpg", **REFUSE)
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (409, "duplicate")
    assert problem["detail"] == "You have uploaded this very file before: it is “Dawn 100 %”."
    assert problem["errors"] == {"image": [{"code": "duplicate", "message": problem["detail"], "artwork": work.pk}]}
    assert Artwork.objects.count() == 1


def test_else_it_is_kept_with_a_warning(alice: Artist) -> None:
    make_work(alice, make_image(70, 50))
    for fields in ({}, {"if_duplicate": "keep"}):
        answer = send(alice, **fields)
        assert answer.status_code == 201 and "duplicate" in [each["code"] for each in answer.json()["warnings"]]


def test_anothers_file_or_one_in_the_trash_is_no_duplicate(alice: Artist, bob: Artist) -> None:
    make_work(bob, make_image(70, 50))
    make_work(alice, make_image(70, 50)).trash()
    assert send(alice, **REFUSE).status_code == 201


def test_a_lost_answer_is_answered_again_and_is_no_duplicate(alice: Artist) -> None:
    key = {"Idempotency-Key": "batch.1"}
    first, second = (send(alice, headers=key, **REFUSE) for _ in "12")
    assert (first.status_code, second.status_code) == (201, 201) and first.json() == second.json()


def test_a_refused_one_is_kept_under_the_same_key_once_that_is_wanted(alice: Artist) -> None:
    make_work(alice, make_image(70, 50))
    key = {"Idempotency-Key": "batch.1"}
    assert send(alice, headers=key, **REFUSE).status_code == 409
    assert send(alice, headers=key, if_duplicate="keep").status_code == 201


def test_other_wishes_are_refused(alice: Artist) -> None:
    answer = send(alice, if_duplicate="maybe")
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["if_duplicate"])


@pytest.mark.parametrize(
    ("fields", "title"),
    [
        ({"title_from_file": "true"}, "Blue hour 02"),
        ({"title_from_file": "true", "title": "My own"}, "My own"),
        ({}, "Untitled"),
    ],
)
def test_title_by_the_name_of_the_file(alice: Artist, fields: dict[str, str], title: str) -> None:
    assert send(alice, "blue-hour_02.jpg", **fields).json()["title"] == title


def test_own_works_are_found_by_the_names_of_their_files(alice: Artist, bob: Artist) -> None:
    make_work(alice, name="a, b & ü.jpg", title="A")
    make_work(alice, name="c.jpg", title="C")
    theirs = make_work(bob, name="c.jpg", title="Bob's")
    assert named(alice, "a, b & ü.jpg") == ["A"]
    assert named(alice, "a, b & ü.jpg", "c.jpg", "none.jpg") == ["A", "C"]
    assert named(alice, "none.jpg") == named(None, "c.jpg") == []
    assert named(bob, "c.jpg") == [theirs.title]


def test_of_anothers_public_work_the_files_name_stays_unknown(alice: Artist, bob: Artist) -> None:
    make_gallery(alice, make_work(alice, name="secret name.jpg", title="Seen"))
    assert "Seen" in [work["title"] for work in client_of(bob).get("/api/artworks").json()["results"]]
    assert named(bob, "secret name.jpg") == []
