"""What the forms of a work's record offer: what its file says, and the artist's own earlier words."""

from django import template
from django.db.models import Count

from accounts.models import Artist
from artworks import suggestions as captured
from artworks.models import Artwork, Tag

MOST_WORDS = 200

register = template.Library()


@register.simple_tag
def suggestions(work: Artwork) -> list[captured.Suggestion]:
    return captured.of(work)


@register.simple_tag
def media_of(artist: Artist | None) -> list[str]:
    """The artist's media, the most used ones, by the alphabet."""
    used = Artwork.objects.alive().filter(artist=artist).exclude(medium="").order_by()
    often = used.values_list("medium").annotate(works=Count("pk")).order_by("-works", "medium")
    return sorted((medium for medium, _works in often[:MOST_WORDS]), key=str.casefold)


@register.simple_tag
def tags_of(artist: Artist | None) -> list[str]:
    often = Tag.objects.filter(artist=artist).annotate(works=Count("artworks")).order_by("-works", "name")
    return sorted((tag.name for tag in often[:MOST_WORDS]), key=str.casefold)
