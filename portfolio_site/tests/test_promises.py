"""What the documents say is shown by a test, is."""

import re
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
DOCUMENTS = [ROOT / "SECURITY.md", *sorted((ROOT / "docs").glob("*.md"))]
NAMED = [
    (document.name, path, name)
    for document in DOCUMENTS
    for path, name in re.findall(r"`([\w/]+/tests/test_\w+\.py)::(\w+)", document.read_text())
]


@pytest.mark.parametrize(("document", "path", "name"), NAMED)
def test_the_test_that_is_named_exists(document: str, path: str, name: str) -> None:
    assert re.search(rf"^\s*(?:def|class) {name}\b", (ROOT / path).read_text(), re.MULTILINE), f"{document}: {path}"
