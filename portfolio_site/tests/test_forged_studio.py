"""On the studio's pages about one's own things, ids of another artist's things count as ids that nothing has."""

from typing import Any

import pytest

from accounts.models import Artist
from artworks.models import Artwork
from galleries.models import Gallery
from portfolio_site.testing import arrived, client_of, make_gallery, make_work
from portfolio_site.tests.world import NOBODYS, all_of, send, told

pytestmark = pytest.mark.django_db
WORK, GALLERY = "/admin/artworks/artwork/", "/admin/galleries/gallery/"
NO_UUID = "00000000-0000-4000-8000-000000000000"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (WORK + "{own_work}/places/", {"take_down": "{gallery}"}),
        (WORK + "{own_work}/places/", {"hang": "{gallery}:1"}),
        (WORK + "{own_work}/former/", {"show": "{uuid}"}),
        (WORK + "{own_work}/former/", {"remove": "{uuid}", "confirmed": "yes"}),
        (WORK + "alt-texts/", {"work": "{work}", "alt_text": "Forged"}),
        (WORK + "restore/", {"works": "{work}"}),
        (
            WORK,
            {"action": "hang_in", "_selected_action": "{own_work}", "index": "0", "hang": "1", "gallery": "{gallery}"},
        ),
        (
            WORK,
            {"action": "hang_in", "_selected_action": "{work}", "index": "0", "hang": "1", "gallery": "{own_gallery}"},
        ),
        (GALLERY + "{own_gallery}/hang/", {"works": "{work}"}),
    ],
)
def test_ids_of_anothers_are_nobodys(alice: Artist, bob: Artist, path: str, body: dict[str, str]) -> None:
    work = make_work(alice, title="Canary")
    with_former(work)
    gallery = make_gallery(alice, work, title="Canaries", visibility="private")
    work.trash()
    own = {"own_work": make_work(bob).pk, "own_gallery": make_gallery(bob, title="Bobs").pk}
    former = work.images.exclude(pk=work.image_id).get()
    theirs = own | {"work": work.pk, "gallery": gallery.pk, "uuid": former.uuid}
    nobodys = own | dict.fromkeys(("work", "gallery"), NOBODYS) | {"uuid": NO_UUID}
    before, client = [all_of(alice), all_of(bob)], client_of(bob)

    def answer(words: dict[str, Any]) -> tuple[Any, ...]:
        filled = {key: value.format(**words) for key, value in body.items()}
        found = send(client, "post", path.format(**words), filled)
        assert [all_of(alice), all_of(bob)] == before and "Canar" not in found.content.decode()
        return told(found, words["work"])

    assert answer(theirs) == answer(nobodys)


def with_former(work: Artwork) -> None:
    with arrived(work.artist) as image:
        work.replace_image(image)


def test_ones_own_ids_do_count(alice: Artist) -> None:
    """The forms above are the right ones."""
    work = make_work(alice)
    with_former(work)
    former = work.images.exclude(pk=work.image_id).get()
    gallery: Gallery = make_gallery(alice, work)
    client = client_of(alice)
    send(client, "post", f"{WORK}{work.pk}/places/", {"take_down": gallery.pk})
    assert gallery.hanging_ids() == []
    send(client, "post", f"{WORK}{work.pk}/places/", {"hang": f"{gallery.pk}:1"})
    assert gallery.hanging_ids() == [work.pk]
    send(client, "post", f"{WORK}{work.pk}/former/", {"show": former.uuid})
    send(client, "post", f"{WORK}alt-texts/", {"work": work.pk, "alt_text": "A sea."})
    work.trash()
    send(client, "post", f"{WORK}restore/", {"works": work.pk})
    work = Artwork.objects.get()
    assert (work.image, work.alt_text, work.trashed) == (former, "A sea.", False)
