"""The access table: every role, state, route and verb of access.toml, and no route without a row."""

import re
import statistics
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.urls import URLPattern, get_resolver
from rest_framework.test import APIClient

from portfolio_site.testing import assert_guarded
from portfolio_site.tests.world import FORM, ROLES, STATES, TABLE, TITLE, UNLIKE, VERBS, World, all_of, cells


def as_nothing(answer: Any) -> tuple[Any, ...]:
    """What a visitor could tell two answers apart by: the body without tokens made for it, and the headers."""
    body = re.sub(rb'name="csrfmiddlewaretoken" value="\w+"', b"", answer.whole)
    body = re.sub(rb"/[\w/.-]*(?:987654321|nowhere|canary|room)[\w/.-]*|\b\d+\b", b"", body)
    kept = {name: value for name, value in answer.headers.items() if name not in UNLIKE}
    return answer.status_code, kept, re.sub(rb"sha256-[^']+", b"", body)


@pytest.mark.django_db
@pytest.mark.parametrize("state", STATES)
def test_every_cell(state: str) -> None:
    world, wrong = World(state), []
    for name, row in TABLE.items():
        for verb, cell_state, role, expected, sign in cells(row):
            if cell_state != state:
                continue
            answer = world.ask(role, verb, row, world.words)
            assert_guarded(answer.headers)
            told = str(answer.status_code)
            if sign:
                told += "+" if TITLE.encode() in answer.whole else "-"
            if told != expected + sign:
                wrong.append(f"{name} {verb} as {role}: {told} instead of {expected + sign}")
            elif expected == "404":
                nobodys = world.ask(role, verb, row, world.nobodys)
                if as_nothing(answer) != as_nothing(nobodys):
                    wrong.append(f"{name} {verb} as {role}: not the answer that an id nobody has gets")
                if role != "alice" and answer.queries != nobodys.queries:  # which is what time would tell
                    wrong.append(
                        f"{name} {verb} as {role}: {answer.queries} queries, and {nobodys.queries} for nobody's"
                    )
    assert not wrong, "\n".join(wrong)


@pytest.mark.django_db
@pytest.mark.drill
def test_time_does_not_tell_what_is_hidden_from_what_there_is_not(figure: Callable[[str], None]) -> None:
    """By the processor's time: a visitor's clock shows that, and what else the machine does."""
    world, worst, asked = World("private"), (0.0, ""), 0
    for name, row in TABLE.items():
        if ("GET", "private", "bob", "404", "") not in set(cells(row)) or "{" not in row["path"]:
            continue
        for role in ("bob", "anonymous"):
            hidden: list[float] = []
            nobodys: list[float] = []
            for _ in range(100):  # one after the other, so that what slows one down slows the other
                for words, times in ((world.words, hidden), (world.nobodys, nobodys)):
                    path, started = row["path"].format(**words), time.thread_time()
                    world.clients[role].get(path)
                    times.append(time.thread_time() - started)
            apart = abs(statistics.median(hidden) / statistics.median(nobodys) - 1)
            worst, asked = max(worst, (apart, f"{name} as {role}")), asked + 1
    figure(
        f"{asked} hidden things, 200 timed requests each, half for one there is not: medians {worst[0]:.1%} apart at most ({worst[1]})"
    )
    assert asked > 15 and worst[0] <= 0.1


FOREIGN = [
    {},
    {"origin": "https://evil.example"},
    {"origin": "null"},
    {"referer": "https://evil.example/"},
    {"x-http-method-override": "GET"},
]


@pytest.mark.django_db
def test_no_session_writes_without_its_token() -> None:
    """As another site's page would ask, with the cookies of whoever visits it."""
    world, wrong = World("public"), []
    alice = APIClient(enforce_csrf_checks=True)
    alice.cookies = world.clients["alice"].cookies
    world.clients = {"alice": alice, "anonymous": APIClient(enforce_csrf_checks=True)}
    before = all_of(world.alice)
    for name, row in TABLE.items():
        for verb in (VERBS & set(row)) - {"GET"}:
            statuses = {f"{status}" for v, _, role, status, _ in cells(row) if (v, role) == (verb, "alice")}
            for headers in FOREIGN:
                answer = world.ask("alice", verb, row, world.words, headers=headers)
                if answer.status_code != 403 and name not in WITHOUT_SESSION and statuses != {"405"}:
                    wrong.append(f"{name} {verb} with {headers}: {answer.status_code}")
    for as_form in ("text/plain", FORM):  # what a form of another site can send
        answer = alice.post("/api/galleries", '{"title": "Forged"}', content_type=as_form)
        assert answer.status_code in {403, 415}
    assert all_of(world.alice) == before
    assert not wrong, "\n".join(wrong)


# These change nothing of an account's: two take a password, two say how this browser shows the site.
WITHOUT_SESSION = {"api-auth-login", "api-auth-register", "wall", "language"}


def routes(patterns: list[Any], prefix: str = "") -> Iterator[tuple[str, set[str]]]:
    """Name (or pattern) and verbs of every route of the project; those of the admin's models follow its registry."""
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            actions = getattr(pattern.callback, "actions", None) or {"get": ""}
            yield pattern.name or prefix + str(pattern.pattern), {verb.upper() for verb in actions} & VERBS
        elif pattern.namespace == "admin":
            own = [route for route in pattern.url_patterns if isinstance(route, URLPattern)]
            for name, verbs in routes(own, "/"):
                yield f"admin{name}" if name.startswith("/") else f"admin:{name}", verbs
        else:
            yield from routes(pattern.url_patterns, prefix + str(pattern.pattern))


def test_every_route_has_its_row(figure: Callable[[str], None]) -> None:
    verbs: dict[str, set[str]] = {}
    for name, row in TABLE.items():
        verbs.setdefault(name.split(" ")[0], set()).update(VERBS & set(row))
    missing, found = [], dict(routes(get_resolver().url_patterns))
    for name, wanted in found.items():
        lacking = wanted - verbs.get(name, set()) - ({"GET"} if verbs.get(name) else set())
        if name not in verbs or lacking:
            missing.append(f"{name}: {', '.join(lacking or wanted)}")
    asked = sum(len(list(cells(row))) for row in TABLE.values())
    share = 100 * (1 - len(missing) / len(found))
    figure(
        f"{len(found)} routes, {share:.0f} % in the table: {len(TABLE)} rows, {asked} cells "
        f"({len(ROLES)} roles, {len(STATES)} states, every verb)"
    )
    assert not missing, f"access.toml lacks {missing}"


@pytest.mark.parametrize("name", TABLE)
def test_every_row_names_every_state_and_role(name: str) -> None:
    for verb in VERBS & set(TABLE[name]):
        found = [(state, role, status) for v, state, role, status, _ in cells(TABLE[name]) if v == verb]
        assert {(state, role) for state, role, _ in found} == {(state, role) for state in STATES for role in ROLES}
        assert "mis" not in {status for _, _, status in found}
