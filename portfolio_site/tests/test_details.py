"""What the site says of itself: written by a superuser, shown on every page, asked of no database there."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.template.loader import get_template
from django.test import Client

from portfolio_site import details
from portfolio_site.models import SiteDetails
from portfolio_site.testing import client_of, make_artist, make_gallery, make_work

pytestmark = pytest.mark.django_db
FORM = "/admin/portfolio_site/sitedetails/"
WORDS = {
    "name": "Quay House",
    "keeper_name": "Anna Muster",
    "keeper_contact": "anna@example.org",
    "imprint": "# Who\n\nAnna Muster, <b>Quay 1</b>",
    "imprint_link": "",
    "privacy": "",
    "privacy_link": "https://elsewhere.example/privacy",
    "reserves_ai_training": True,
    "theme": "museum",
}

Save = Callable[..., SiteDetails]


@pytest.fixture
def save(settings: Any, tmp_path: Path, django_capture_on_commit_callbacks: Any) -> Save:
    """Save the details and have them published, in a folder of the test's own."""
    settings.DATA_ROOT = tmp_path

    def save(**changed: str) -> SiteDetails:
        with django_capture_on_commit_callbacks(execute=True):
            row = SiteDetails(**WORDS | changed)
            row.full_clean(validate_constraints=False)
            row.save()
        return row

    return save


def text(path: str, client: Client | None = None) -> str:
    answer = (client or Client()).get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def test_every_page_names_the_site(save: Save) -> None:
    alice = make_artist()
    work = make_work(alice, title="Dawn")
    gallery = make_gallery(alice, work)
    before = text("/")
    assert "og:site_name" not in before
    save()
    for path in ("/", gallery.get_absolute_url(), work.get_absolute_url(), "/accounts/login", "/imprint"):
        page = text(path)
        assert " – Quay House</title>" in page, path
        assert '<meta property="og:site_name" content="Quay House">' in page
        assert 'href="/imprint"' in page
        assert 'href="https://elsewhere.example/privacy"' in page


def test_own_words_are_shown_and_made_safe(save: Save) -> None:
    for path in ("/imprint", "/privacy"):
        assert Client().get(path).status_code == 404
    save()
    page = text("/imprint")
    assert "<h2>Who</h2>" in page
    assert "&lt;b&gt;Quay 1&lt;/b&gt;" in page
    assert "/imprint" in text("/imprint/")
    elsewhere = Client().get("/privacy")
    assert (elsewhere.status_code, elsewhere.headers["Location"]) == (302, WORDS["privacy_link"])


def test_pages_ask_no_query_for_them(save: Save, django_assert_num_queries: Any) -> None:
    save()
    with django_assert_num_queries(0):
        text("/imprint")
        text("/imprint")
        assert "anna@example.org" in get_template("_keeper.html").render({"SITE": details.published()})


def test_another_process_sees_a_change_at_once(save: Save) -> None:
    save()
    assert details.published().name == "Quay House"
    # As another process writes it.
    details.publish(details.Details(name="Mill House"))
    assert details.published().name == "Mill House"
    save(name="Barn")
    assert details.published().name == "Barn"


@pytest.mark.parametrize("content", ["", "{", "[]", "null", '{"name": 7, "later": "x"}'])
def test_a_file_that_is_not_whole_costs_no_page(save: Save, content: str) -> None:
    save()
    details.file().write_text(content)
    assert "Quay House" not in text("/")
    SiteDetails.publish()
    assert "Quay House" in text("/")


def test_there_is_one_row(save: Save) -> None:
    save()
    save(name="Again")
    assert SiteDetails.objects.get().name == "Again"
    with pytest.raises(IntegrityError):
        SiteDetails.objects.bulk_create([SiteDetails(pk=2, name="Second")])


def test_a_text_or_an_address(save: Save) -> None:
    with pytest.raises(ValidationError, match="not both"):
        save(imprint_link="https://elsewhere.example")
    for address in ("javascript:alert(1)", "//evil.example", "ftp://x.example"):
        with pytest.raises(ValidationError):
            save(privacy_link=address)


def test_a_superuser_writes_them_in_one_form(
    settings: Any, tmp_path: Path, django_capture_on_commit_callbacks: Any
) -> None:
    settings.DATA_ROOT = tmp_path
    root = client_of(make_artist("root", is_staff=True, is_superuser=True))
    assert 'name="keeper_contact"' in text(FORM, root)
    with django_capture_on_commit_callbacks(execute=True):
        assert root.post(FORM, WORDS).status_code == 302
    assert SiteDetails.objects.get().as_details() == details.Details(**WORDS) == details.published()
    assert 'value="Quay House"' in text(FORM, root)
    assert text(f"{FORM}1/change/", root)
    assert text(f"{FORM}1/history/", root)
    assert root.get(f"{FORM}2/change/").status_code == 302
    for path in (f"{FORM}add/", f"{FORM}1/delete/"):
        assert root.get(path).status_code == 403


def test_an_artist_does_not(settings: Any) -> None:
    from django.contrib.auth.models import Permission

    staff = make_artist("staff", is_staff=True)
    staff.user.user_permissions.set(Permission.objects.filter(codename__endswith="_sitedetails"))
    client = client_of(staff)
    for answer in (client.get(FORM), client.post(FORM, WORDS), client.get(f"{FORM}1/change/")):
        assert answer.status_code == 403
    assert not SiteDetails.objects.exists()
    assert "sitedetails" not in text("/admin/", client)


def test_icons_are_answered_where_browsers_look(settings: Any) -> None:
    for path, kind in (("/favicon.ico", "image/"), ("/apple-touch-icon.png", "image/png")):
        answer = Client().get(path)
        assert answer.status_code == 200
        assert answer.headers["Content-Type"].startswith(kind)
