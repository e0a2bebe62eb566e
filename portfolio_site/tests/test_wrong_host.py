"""A request for a host that is not this site's, as scanners send it, is their mistake and not ours."""

import pytest
from django.test import Client


@pytest.mark.parametrize("path", ["/", "/nowhere", "/accounts/login"])
def test_it_is_told_so(path: str) -> None:
    answer = Client(raise_request_exception=False).get(path, headers={"host": "elsewhere.example"})
    assert answer.status_code == 400
    assert "<h1>That cannot be answered</h1>" in answer.content.decode()
