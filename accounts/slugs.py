"""Slugs that are unique, readable and stable."""

from typing import Any

from django.db import models
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


class FormerAddress(models.Model):
    """Where something was before its slug changed. It goes with what it leads to, which calls these its
    ``former_addresses``."""

    slug = models.SlugField(max_length=90)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.slug


def remember(thing: Any, slug: str) -> None:
    """A slug that ``thing`` has just given up goes on leading to it, unless another takes it."""
    thing.former_addresses.filter(slug=slug).delete()
    thing.former_addresses.create(slug=slug)


def at(things: Any, slug: str) -> Any:
    """Of ``things`` (a queryset) the one with this slug, else the last that had it; None where there is none."""
    former = things.filter(former_addresses__slug=slug).order_by("-former_addresses__id")
    return things.filter(slug=slug).first() or former.first()
