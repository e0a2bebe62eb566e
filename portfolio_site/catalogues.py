"""The words of the house and their translations: what the sources say today, and each language's catalogue.

A catalogue is two files, `django.po` for people and `django.mo` for the machine. Both are committed: a site needs no
tools to speak a language. Babel, which reads and writes them, comes with `requirements-dev.txt`.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages import Catalog
from babel.messages.catalog import Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

APPS = ("accounts", "artworks", "galleries", "portfolio_site")
KEYWORDS = DEFAULT_KEYWORDS | {
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
    "Refused": (2,),  # raised where no Django is known, and translated where it is shown
}
PLACEHOLDERS = re.compile(r"%\(\w+\)[sd]|%[sd]|%%|\{\w*\}")
# Written into every file, so that a catalogue changes only when its words do.
ONCE = datetime(2000, 1, 1, tzinfo=UTC)


def sources() -> Iterator[Path]:
    """Every file whose words people see; tests and migrations speak to nobody."""
    root = settings.BASE_DIR
    for app in APPS:
        for path in sorted((root / app).rglob("*.py")):
            if not {"tests", "migrations"} & set(path.parts):
                yield path
    yield from (path for path in sorted((root / "templates").rglob("*")) if path.suffix in {".html", ".txt", ".xml"})


@cache
def today() -> Catalog:
    """Every string that the sources mark for translation, with the files it stands in."""
    found = Catalog()
    for path in sources():
        text = path.read_text(encoding="utf-8")
        if path.suffix != ".py":
            # Without its indentation what Django makes of a template can be read as Python.
            text = re.sub(r"^[ \t]+", "", templatize(text), flags=re.MULTILINE)
        place = path.relative_to(settings.BASE_DIR).as_posix()
        for _line, words, _comments, context in extract("python", BytesIO(text.encode()), KEYWORDS):
            if words:
                found.add(words, locations=[(place, 0)], context=context)
    return found


def folder(language: str) -> Path:
    return Path(settings.LOCALE_PATHS[0]) / language / "LC_MESSAGES"


def read(language: str) -> Catalog:
    with (folder(language) / "django.po").open("rb") as file:
        return read_po(file, locale=language)


def renew(language: str) -> Catalog:
    """Bring a catalogue up to the sources: new strings come in empty, those that are gone go; then compile it."""
    path = folder(language) / "django.po"
    head = path.read_text(encoding="utf-8").partition("\n\n")[0]
    catalogue = read(language)
    catalogue.update(today(), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    written = BytesIO()
    write_po(written, catalogue, width=110, omit_header=True, include_lineno=False, sort_by_file=True)
    path.write_text(f"{head}\n\n{written.getvalue().decode().strip()}\n", encoding="utf-8")
    path.with_suffix(".mo").write_bytes(compiled(language))
    return catalogue


def compiled(language: str) -> bytes:
    """The `.mo` of a catalogue; what is fuzzy or empty is left out, and shown in English."""
    catalogue, written = read(language), BytesIO()
    catalogue.creation_date = catalogue.revision_date = ONCE
    write_mo(written, catalogue)
    return written.getvalue()


def faults(catalogue: Catalog) -> list[str]:
    """What a catalogue still lacks of the strings of today, each in a line."""
    found = ((forms(wanted.id)[0], catalogue.get(wanted.id, wanted.context)) for wanted in today() if wanted.id)
    return [f"{words!r} {fault}" for words, message in found if (fault := fault_of(message, catalogue))]


def fault_of(message: Message | None, catalogue: Catalog) -> str:
    if message is None:
        return "is not in the catalogue"
    if message.fuzzy:
        return "is fuzzy"
    asked, said = forms(message.id), forms(message.string)
    if not (said and all(said)):
        return "is not translated"
    if len(said) != (catalogue.num_plurals if message.pluralizable else 1):
        return "lacks a plural form"
    for words in said:
        if placeholders(words) not in map(placeholders, asked):
            return f"has other placeholders in {words!r}"
    return ""


def forms(words: Any) -> list[str]:
    """Singular and plural; one where a string has no number."""
    return [words] if isinstance(words, str) else list(words or ())


def placeholders(words: str) -> list[str]:
    return sorted(PLACEHOLDERS.findall(words))
