"""Slugs that are unique, readable and stable."""

from django.db.models import QuerySet
from django.utils.text import slugify


def free_slug(text: str, taken: QuerySet, fallback: str, *, longest: int = 80) -> str:
    """A slug of ``text`` that no row of ``taken`` has yet: ``blue-hour``, ``blue-hour-2``, …"""
    stem = slugify(text)[:longest].strip("-_") or fallback
    used = set(taken.filter(slug__startswith=stem).values_list("slug", flat=True))
    slug, count = stem, 1
    while slug in used:
        count += 1
        slug = f"{stem}-{count}"
    return slug
