"""How a page is quoted: Open Graph for who shares it, schema.org as JSON-LD for who searches. Public things only."""

import json
from collections.abc import Iterable
from decimal import Decimal
from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from accounts.models import Artist
from artworks.models import Artwork, ArtworkImage
from artworks.renditions import Rendition, steps
from artworks.storage import address
from galleries.models import Gallery
from galleries.templatetags.words import plain

Node = dict[str, Any]
# What would end the script element or begin a comment in it.
ESCAPES = {sign: f"\\u{ord(sign):04X}" for sign in "<>&"}
CENTIMETRE, PIXEL = "CMT", "E37"  # UN/CEFACT Recommendation 20


class Quoted(NamedTuple):
    """A page elsewhere: its words, and the work on its card, whole. Without ``work`` no picture goes with it."""

    title: str
    description: str
    kind: str = "website"  # as Open Graph names them
    work: Artwork | None = None
    graph: Iterable[Node] = ()

    @property
    def picture(self) -> Rendition | None:
        return self.work.image.renditions["preview"] if self.work else None

    @property
    def data(self) -> SafeString:
        """The page as JSON-LD, safe inside a script element; empty where nothing is to be said."""
        nodes = [given(node) for node in self.graph if node]
        if not nodes:
            return mark_safe("")
        text = json.dumps({"@context": "https://schema.org", "@graph": nodes}, ensure_ascii=False)
        for sign, escape in ESCAPES.items():
            text = text.replace(sign, escape)
        return mark_safe(text)  # noqa: S308 - escaped as Django's json_script does


def origin_of(request: HttpRequest) -> str:
    """The site's own address, before every path; where it is unset, the one that was asked."""
    return settings.SITE_URL or f"{request.scheme}://{request.get_host()}"


def brief(text: str, longest: int = 160) -> str:
    """Markdown as one short line."""
    return Truncator(plain(text)).chars(longest)


def home(origin: str, artists: list[Artist]) -> Quoted:
    names = ", ".join(artist.name for artist in artists)
    return Quoted(_("Artists"), Truncator(names).chars(160), graph=[person(origin, artist) for artist in artists])


def artist_page(origin: str, artist: Artist, work: Artwork | None, *, several: bool) -> Quoted:
    words = artist.statement or artist.biography
    known = person(origin, artist) | {
        "description": brief(artist.biography or artist.statement, 500),
        "homeLocation": artist.location and {"@type": "Place", "name": artist.location},
        "sameAs": [link for link in (artist.website, *(each["url"] for each in artist.links)) if link],
    }
    if portrait := getattr(artist, "portrait", None):
        known["image"] = picture(origin, portrait)
    graph = [known, trail(origin, ([(_("Artists"), "/")] if several else []), artist)]
    return Quoted(artist.name, brief(words) or artist.name, "profile", work, graph)


def gallery_page(origin: str, gallery: Gallery, works: list[Artwork], *, several: bool) -> Quoted:
    title, words = f"{gallery.title} – {gallery.artist.name}", brief(gallery.description) or gallery.title
    if not gallery.is_public:
        return Quoted(title, words)
    cover = next((work for work in works if work.pk == gallery.cover_id), works[0] if works else None)
    author = person(origin, gallery.artist)
    graph = [
        room(origin, gallery)
        | {
            "description": brief(gallery.description, 500),
            "author": author,
            "hasPart": [shown(origin, work, author) for work in works],
        },
        trail(origin, ([(_("Artists"), "/")] if several else []), gallery.artist, gallery),
    ]
    return Quoted(title, words, "website", cover, graph)


def artwork_page(origin: str, work: Artwork, galleries: list[Gallery], *, several: bool) -> Quoted:
    """``galleries``: where the work is seen, the one it was reached from first."""
    title = f"{work.title} – {work.artist.name}"
    facts = ", ".join(filter(None, (work.date, work.medium, work.dimensions)))
    words = Truncator(". ".join(filter(None, (facts, work.alt_text))) or work.title).chars(200)
    public = [gallery for gallery in galleries if gallery.is_public]
    if not public:
        return Quoted(title, words)
    graph = [
        shown(origin, work)
        | {
            "description": brief(work.description, 500),
            "dateCreated": f"{work.year:04d}" if work.year and work.year > 0 else "",
            "artMedium": work.medium,
            "artEdition": work.edition,
            "height": measure(work.height_cm),
            "width": measure(work.width_cm),
            "depth": measure(work.depth_cm),
            "isPartOf": [room(origin, gallery) for gallery in public],
        },
        trail(origin, ([(_("Artists"), "/")] if several else []), work.artist, public[0], work),
    ]
    return Quoted(title, words, "article", work, graph)


def person(origin: str, artist: Artist) -> Node:
    where = origin + artist.get_absolute_url()
    return {"@type": "Person", "@id": where, "name": artist.name, "url": where}


def room(origin: str, gallery: Gallery) -> Node:
    where = origin + gallery.get_absolute_url()
    return {"@type": "ImageGallery", "@id": where, "name": gallery.title, "url": where}


def shown(origin: str, work: Artwork, creator: Node | None = None) -> Node:
    """A work with its picture; ``creator`` where its artist is described already."""
    where, artist = origin + work.get_absolute_url(), work.artist
    rights = given(
        {
            "creator": creator or person(origin, artist),
            "creditText": work.credit_line or artist.credit_line,
            "copyrightNotice": f"© {artist.name}",
            "license": work.licence_url or artist.licence_url,
            "acquireLicensePage": artist.permission_url,
        }
    )
    image = picture(origin, work.image) | {"name": work.title, "caption": work.alt} | rights
    return {"@type": "VisualArtwork", "@id": where, "name": work.title, "url": where, "image": image} | rights


def picture(origin: str, image: ArtworkImage) -> Node:
    """An image file; of a work, with what Google's document on image metadata asks for (`shown`)."""
    width, height = steps(image.master_width, image.master_height)[-1]
    return {
        "@type": "ImageObject",
        "contentUrl": origin + address(image.uuid, width, "jpg"),
        "encodingFormat": "image/jpeg",
        "width": {"@type": "QuantitativeValue", "value": width, "unitCode": PIXEL},
        "height": {"@type": "QuantitativeValue", "value": height, "unitCode": PIXEL},
    }


def measure(side: Decimal | None) -> Node | None:
    return (
        {"@type": "QuantitativeValue", "value": float(side), "unitCode": CENTIMETRE, "unitText": "cm"} if side else None
    )


def trail(origin: str, before: list[tuple[str, str]], *things: Any) -> Node:
    """The way here from the first page; no way, and so no node, where this is the first page."""
    steps = [*before, *((str(thing), thing.get_absolute_url()) for thing in things)]
    items = [
        {"@type": "ListItem", "position": place, "name": name, "item": origin + path}
        for place, (name, path) in enumerate(steps, 1)
    ]
    return {"@type": "BreadcrumbList", "itemListElement": items} if len(items) > 1 else {}


def given(node: Node) -> Node:
    return {name: value for name, value in node.items() if value}
