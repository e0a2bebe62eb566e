"""Addresses of the public pages. Without its last slash an address leads to the one with it, once it may be seen."""

from django.urls import path, register_converter

from galleries import feeds, searching, sitemaps, views, walls


class ArtworkKey:
    """``12-blue-hour``: the id decides, the rest is for people."""

    regex = r"[0-9]{1,18}(?:-[^/]*)?"

    def to_python(self, value: str) -> int:
        return int(value.partition("-")[0])

    def to_url(self, value: object) -> str:
        return str(value)


register_converter(ArtworkKey, "artwork")

urlpatterns = [
    path("", views.home, name="home"),
    path("sitemap.xml", sitemaps.sitemap, name="sitemap"),
    path("sitemap-<slug:name>-<int:number>.xml", sitemaps.sitemap_part, name="sitemap-part"),
    path("feed.xml", feeds.feed, name="feed"),
    path("artists/<slug:slug>/feed.xml", feeds.artist_feed, name="artist-feed"),
    path("wall/", walls.wall, name="wall"),
    path("artists/<slug:slug>/", views.artist, name="artist"),
    path("artists/<slug:slug>", views.artist),
    path("artists/<slug:artist_slug>/<slug:slug>/", views.gallery, name="gallery"),
    path("artists/<slug:artist_slug>/<slug:slug>", views.gallery),
    path("artists/<slug:artist_slug>/tags/<str:slug>/", searching.tag, name="tag"),
    path("artists/<slug:artist_slug>/tags/<str:slug>", searching.tag),
    path("search/", searching.search, name="search"),
    path("artworks/<artwork:pk>/", views.artwork, name="artwork"),
    path("artworks/<artwork:pk>", views.artwork),
]
