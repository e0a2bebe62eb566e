"""Where the studio shows works."""

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse

from artworks.models import Artwork


def list_address() -> str:
    return reverse("admin:artworks_artwork_changelist")


def address_of(work: Artwork) -> str:
    return reverse("admin:artworks_artwork_change", args=[work.pk])


def back_to(work: Artwork) -> HttpResponse:
    return HttpResponseRedirect(address_of(work))
