"""The API against its own document: cases that schemathesis makes from it, as a stranger and as an artist."""

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from typing import Any

import pytest
import schemathesis
from django.core.cache import cache
from django.core.wsgi import get_wsgi_application
from django.db import transaction
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.core.failures import FailureGroup
from schemathesis.core.parameters import ParameterLocation
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from accounts.conditional import etags
from accounts.models import Token
from portfolio_site.testing import PASSWORD, arrived, make_artist, make_gallery, make_image, make_work

STEPS = 6  # that a chain of linked requests has at most
SITE = get_wsgi_application()


def from_here(environ: dict[str, Any], start_response: Any) -> Any:
    """The site, asked from this machine: attempts to sign in are counted by address."""
    return SITE({"REMOTE_ADDR": "127.0.0.1"} | environ, start_response)


class World:
    """An artist with works, one of them in the trash, galleries, a public and a private one, and tags."""

    def __init__(self) -> None:
        self.alice = make_artist("alice")
        works = [make_work(self.alice, title=title) for title in ("Sea", "Night", "Harbour", "Gone")]
        works[0].set_tags(["sea", "night"])
        rooms = [
            make_gallery(self.alice, *works[:2], title="Open"),
            make_gallery(self.alice, *works[1:3], title="Shut", visibility="private"),
        ]
        works[3].trash()
        former = str(works[0].image.uuid)
        with arrived(self.alice, make_image(300, 300)) as image:
            works[0].replace_image(image)
        token, self.secret = Token.objects.create(user=self.alice.user, name="Script")
        self.ids = {
            "artists": [self.alice.pk],
            "artworks": [work.pk for work in works],
            "galleries": [room.pk for room in rooms],
            "tags": list(self.alice.tags.values_list("pk", flat=True)),
            "uuid": [former],
            "key": [token.token_key],
        }
        self.picture = make_image(300, 200)
        self.turns = count()

    def made_real(self, case: Any) -> None:
        """In three of four cases what is named exists, and a file is a picture: else little but 404 would be seen."""
        turn = next(self.turns)
        if turn % 4 == 3:
            return
        right = {place for place, part in case.meta.components.items() if part.mode == GenerationMode.POSITIVE}
        if ParameterLocation.PATH in right:
            noun = case.path.split("/")[2]
            for name in case.path_parameters:
                pool = self.ids[{"id": noun, "artwork": "artworks"}.get(name, name)]
                case.path_parameters[name] = pool[turn % len(pool)]
        if ParameterLocation.BODY in right and isinstance(case.body, dict):
            for name, value in case.body.items():
                case.body[name] = self.real(name, value, turn)

    def real(self, name: str, value: Any, turn: int) -> Any:
        """What stands for a made-up value of a body's field; most stay as they are."""
        pool = self.ids["galleries" if name == "galleries" else "artworks"]
        match name, value:
            case "image", _:
                return self.picture
            case "artwork" | "cover", int():
                return pool[turn % len(pool)]
            case "artworks" | "galleries", list():
                return [pool[(turn + place) % len(pool)] for place in range(min(len(value), len(pool)))]
            case "username" | "password", _ if turn % 2:
                return {"username": "alice", "password": PASSWORD}[name]
        return value


@contextmanager
def undone() -> Iterator[None]:
    """What a case does is undone, so that the next one meets the same world."""
    cache.clear()
    etags.clear()
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


class Rig:
    """Sends cases, counts what they were answered, and gathers what is wrong with the answers."""

    def __init__(self, *, artist: bool, seconds: float) -> None:
        self.world, self.end = World(), time.monotonic() + seconds
        self.schema = schemathesis.openapi.from_wsgi("/api/schema", from_here)
        self.headers = {"Authorization": f"Bearer {self.world.secret}"} if artist else {}
        self.seen: Counter[tuple[str, int]] = Counter()
        self.failures: dict[str, str] = {}

    @property
    def in_time(self) -> bool:
        return time.monotonic() < self.end

    @property
    def succeeded(self) -> set[str]:
        return {operation for operation, status in self.seen if status < 300}

    def send(self, case: Any) -> Any:
        self.world.made_real(case)
        answer = case.call(headers=self.headers)
        self.seen[case.operation.definition.raw["operationId"], answer.status_code] += 1
        return answer

    def check(self, case: Any, answer: Any) -> None:
        """One failure must not hide the others."""
        # What a schema cannot say, the API may still refuse: an id that is nobody's, a name that is taken.
        excluded = [positive_data_acceptance]
        # What is stale is said before what is wrong, and a filter left empty is none.
        if answer.status_code == 412 or "" in (case.query or {}).values():
            excluded.append(negative_data_rejection)
        try:
            case.validate_response(answer, headers=self.headers, excluded_checks=excluded)
        except FailureGroup as group:
            for failure in group.exceptions:
                title = f"{case.method} {case.path} {answer.status_code}: {failure}"[:300]
                self.failures.setdefault(title, f"{case.as_curl_command()[:1500]}\n{answer.text[:600]}")

    def each_alone(self, number: int) -> None:
        """So many cases for each operation, a third of them with something wrong in it."""
        for found in self.schema.get_all_operations():
            for mode, share in ((GenerationMode.POSITIVE, 2), (GenerationMode.NEGATIVE, 1)):
                self.try_out(found.ok(), mode, number * share // 3)

    def try_out(self, operation: Any, mode: GenerationMode, number: int) -> None:
        @given(case=operation.as_strategy(generation_mode=mode))
        @quick(number)
        def run(case: Any) -> None:
            if self.in_time:
                with undone():
                    self.check(case, self.send(case))

        with suppress(Unsatisfiable):  # where nothing is sent, nothing can be wrong
            run()

    def in_chains(self, number: int) -> None:
        """So many chains along the document's links, each in the same world."""
        rig = self

        class Chain(self.schema.as_state_machine()):  # type: ignore[misc]
            def setup(self) -> None:
                rig.world.turns = count()  # a chain that is tried again must run as it ran
                self.undoing = undone()
                self.undoing.__enter__()

            def teardown(self) -> None:
                self.undoing.__exit__(None, None, None)

            def call(self, case: Any, **kwargs: Any) -> Any:
                return rig.send(case)

            def validate_response(self, response: Any, case: Any, **kwargs: Any) -> None:
                rig.check(case, response)

        if self.in_time:
            Chain.run(settings=hypothesis_settings(quick(number), stateful_step_count=STEPS))


def quick(number: int) -> hypothesis_settings:
    return hypothesis_settings(
        max_examples=number,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


def keeps_its_word(settings: Any, *, artist: bool, each: int, chains: int, seconds: float) -> Rig:
    settings.THROTTLES = dict.fromkeys(settings.THROTTLES, "")
    settings.SIGNUP = "open"
    rig = Rig(artist=artist, seconds=seconds)
    rig.each_alone(each)
    rig.in_chains(chains)
    print(f"{rig.seen.total()} cases, {len(rig.succeeded)} operations done, in time: {rig.in_time}")
    assert not rig.failures, "\n\n".join("\n".join(pair) for pair in rig.failures.items())
    return rig


WHO = pytest.mark.parametrize("artist", [False, True], ids=["stranger", "artist"])


@pytest.mark.django_db
@WHO
def test_every_answer_is_what_the_document_says(artist: bool, settings: Any) -> None:
    rig = keeps_its_word(settings, artist=artist, each=3, chains=8, seconds=30)
    assert not rig.in_time or rig.seen.total() >= 150
    assert not rig.in_time or len(rig.succeeded) >= (40 if artist else 8)


@pytest.mark.drill
@pytest.mark.django_db
@WHO
def test_ten_thousand_cases(artist: bool, settings: Any) -> None:
    rig = keeps_its_word(settings, artist=artist, each=90, chains=150, seconds=1200)
    assert not rig.in_time or rig.seen.total() >= 5000
    assert not artist or len(rig.succeeded) >= 48
