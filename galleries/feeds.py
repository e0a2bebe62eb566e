"""New public works as Atom (RFC 4287): ``/feed.xml``, and one for each artist."""

import re
from datetime import datetime
from typing import Any, NamedTuple

from django.contrib.syndication.views import Feed
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed, get_tag_uri
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import Artist
from accounts.rights import ruled_by
from accounts.slugs import at
from artworks.models import Artwork
from galleries.quoted import origin_of
from galleries.views import moved, personal

NEWEST = 30
NO_CHARACTER = re.compile("[^\\t\\n\\r\\u0020-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")  # XML 1.0, 2.2


class Channel(NamedTuple):
    """One feed: of the whole site, or of one artist."""

    origin: str
    artist: Artist | None = None

    @property
    def page(self) -> str:
        return self.origin + (self.artist.get_absolute_url() if self.artist else "/")

    @property
    def path(self) -> str:
        return reverse("artist-feed", args=[self.artist.slug]) if self.artist else reverse("feed")


class Entry(NamedTuple):
    origin: str
    work: Artwork


def said(values: dict[str, Any]) -> dict[str, Any]:
    """Without what XML cannot say."""
    return {name: NO_CHARACTER.sub("", value) if isinstance(value, str) else value for name, value in values.items()}


class Pictures(Atom1Feed):
    """With each entry's picture. Its length in bytes is advisory there, and would cost a look at the disk."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**said(kwargs))

    def add_item(self, **kwargs: Any) -> None:  # type: ignore[override]
        super().add_item(**said(kwargs))

    def add_item_elements(self, handler: Any, item: Any) -> None:
        super().add_item_elements(handler, item)
        handler.addQuickElement("link", "", {"rel": "enclosure", "type": "image/jpeg", "href": item["picture"]})


class NewWorks(Feed):
    feed_type = Pictures

    def get_object(self, request: HttpRequest, channel: Channel) -> Channel:  # type: ignore[override]
        return channel

    def title(self, channel: Channel) -> str:
        return _("New works by %(name)s") % {"name": channel.artist.name} if channel.artist else _("New works")

    def link(self, channel: Channel) -> str:
        return channel.page

    def feed_url(self, channel: Channel) -> str:
        return channel.origin + channel.path

    feed_guid = feed_url

    def author_name(self, channel: Channel) -> str | None:
        return channel.artist.name if channel.artist else None

    def items(self, channel: Channel) -> list[Entry]:
        works = Artwork.objects.public().for_cards().order_by("-created_at", "-id")
        if channel.artist:
            works = works.filter(artist=channel.artist)
        return [Entry(channel.origin, work) for work in works[:NEWEST]]

    def item_title(self, entry: Entry) -> str:  # type: ignore[override]
        return entry.work.title

    def item_link(self, entry: Entry) -> str:  # type: ignore[override]
        return entry.origin + entry.work.get_absolute_url()

    def item_guid(self, entry: Entry) -> str:
        """The same for ever: an address would change with the title."""
        return get_tag_uri(f"{entry.origin}/artworks/{entry.work.pk}", entry.work.created_at)

    def item_description(self, entry: Entry) -> str:  # type: ignore[override]
        """The picture and its caption, as the wall label has them."""
        work, preview = entry.work, entry.work.image.renditions["preview"]
        facts = [work.title, work.date, work.medium, work.dimensions, f"© {work.artist.name}"]
        return format_html(
            '<p><a href="{}"><img src="{}" width="{}" height="{}" alt="{}"></a></p><p>{}</p>',
            self.item_link(entry),
            entry.origin + preview.url,
            preview.width,
            preview.height,
            work.alt,
            ", ".join(filter(None, facts)),
        )

    def item_author_name(self, entry: Entry) -> str:
        return entry.work.artist.name

    def item_author_link(self, entry: Entry) -> str:
        return entry.origin + entry.work.artist.get_absolute_url()

    def item_pubdate(self, entry: Entry) -> datetime:
        return entry.work.created_at

    def item_updateddate(self, entry: Entry) -> datetime:
        return entry.work.updated_at

    def item_extra_kwargs(self, entry: Entry) -> dict[str, str]:  # type: ignore[override]
        return {"picture": entry.origin + entry.work.image.renditions["preview"].url}


@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    return personal(request, NewWorks()(request, channel=Channel(origin_of(request))))


@require_safe
def artist_feed(request: HttpRequest, slug: str) -> HttpResponse:
    artist = at(Artist.objects.staying(), slug)
    if artist is None:
        raise Http404
    channel = Channel(origin_of(request), artist)
    if request.path != channel.path:
        return moved(request, channel.path)
    ruled_by(request, artist)
    return personal(request, NewWorks()(request, channel=channel))
