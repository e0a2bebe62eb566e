"""Works in the studio: many files at once, the record, the trash; and forged forms, which change nothing."""

import io
import re
from typing import Any

import pytest
import pyvips
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image, ImageCms

from accounts.models import Artist
from artworks.models import Artwork, ArtworkImage
from artworks.storage import folder
from artworks.tasks import warm
from artworks.titles import title_of
from portfolio_site.testing import client_of, image_file, make_artist, make_gallery, make_image, make_work

pytestmark = pytest.mark.django_db
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
LIST, ADD = "/admin/artworks/artwork/", "/admin/artworks/artwork/add/"


def send(client: Any, path: str, /, **data: Any) -> Any:
    return client.post(path, data, format="multipart")


def said(answer: Any) -> str:
    return " ".join(str(message) for message in get_messages(answer.wsgi_request))


def page(work: Artwork, name: str = "change") -> str:
    return f"{LIST}{work.pk}/{name}/"


def record(work: Artwork, **changed: Any) -> dict[str, Any]:
    kept = {"title": work.title, "availability": work.availability, "focal_x": work.focal_x, "focal_y": work.focal_y}
    return kept | changed


def broken(name: str = "torn.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, b"\xff\xd8\xff\xe0 no picture")


class TestUpload:
    def test_of_many_files_the_good_ones_stay_and_each_bad_one_is_named(self, alice: Artist) -> None:
        files = [image_file(f"blue-hour_{n}.jpg", width=60 + n) for n in range(11)]
        files[5:5] = [broken("torn.jpg"), SimpleUploadedFile("empty.png", b"")]
        answer = send(client_of(alice), ADD, pictures=files)
        assert answer.status_code == 302 and answer["Location"] == LIST
        assert Artwork.objects.filter(artist=alice).count() == 11
        words = said(answer)
        assert "“torn.jpg”: " in words and "“empty.png”: " in words and "11 works are here" in words
        assert "Only you can see them" in words
        assert Artwork.objects.filter(title="Blue hour 3").exists()
        assert [path.name for path in folder("incoming").iterdir()] == []

    def test_two_bad_files_of_one_name_are_two(self, alice: Artist) -> None:
        answer = send(client_of(alice), ADD, pictures=[broken(), broken()])
        assert answer.status_code == 200
        assert answer.content.decode().count("“torn.jpg”: ") == 2
        assert not Artwork.objects.exists()

    def test_one_file_leads_to_its_record(self, alice: Artist) -> None:
        answer = send(client_of(alice), ADD, pictures=[image_file("IMG_2041.jpg")])
        work = Artwork.objects.get()
        assert answer["Location"] == page(work)
        assert (work.title, work.image.state) == ("Untitled", "ready")

    def test_nothing_chosen_is_said(self, alice: Artist) -> None:
        answer = send(client_of(alice), ADD)
        assert "Choose at least one picture." in answer.content.decode()

    def test_they_hang_at_once_where_they_are_wanted(self, alice: Artist) -> None:
        room = make_gallery(alice, title="Winter")
        answer = send(client_of(alice), ADD, pictures=[image_file("a.jpg"), image_file("b.jpg")], gallery=room.pk)
        assert [work.title for work in room.artworks.order_by("placements__position")] == ["A", "B"]
        assert answer["Location"] == f"/admin/galleries/gallery/{room.pk}/change/"
        assert "Everyone can see" in said(answer)

    def test_into_anothers_gallery_nothing_comes(self, alice: Artist, bob: Artist) -> None:
        room = make_gallery(alice, title="Winter")
        forged = send(client_of(bob), ADD, pictures=[image_file()], gallery=room.pk, artist=alice.pk)
        unknown = send(client_of(bob), ADD, pictures=[image_file()], gallery=987654321)
        assert forged.status_code == unknown.status_code == 200
        assert "Winter" not in forged.content.decode()
        assert not Artwork.objects.exists() and not room.placements.exists()

    def test_a_work_is_its_makers_whatever_the_form_says(self, alice: Artist, bob: Artist) -> None:
        send(client_of(bob), ADD, pictures=[image_file()], artist=alice.pk)
        assert Artwork.objects.get().artist == bob

    def test_of_one_file_it_is_said_what_was_found_and_what_is_served(self, alice: Artist) -> None:
        wide = image_file("wide.png", format="PNG", icc_profile=pyvips.Image.profile_load("p3"))
        answer = send(client_of(alice), ADD, pictures=[wide])
        assert "8 bit, served as sRGB; colours outside sRGB: " in said(answer) and "no colour profile" not in said(
            answer
        )
        work = Artwork.objects.get()
        assert "No colour profile, 8 bit, served as sRGB" in said(
            send(client_of(alice), page(work, "replace"), picture=image_file())
        )

    def test_warnings_about_many_files_are_summed_by_kind(self, alice: Artist) -> None:
        files = [image_file(f"{n}.jpg") for n in range(4)]
        tagged = image_file("tagged.jpg", icc_profile=SRGB)
        pressed = Image.new("CMYK", (60, 40), (0, 90, 90, 0))
        press = io.BytesIO()
        pressed.save(press, "JPEG", icc_profile=pyvips.Image.profile_load("cmyk"))
        answer = send(client_of(alice), ADD, pictures=[*files, tagged, image_file("press.jpg", press.getvalue())])
        warnings = [str(message) for message in get_messages(answer.wsgi_request) if message.level_tag == "warning"]
        assert len(warnings) == 3
        assert warnings[0].startswith("4 files have no colour profile")
        assert warnings[1].startswith("6 pictures are small")
        assert warnings[2].startswith("“press.jpg”: The file is CMYK")

    def test_strangers_send_nothing(self) -> None:
        assert send(client_of(None), ADD, pictures=[image_file()]).status_code in {302, 403}
        assert not Artwork.objects.exists()


@pytest.mark.parametrize(
    ("filename", "title"),
    [
        ("blue-hour_02.jpg", "Blue hour 02"),
        ("IMG_2041.JPG", "Untitled"),
        ("DSC01234.jpg", "Untitled"),
        ("20240131_120000.jpg", "Untitled"),
        ("Ölbild, groß.tiff", "Ölbild, groß"),
        ("IMG_2041 (harbour).jpg", "IMG 2041 (harbour)"),
        ("Image of my mother.png", "Image of my mother"),
        (".jpg", ".jpg"),
        ("x" * 300 + ".png", "X" + "x" * 199),
    ],
)
def test_a_title_from_the_name_of_a_file(filename: str, title: str) -> None:
    assert title_of(filename) == title


class TestRecord:
    def test_it_is_written_with_a_label_beside_it(self, alice: Artist) -> None:
        work = make_work(alice, title="Salt", medium="Oil on linen", year=2019)
        shown = client_of(alice).get(page(work)).content.decode()
        assert "Oil on linen" in shown.split("<aside")[1] and work.get_absolute_url() in shown
        send(client_of(alice), page(work), **record(work, title="Lamp", words="winter, Blue , winter"))
        work.refresh_from_db()
        assert work.title == "Lamp"
        assert sorted(tag.name for tag in work.tags.all()) == ["Blue", "winter"]

    def test_a_picture_is_replaced_and_the_former_one_kept(self, alice: Artist) -> None:
        work = make_work(alice)
        room = make_gallery(alice, work)
        former = work.image
        answer = send(client_of(alice), page(work, "replace"), picture=image_file(width=90))
        work.refresh_from_db()
        assert work.image != former and work.image.image_width == 90
        assert list(work.images.all()) == [work.image, former] and room.hanging_ids() == [work.pk]
        assert "The former one is kept" in said(answer)
        answer = send(client_of(alice), page(work, "replace"), picture=broken())
        assert "“torn.jpg”: " in said(answer)
        work.refresh_from_db()
        assert work.image.image_width == 90

    def test_it_says_what_the_file_is_and_how_far_its_sizes_are(self, alice: Artist) -> None:
        work, client = make_work(alice), client_of(alice)
        shown = client.get(page(work)).content.decode()
        assert "No colour profile, 8 bit, served as sRGB" in shown and "had to be assumed" in shown
        assert "1 of 2 sizes made; the rest is made when someone looks" in shown
        assert "1 of 2 sizes made" in client.get(LIST).content.decode()
        warm.call(work.image.pk)
        assert "All sizes are made" in client.get(page(work)).content.decode()
        assert "sizes made" not in client.get(LIST).content.decode()  # nothing is owed any more
        tagged = make_work(alice, make_image(icc_profile=SRGB))
        assert "had to be assumed" not in client.get(page(tagged)).content.decode()

    def test_a_broken_picture_is_said_to_be_one(self, alice: Artist) -> None:
        work = make_work(alice)
        ArtworkImage.objects.update(state="broken")
        shown = client_of(alice).get(page(work)).content.decode()
        assert "1 of 2 sizes made; the rest cannot be made" in shown and "Replace it" in shown

    def test_a_longer_list_asks_no_more(self, alice: Artist) -> None:
        client, counts = client_of(alice), []
        for _ in range(2):
            make_gallery(alice, make_work(alice), make_work(alice))
            client.get(LIST)
            with CaptureQueriesContext(connection) as queries:
                assert client.get(LIST).status_code == 200
            counts.append(len(queries))
        assert counts[0] == counts[1]

    def test_the_list_is_edited_in_place_and_its_fields_say_whose_they_are(self, alice: Artist) -> None:
        work = make_work(alice, title="Salt")
        client = client_of(alice)
        assert 'aria-label="Title: Salt"' in client.get(LIST).content.decode()
        send(client, LIST, **row(work, title="Lamp", year="2020", availability="sold"))
        work.refresh_from_db()
        assert (work.title, work.year, work.availability) == ("Lamp", 2020, "sold")

    def test_tags_are_renamed_and_stay_one_word_each(self, alice: Artist, bob: Artist) -> None:
        work = make_work(alice)
        work.set_tags(["blue", "winter"])
        blue = work.tags.get(slug="blue")
        client, path = client_of(alice), f"/admin/artworks/tag/{blue.pk}/change/"
        assert "already" in send(client, path, name="Winter").content.decode()
        send(client, path, name="Azure")
        assert sorted(work.tags.values_list("slug", flat=True)) == ["azure", "winter"]
        assert send(client_of(bob), path, name="Forged").status_code == 302
        assert not work.tags.filter(name="Forged").exists()


def row(work: Artwork, **fields: Any) -> dict[str, Any]:
    management = {"form-TOTAL_FORMS": 1, "form-INITIAL_FORMS": 1, "_save": "Save", "form-0-id": work.pk}
    return management | {f"form-0-{name}": value for name, value in fields.items()}


def act(client: Any, action: str, *works: Artwork, query: str = "", **more: Any) -> Any:
    chosen = [work.pk for work in works]
    return send(client, f"{LIST}{query}", action=action, _selected_action=chosen, index=0, **more)


class TestTrash:
    def test_deleting_is_moving_to_the_trash_and_restoring_keeps_places(self, alice: Artist) -> None:
        works = [make_work(alice, title=title) for title in ("One", "Two", "Three")]
        room = make_gallery(alice, *works)
        client = client_of(alice)
        asked = client.get(page(works[1], "delete")).content.decode()
        assert "comes off every wall" in asked and "placement" not in asked.lower()
        answer = send(client, page(works[1], "delete"), post="yes")
        assert "is in the trash" in said(answer)
        assert client_of(None).get(works[1].get_absolute_url()).status_code == 404
        client.get(LIST)  # with the message
        assert "Two" not in client.get(LIST).content.decode()
        assert "Two" in client.get(f"{LIST}?shelf=trash").content.decode()
        assert "hangs where it hung" in said(act(client, "restore", works[1], query="?shelf=trash"))
        assert [placement.artwork.title for placement in room.wall()] == ["One", "Two", "Three"]
        assert client_of(None).get(works[1].get_absolute_url()).status_code == 200

    def test_many_at_once_and_back_by_the_works_own_page(self, alice: Artist) -> None:
        works = [make_work(alice) for _ in range(2)]
        client = client_of(alice)
        assert "2 works are in the trash" in said(act(client, "into_the_trash", *works))
        assert Artwork.objects.alive().count() == 0
        assert "Restore" in client.get(page(works[0])).content.decode()
        send(client, page(works[0], "restore"))
        assert Artwork.objects.alive().get() == works[0]

    def test_for_ever_is_asked_first(self, alice: Artist) -> None:
        work, client = make_work(alice, title="Salt"), client_of(alice)
        work.trash()
        asked = act(client, "purge", work, query="?shelf=trash")
        assert "Salt" in asked.content.decode() and Artwork.objects.exists()
        act(client, "purge", work, query="?shelf=trash", confirmed="yes")
        assert not Artwork.objects.exists()

    def test_no_action_goes_round_the_trash(self, alice: Artist) -> None:
        work, client = make_work(alice), client_of(alice)
        for query in ("", "?shelf=trash"):
            assert "delete_selected" not in client.get(LIST + query).content.decode()
            act(client, "delete_selected", work, query=query, post="yes")
        assert Artwork.objects.alive().get() == work

    def test_only_the_trash_is_emptied(self, alice: Artist) -> None:
        work = make_work(alice)
        act(client_of(alice), "purge", work, query="?shelf=trash", confirmed="yes")
        act(client_of(alice), "purge", work, confirmed="yes")
        assert Artwork.objects.filter(pk=work.pk).exists()

    def test_a_look_at_the_restoring_address_changes_nothing(self, alice: Artist) -> None:
        work = make_work(alice)
        work.trash()
        client_of(alice).get(page(work, "restore"))
        work.refresh_from_db()
        assert work.trashed


class TestAnotherArtist:
    def test_changes_nothing_by_any_form(self, alice: Artist, bob: Artist) -> None:
        work, trashed = make_work(alice, title="Canary"), make_work(alice, title="Canary two")
        trashed.trash()
        before = list(Artwork.objects.order_by("pk").values())
        client = client_of(bob)
        for thing in (work, trashed):
            for name in ("change", "delete", "restore", "replace", "history"):
                forged = record(thing, title="Forged", post="yes", words="forged", picture=image_file())
                answer = send(client, page(thing, name), **forged)
                assert answer.status_code == 302 and "Canary" not in said(answer), name
                assert client.get(page(thing, name)).status_code == 302
            for action in ("into_the_trash", "restore", "purge"):
                for query in ("", "?shelf=trash"):
                    answer = act(client, action, thing, query=query, confirmed="yes", select_across="1")
                    assert "Canary" not in answer.content.decode()
            client.get(LIST)  # with what the pages before had to say
            edit = row(thing, title="Forged", year="1999", availability="sold")
            answers = [send(client, LIST, **edit | {"form-0-id": pk}) for pk in (thing.pk, 987654321)]
            texts = [re.sub(r'value="\w+"', "", answer.content.decode()) for answer in answers]
            assert texts[0] == texts[1] and "Canary" not in texts[0]
        assert list(Artwork.objects.order_by("pk").values()) == before
        assert not bob.tags.exists()

    def test_finds_nothing_by_search(self, alice: Artist, bob: Artist) -> None:
        make_work(alice, title="Canary", private_notes="Canary", medium="Canary")
        for query in (
            "?q=Can",
            "?shelf=loose",
            "?lacks=alt",
            "?availability__exact=not_for_sale",
            "?artist__id__exact=1",
        ):
            assert "Canary" not in client_of(bob).get(LIST + query, follow=True).content.decode(), query

    def test_is_seen_by_a_superuser(self, alice: Artist) -> None:
        work = make_work(alice, title="Canary")
        client = client_of(make_artist("root", is_superuser=True))
        assert "Canary" in client.get(LIST).content.decode()
        send(client, page(work), **record(work, title="Mended"))
        work.refresh_from_db()
        assert (work.title, work.artist) == ("Mended", alice)
