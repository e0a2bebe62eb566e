"""How SQLite reads the long list: by its index, from the first page to the last, for strangers and artists."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from artworks.models import Artwork
from portfolio_site.testing import client_of, make_artist, make_gallery, make_work

pytestmark = pytest.mark.django_db


def plan_of(sql: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        return "\n".join(row[3] for row in cursor.fetchall())


def main_query(client: Any, address: str) -> str:
    """The one that finds the works."""
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200
    [found] = [
        query["sql"]
        for query in seen
        if 'FROM "artworks_artwork"' in query["sql"] and "LIMIT" in query["sql"] and "EXPLAIN" not in query["sql"]
    ]
    return found


@pytest.mark.parametrize("who", ["stranger", "artist"])
def test_every_page_of_the_stream_is_read_by_the_index(who: str) -> None:
    alice = make_artist("alice")
    make_gallery(alice, *(make_work(alice) for _ in range(3)))
    assert Artwork.objects.count() == 3
    client = client_of(alice if who == "artist" else None)
    first = "/api/artworks?page_size=1"
    second = client.get(first).json()["next"].removeprefix("http://testserver")
    for address in (first, second):
        plan = plan_of(main_query(client, address))
        assert re.search(r"artworks_artwork USING INDEX artwork_newest", plan), plan
        assert "TEMP B-TREE" not in plan, plan
    # What is far down is sought, not counted off.
    assert "SEARCH artworks_artwork USING INDEX artwork_newest (created_at<?)" in plan, plan
