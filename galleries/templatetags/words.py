"""Words on pages: Markdown made safe, prices, years."""

from html import unescape

import nh3
from django import template
from django.utils.formats import number_format
from django.utils.html import strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt

from artworks.models import Artwork

register = template.Library()

MARKDOWN = MarkdownIt("commonmark", {"html": False})
# No pictures: one from elsewhere would tell another host who visits.
TAGS = {"p", "br", "em", "strong", "a", "ul", "ol", "li", "blockquote", "code", "pre", "hr"}
TAGS |= {"h2", "h3", "h4", "h5", "h6"}
FOR_SALE = {Artwork.Availability.AVAILABLE, Artwork.Availability.RESERVED}


@register.filter
def markdown(text: str, first: int = 3) -> SafeString:
    """Markdown as safe HTML; its highest headings are of the level ``first``."""
    tokens = MARKDOWN.parse(text)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            # The page has its h1, and most sections their h2.
            token.tag = f"h{min(6, int(token.tag[1:]) + first - 1)}"
    html = MARKDOWN.renderer.render(tokens, MARKDOWN.options, {})
    return mark_safe(  # noqa: S308 - nh3 has just cleaned it
        nh3.clean(
            html,
            tags=TAGS,
            attributes={"a": {"href", "title"}},
            url_schemes={"http", "https", "mailto"},
            link_rel="nofollow noopener",
        )
    )


@register.filter
def plain(text: str) -> str:
    """Markdown without its marks, on one line."""
    return " ".join(unescape(strip_tags(markdown(text))).split())


@register.filter
def years(first: int | None, last: int | None) -> str:
    """``2019`` or ``2017–2021``; empty where no work has a year."""
    if first is None or last is None:
        return ""
    return str(first) if first == last else f"{first}–{last}"


@register.filter
def price(artwork: Artwork) -> str:
    """What a work that can be bought costs, as the label says it; empty for all others."""
    if artwork.availability not in FOR_SALE:
        return ""
    if artwork.price is None:
        return _("Price on request") if artwork.availability == Artwork.Availability.AVAILABLE else ""
    decimals = 0 if artwork.price == artwork.price.to_integral_value() else 2
    amount = number_format(artwork.price, decimals, use_l10n=True, force_grouping=True)
    currency = artwork.currency or artwork.artist.currency
    return _("%(currency)s %(amount)s") % {"currency": currency, "amount": amount}


@register.filter
def bare_address(url: str) -> str:
    """``https://example.org/`` as people say it: ``example.org``."""
    return url.partition("://")[2].removeprefix("www.").rstrip("/")
