"""What others show of a page: cards of Open Graph, and schema.org as JSON-LD, held against their published rules."""

import json
import re
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Artist
from galleries.models import Gallery
from portfolio_site.testing import client_of, make_artist, make_gallery
from portfolio_site.testing import work_row as work

pytestmark = pytest.mark.django_db
HOST = "http://testserver"

# https://schema.org: of each type what has to be there for it to mean anything (and, for images and breadcrumbs, what
# Google's documents require), and which types each property takes: "text", "url", "date", "number" or a type's name.
REQUIRED = {
    "Person": {"name", "url"},
    "VisualArtwork": {"name", "url", "creator", "image"},
    "ImageObject": {"contentUrl", "width", "height"},
    "ImageGallery": {"name", "url"},
    "QuantitativeValue": {"value", "unitCode"},
    "BreadcrumbList": {"itemListElement"},
    "ListItem": {"position", "name", "item"},
    "Place": {"name"},
}
TAKES = {
    "name": "text", "description": "text", "caption": "text", "creditText": "text", "copyrightNotice": "text",
    "artMedium": "text", "artEdition": "text", "unitCode": "text", "unitText": "text", "encodingFormat": "text",
    "url": "url", "contentUrl": "url", "license": "url", "acquireLicensePage": "url", "sameAs": "url", "item": "url",
    "dateCreated": "date", "position": "number", "value": "number",
    "creator": "Person", "author": "Person", "image": "ImageObject", "homeLocation": "Place",
    "width": "QuantitativeValue", "height": "QuantitativeValue", "depth": "QuantitativeValue",
    "isPartOf": "ImageGallery", "hasPart": "VisualArtwork", "itemListElement": "ListItem",
}  # fmt: skip
PLAIN = {
    "text": lambda value: isinstance(value, str) and value.strip() == value != "",
    "url": lambda value: isinstance(value, str) and re.fullmatch(r"https?://[^\s<>]+", value),
    "date": lambda value: re.fullmatch(r"\d{4}", value),
    "number": lambda value: isinstance(value, int | float) and value > 0,
}


def faults(node: dict[str, Any]) -> list[str]:
    """What is wrong with a node and all within it."""
    kind = node["@type"]
    found = [f"{kind} lacks {name}" for name in REQUIRED[kind] - set(node)]
    for name, value in node.items():
        if name in ("@type", "@id"):
            continue
        for each in value if isinstance(value, list) else [value]:
            if name not in TAKES:
                found.append(f"{kind} has no {name}")
            elif TAKES[name] in PLAIN:
                found += [] if PLAIN[TAKES[name]](each) else [f"{kind}.{name} is {each!r}"]
            else:
                found += faults(each) if each["@type"] == TAKES[name] else [f"{kind}.{name} is a {each['@type']}"]
    return found


def page(address: str, client: Client | None = None) -> str:
    answer = (client or Client()).get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def graph(text: str) -> list[dict[str, Any]]:
    """The page's JSON-LD, without a fault."""
    [data] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
    document = json.loads(data)
    assert document["@context"] == "https://schema.org"
    assert [fault for node in document["@graph"] for fault in faults(node)] == []
    return document["@graph"]


def node(text: str, kind: str) -> dict[str, Any]:
    [found] = [each for each in graph(text) if each["@type"] == kind]
    return found


def card(text: str) -> dict[str, str]:
    return dict(re.findall(r'<meta (?:property|name)="((?:og|twitter):[^"]+)" content="([^"]*)">', text))


def test_a_work_is_described_in_full(alice: Artist) -> None:
    alice.licence_url, alice.permission_url = "https://licence.example/by", "https://alice.example/ask"
    alice.save()
    piece = work(
        alice,
        "Blue </script> & Hour",
        width=3000,
        height=2000,
        year=1999,
        medium="Oil on canvas",
        height_cm=Decimal("60.00"),
        width_cm=Decimal("80.50"),
        credit_line="Private collection",
        description="It was **late**.",
        alt_text="A blue field.",
    )
    gallery = make_gallery(alice, piece)
    text = page(piece.get_absolute_url())
    assert text.count("</script>") == text.count("<script")
    found = node(text, "VisualArtwork")
    assert found["name"] == "Blue </script> & Hour"
    assert found["creator"]["name"] == "Alice"
    assert (found["dateCreated"], found["artMedium"], found["description"]) == ("1999", "Oil on canvas", "It was late.")
    assert found["height"] == {"@type": "QuantitativeValue", "value": 60.0, "unitCode": "CMT", "unitText": "cm"}
    assert found["width"]["value"] == 80.5 and "depth" not in found
    assert found["isPartOf"][0]["url"] == HOST + gallery.get_absolute_url()
    image = found["image"]
    assert image["contentUrl"] == f"{HOST}/images/{piece.image.uuid}/2400.jpg"
    assert (image["width"]["value"], image["height"]["value"]) == (2400, 1600)
    for rights in (
        found,
        image,
    ):  # https://developers.google.com/search/docs/appearance/structured-data/image-license-metadata
        assert rights["creditText"] == "Private collection"
        assert rights["copyrightNotice"] == "© Alice"
        assert rights["license"] == "https://licence.example/by"
        assert rights["acquireLicensePage"] == "https://alice.example/ask"


def test_what_is_not_given_is_not_said(alice: Artist) -> None:
    piece = work(alice, year=-30, date_text="long ago")
    make_gallery(alice, piece)
    found = node(page(piece.get_absolute_url()), "VisualArtwork")
    assert not {"license", "acquireLicensePage", "creditText", "dateCreated", "artMedium", "height"} & set(found)


def test_the_way_here_is_told(alice: Artist) -> None:
    piece = work(alice, "Blue")
    gallery = make_gallery(alice, piece, title="Room")

    def steps(address: str) -> list[str]:
        trail = node(page(address), "BreadcrumbList")["itemListElement"]
        assert [step["position"] for step in trail] == list(range(1, len(trail) + 1))
        assert len(trail) >= 2  # Google: at least two
        return [step["name"] for step in trail]

    assert steps(piece.get_absolute_url()) == ["Alice", "Room", "Blue"]
    assert {each["@type"] for each in graph(page(alice.get_absolute_url()))} == {"Person"}
    bob = make_artist("bob")
    make_gallery(bob, work(bob))
    assert steps(gallery.get_absolute_url()) == ["Artists", "Alice", "Room"]
    assert steps(alice.get_absolute_url()) == ["Artists", "Alice"]


def test_a_gallery_and_an_artist_are_described(alice: Artist) -> None:
    alice.biography, alice.location = "Born *late*.", "Bergen"
    alice.website, alice.links = "https://alice.example", [{"title": "Shop", "url": "https://shop.example/alice"}]
    alice.save()
    gallery = make_gallery(alice, work(alice, "One"), work(alice, "Two"), title="Room")
    room = node(page(gallery.get_absolute_url()), "ImageGallery")
    assert [part["name"] for part in room["hasPart"]] == ["One", "Two"]
    assert all(part["image"]["creator"]["name"] == "Alice" for part in room["hasPart"])
    person = node(page(alice.get_absolute_url()), "Person")
    assert (person["description"], person["homeLocation"]["name"]) == ("Born late.", "Bergen")
    assert person["sameAs"] == ["https://alice.example", "https://shop.example/alice"]


def test_the_card_shows_the_work_itself_whole(alice: Artist) -> None:
    piece = work(alice, "Blue", width=3000, height=1000, alt_text='A "blue" field.', medium="Oil", year=1999)
    gallery = make_gallery(alice, work(alice, "First"), piece)
    Gallery.objects.filter(pk=gallery.pk).update(cover=piece)
    for address, kind in (
        (piece.get_absolute_url(), "article"),
        (gallery.get_absolute_url(), "website"),
        (alice.get_absolute_url(), "profile"),
    ):
        found = card(page(address))
        assert found["og:type"] == kind and found["og:title"]
        assert found["og:url"] == HOST + address
        assert found["og:image"] == f"{HOST}/images/{piece.image.uuid}/1200.jpg"
        assert (found["og:image:type"], found["og:image:width"], found["og:image:height"]) == (
            "image/jpeg",
            "1200",
            "400",
        )
        assert found["og:image:alt"] == found["twitter:image:alt"] == "A &quot;blue&quot; field."
        assert found["twitter:card"] == "summary_large_image"
    assert card(page(piece.get_absolute_url()))["og:description"].startswith("1999, Oil. A &quot;blue&quot;")


def test_the_canonical_address_has_no_query(alice: Artist) -> None:
    piece = work(alice, "Blue")
    make_gallery(alice, piece)
    text = page(f"{piece.get_absolute_url()}?in=room")
    assert f'<link rel="canonical" href="{HOST}{piece.get_absolute_url()}">' in text
    assert card(text)["og:url"] == HOST + piece.get_absolute_url()


def test_addresses_are_the_sites_own(alice: Artist, settings: Any) -> None:
    settings.SITE_URL = "https://art.example"
    piece = work(alice)
    make_gallery(alice, piece)
    text = page(piece.get_absolute_url())
    assert "http://testserver" not in text
    assert node(text, "VisualArtwork")["url"] == f"https://art.example{piece.get_absolute_url()}"


def test_what_only_its_owner_sees_is_quoted_nowhere(alice: Artist) -> None:
    piece, trashed = work(alice, "Canary"), work(alice, "Trashed")
    hidden = make_gallery(alice, piece, title="Hidden room", visibility="private")
    make_gallery(alice, trashed)
    trashed.trash()
    own = client_of(alice)
    for address in (piece.get_absolute_url(), hidden.get_absolute_url(), trashed.get_absolute_url()):
        text = page(address, own)
        assert "og:image" not in text and "ld+json" not in text
    both = make_gallery(alice, piece, title="Open room")
    text = page(f"{piece.get_absolute_url()}?in={hidden.slug}", own)
    assert "Hidden room" not in json.dumps(graph(text))
    assert node(text, "VisualArtwork")["isPartOf"][0]["name"] == both.title
    assert "Hidden room" not in json.dumps(graph(page(alice.get_absolute_url(), own)))


@pytest.mark.parametrize("kind", ["artist", "gallery"])
def test_quoting_thirty_works_costs_no_more_queries_than_three(alice: Artist, kind: str) -> None:
    gallery = make_gallery(alice, *(work(alice) for _ in range(3)))
    address = (alice if kind == "artist" else gallery).get_absolute_url()
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as captured:
            assert page(address).count("ld+json") == 1
        counts.append(len(captured))
        gallery.hang(work(alice) for _ in range(27))
    assert counts[0] == counts[1]
