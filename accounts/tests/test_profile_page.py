"""The profile in the studio: texts as they will read, a portrait, links in rows, and looks with samples."""

from typing import Any

import pytest

from accounts.models import Artist
from artworks.models import ArtworkImage
from portfolio_site.testing import client_of, image_file, make_image, make_work

pytestmark = pytest.mark.django_db


def save(artist: Artist, sender: Artist | None = None, **data: Any) -> Any:
    whole = {"name": artist.name, "currency": "EUR", "slug": artist.slug, "reserves_ai_training": "on"} | data
    return client_of(sender or artist).post(f"/admin/accounts/artist/{artist.pk}/change/", whole)


def test_it_leads_to_the_page_itself(alice: Artist) -> None:
    page = client_of(alice).get(f"/admin/accounts/artist/{alice.pk}/change/").content.decode()
    assert f'href="{alice.get_absolute_url()}" class="viewsitelink"' in page and "/admin/r/" not in page


class TestMarkdown:
    def test_it_reads_as_on_the_page(self, alice: Artist) -> None:
        text = "*Slow* water\n\n<script>alert(1)</script> ![x](https://elsewhere.example/x.png)"
        Artist.objects.update(statement=text)
        html = client_of(alice).post("/api/markdown", {"text": text}, format="json").json()["html"]
        assert "<em>Slow</em>" in html
        assert "<script" not in html and "<img" not in html
        assert html in client_of(None).get(alice.get_absolute_url()).content.decode()
        assert html in client_of(alice).get(f"/admin/accounts/artist/{alice.pk}/change/").content.decode()

    def test_it_has_a_longest(self, alice: Artist) -> None:
        client = client_of(alice)
        assert client.post("/api/markdown", {"text": "x" * 50_000}, format="json").status_code == 200
        refused = client.post("/api/markdown", {"text": "x" * 50_001}, format="json")
        assert refused.status_code == 400 and "text" in refused.json()["errors"]


class TestLinks:
    def test_rows_are_kept_in_their_order_and_empty_ones_left_out(self, alice: Artist) -> None:
        rows = {"links-title": ["Shop", "", "", ""], "links-url": ["shop.example/a", "", "https://blog.example/", ""]}
        assert save(alice, **rows).status_code == 302
        alice.refresh_from_db()
        assert alice.links == [
            {"title": "Shop", "url": "https://shop.example/a"},
            {"title": "blog.example", "url": "https://blog.example/"},
        ]
        page = client_of(alice).get(f"/admin/accounts/artist/{alice.pk}/change/").content.decode()
        assert 'value="https://shop.example/a"' in page

    def test_they_can_all_be_taken_away(self, alice: Artist) -> None:
        Artist.objects.update(links=[{"title": "Shop", "url": "https://shop.example"}])
        save(alice, **{"links-title": [""], "links-url": [""]})
        alice.refresh_from_db()
        assert alice.links == []

    @pytest.mark.parametrize("row", [("Shop", ""), ("", "javascript:alert(1)"), ("Shop", "not an address")])
    def test_one_without_an_address_is_named(self, alice: Artist, row: tuple[str, str]) -> None:
        answer = save(alice, **{"links-title": [row[0]], "links-url": [row[1]]})
        assert answer.status_code == 200
        assert f"“{row[0] or row[1]}” needs an address" in answer.content.decode()
        assert Artist.objects.get().links == []


class TestPortrait:
    def send(self, sender: Artist, artist: Artist, **data: Any) -> Any:
        return client_of(sender).post(f"/admin/accounts/artist/{artist.pk}/portrait/", data)

    def test_it_comes_changes_and_goes(self, alice: Artist) -> None:
        for width in (60, 70):
            self.send(alice, alice, picture=image_file(content=make_image(width)))
            assert ArtworkImage.objects.get(portrait_of=alice).image_width == width
        self.send(alice, alice, remove=1)
        assert not ArtworkImage.objects.exists()

    def test_what_is_no_picture_is_said(self, alice: Artist) -> None:
        answer = self.send(alice, alice, picture=image_file("cv.pdf", b"%PDF-1.4"))
        assert "cv.pdf" in " ".join(str(message) for message in answer.wsgi_request._messages)
        assert not ArtworkImage.objects.exists()

    def test_anothers_is_as_none(self, alice: Artist, bob: Artist) -> None:
        self.send(alice, alice, picture=image_file())
        for data in ({"remove": 1}, {"picture": image_file()}):
            assert self.send(bob, alice, **data)["Location"] == "/admin/"
        assert ArtworkImage.objects.get().portrait_of == alice


def test_looks_are_chosen_by_samples_of_ones_own_works(alice: Artist, bob: Artist) -> None:
    make_work(alice, title="Blue hour")
    make_work(bob, title="Not hers")
    page = client_of(alice).get(f"/admin/accounts/artist/{alice.pk}/change/").content.decode()
    assert page.count("Blue hour") == 8, "four themes and four walls"
    assert "Not hers" not in page
    save(alice, theme="book", wall_colour="grey")
    alice.refresh_from_db()
    assert (alice.theme, alice.wall_colour) == ("book", "grey")
