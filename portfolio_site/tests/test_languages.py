"""The site in German: every word is translated, and whoever asks for it gets it."""

import gettext
import re
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client

from accounts.models import Artist, Token
from accounts.tests.browser import Browser
from portfolio_site import catalogues
from portfolio_site.testing import client_of, image_file, make_artist, make_gallery
from portfolio_site.testing import work_row as work

GERMAN = {"HTTP_ACCEPT_LANGUAGE": "de-AT,de;q=0.9,en;q=0.5"}
OTHERS = [code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]


@pytest.fixture
def gallery(alice: Artist) -> Any:
    """A room of English titles with a work that has a price and odd dimensions."""
    sides = {"height_cm": Decimal("60.50"), "width_cm": Decimal("80.00"), "edition": "3/25"}
    sale = {"availability": "available", "price": Decimal("12500.50"), "currency": "EUR"}
    hung = work(alice, "The Blue Hour", medium="Oil on canvas", description="It was late.", **sides, **sale)
    return make_gallery(alice, hung, work(alice, "Noon"), title="New Works")


def page(address: str, client: Client | None = None, **headers: str) -> str:
    answer = (client or Client()).get(address, **headers)
    assert answer.status_code == 200, address
    return answer.content.decode()


@pytest.mark.xdist_group("catalogues")  # the sources are read once
class TestCatalogue:
    """Where one of these fails: `manage.py translate` says what is missing."""

    @pytest.mark.parametrize("language", OTHERS)
    def test_has_every_string_of_the_sources_with_its_placeholders(self, language: str) -> None:
        assert catalogues.faults(catalogues.read(language)) == []

    @pytest.mark.parametrize("language", OTHERS)
    def test_is_the_one_that_is_compiled(self, language: str) -> None:
        def entries(content: bytes) -> Any:
            return vars(gettext.GNUTranslations(BytesIO(content)))["_catalog"]

        assert entries(catalogues.folder(language).joinpath("django.mo").read_bytes()) == entries(
            catalogues.compiled(language)
        )

    def test_a_fault_is_found(self) -> None:
        german = catalogues.read("de")
        german.get("Studio").string = ""
        german.get("Sign in").flags.add("fuzzy")
        german.get("Imprint").id = "Something else"
        german.get("Ask %(name)s.").string = "Frag %(Name)s."
        german.get("%(count)s work").string = ("%(count)s Werk",)
        german.delete("Privacy")
        said = " ".join(catalogues.faults(german))
        for fault in (
            "'Studio' is not translated",
            "'Sign in' is fuzzy",
            "'Ask %(name)s.' has other placeholders",
            "'%(count)s work' lacks a plural form",
            "'Privacy' is not in the catalogue",
        ):
            assert fault in said

    def test_strings_in_templates_and_in_sentences_of_the_decoder_are_found(self) -> None:
        found = catalogues.today()
        assert found.get("There is nothing at this address")
        assert found.get("Send the picture with 8 or 16 bits a channel.")
        assert found.get("%(count)s work").pluralizable


@pytest.mark.django_db
class TestGerman:
    def test_pages_speak_it_to_whose_browser_does(self, alice: Artist, gallery: Any) -> None:
        bob = make_artist("bob")
        make_gallery(bob, work(bob))
        for address, words in (
            ("/", "Künstler:innen"),
            (alice.get_absolute_url(), "2 Werke"),
            (gallery.get_absolute_url(), "New Works"),
            (gallery.wall().first().artwork.get_absolute_url(), "Verfügbar"),
            ("/search/?q=nothing", "Hier gibt es nichts mit „nothing“"),
            ("/accounts/login", "Passwort vergessen?"),
        ):
            shown = page(address, **GERMAN)
            assert '<html lang="de"' in shown and words in shown, address
            assert '<html lang="en"' in page(address), address

    def test_studio_speaks_it(self, alice: Artist) -> None:
        shown = page("/admin/", client_of(alice), **GERMAN)
        assert "Dein Atelier" in shown and 'lang="de"' in shown and "Werke hochladen" in shown

    def test_what_is_not_there_is_not_there_in_german(self) -> None:
        answer = Client().get("/nothing", **GERMAN)
        assert answer.status_code == 404 and "An dieser Adresse ist nichts" in answer.content.decode()

    def test_wrong_host_is_told_in_german(self) -> None:
        shown = Client().get("/", HTTP_HOST="elsewhere.example", **GERMAN).content.decode()
        assert '<html lang="de">' in shown and "Darauf gibt es keine Antwort" in shown

    def test_what_artists_write_stays_as_they_wrote_it(self, gallery: Any) -> None:
        shown = page(gallery.wall().first().artwork.get_absolute_url(), **GERMAN)
        for words in ("The Blue Hour", "Oil on canvas", "It was late.", "New Works"):
            assert words in shown

    def test_label_writes_numbers_as_germans_do(self, gallery: Any) -> None:
        address = gallery.wall().first().artwork.get_absolute_url()
        german, english = page(address, **GERMAN), page(address)
        assert "60,5 × 80 cm" in german and "12.500,50 EUR" in german and "Auflage 3/25" in german
        assert "60.5 × 80 cm" in english and "EUR 12,500.50" in english and "Edition 3/25" in english

    def test_style_and_sizes_of_pictures_do_not_depend_on_it(self, gallery: Any) -> None:
        """A comma in a number would break them."""

        def pictures(shown: str) -> list[str]:
            return re.findall(r"<style>.*?</style>| (?:sizes|srcset|width|height)=\"[^\"]*\"", shown)

        address = gallery.get_absolute_url()
        assert pictures(page(address)) == pictures(page(address, **GERMAN)) != []

    def test_a_file_that_is_not_taken_is_explained_in_german(self, alice: Artist) -> None:
        answer = client_of(alice).post(
            "/api/artworks/upload", {"image": image_file(width=8, height=8)}, format="multipart", **GERMAN
        )
        assert answer.json()["detail"] == "Das Bild hat 8 × 8 Pixel. Jede Seite braucht 16."

    def test_list_of_tokens_speaks_it_in_every_column(self, alice: Artist) -> None:
        Token.objects.create(user=alice.user, name="Printer", expiry=None)
        shown = page("/admin/accounts/token/", client_of(alice), **GERMAN)
        for words in ("Darf", "Angelegt", "Endet", "nie", "Zuletzt benutzt"):
            assert words in shown
        assert "Expiry" not in shown and "Created" not in shown

    def test_mail_is_in_the_language_it_was_asked_for_in(self, alice: Artist, settings: Any) -> None:
        settings.EMAIL_CONFIGURED = True
        Browser(**GERMAN).post("/accounts/password/reset", {"email": alice.user.email})
        assert "Ein neues Passwort" in mail.outbox[0].subject
        assert "Jemand, hoffentlich du, möchte ein neues Passwort" in mail.outbox[0].body


@pytest.mark.django_db
class TestSwitch:
    def switched(self, language: str, path: str = "/accounts/login") -> tuple[Browser, Any]:
        browser = Browser()
        return browser, browser.post("/language/", {"language": language, "next": path})

    def test_counts_more_than_the_browser_and_leads_back(self) -> None:
        browser, answer = self.switched("de")
        assert (answer.status_code, answer["Location"]) == (302, "/accounts/login")
        assert '<html lang="de"' in page("/accounts/login", browser, HTTP_ACCEPT_LANGUAGE="en")
        cookie = answer.cookies[settings.LANGUAGE_COOKIE_NAME]
        assert cookie["httponly"] and cookie["samesite"] == "Lax" and int(cookie["max-age"]) > 300 * 24 * 3600
        browser.post("/language/", {"language": "en", "next": "/"})
        assert '<html lang="en"' in page("/accounts/login", browser, **GERMAN)

    @pytest.mark.parametrize("language", ["", "fr", "de-x-\r\n", "de/../en"])
    def test_a_language_the_site_does_not_speak_changes_nothing(self, language: str) -> None:
        _browser, answer = self.switched(language)
        assert answer.status_code == 302 and not answer.cookies

    @pytest.mark.parametrize("path", ["https://elsewhere.example/", "//elsewhere.example", "/language/", "/wall/", ""])
    def test_leads_home_from_where_there_is_no_way_back(self, path: str) -> None:
        assert self.switched("de", path)[1]["Location"] == "/"

    @pytest.mark.parametrize("address", ["/accounts/login", "/admin/"])
    def test_names_each_language_in_itself(self, alice: Artist, address: str) -> None:
        client = client_of(alice) if address == "/admin/" else Client()
        shown = page(address, client, **GERMAN)
        assert re.search(r'value="en" lang="en" aria-pressed="false">English<', shown)
        assert re.search(r'value="de" lang="de" aria-pressed="true">Deutsch<', shown)

    def test_caches_keep_languages_apart(self, gallery: Any) -> None:
        for address in ("/", gallery.get_absolute_url(), "/accounts/login", "/feed.xml"):
            vary = Client().get(address, **GERMAN)["Vary"]
            assert "Accept-Language" in vary and "Cookie" in vary, address

    def test_an_etag_of_one_language_is_no_answer_in_the_other(self, gallery: Any) -> None:
        address = f"/api/artworks/{gallery.wall().first().artwork_id}"
        english = Client().get(address)
        german = Client().get(address, HTTP_IF_NONE_MATCH=english["ETag"], **GERMAN)
        assert german.status_code == 200 and german["ETag"] != english["ETag"]
        assert german.json()["dimensions"] == "60,5 × 80 cm"
        assert Client().get(address, HTTP_IF_NONE_MATCH=english["ETag"]).status_code == 304
