"""Many who try passwords at once, from as many addresses: no limit on one address stops them, and the site stays."""

import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median
from threading import Event

import pytest

from portfolio_site.tests.invariants import assert_consistent
from portfolio_site.tests.live import PASSWORD, Site, memory, running

pytestmark = [pytest.mark.server, pytest.mark.drill]

GUESSERS = 80
SECONDS = 15
PAGES = ["/livez", "/artists/alice/"]


class Storm:
    """Guessers who never wait. Each try comes from an address of its own; every second one is for Alice's account."""

    def __init__(self, site: Site) -> None:
        self.site, self.over, self.answers = site, Event(), Counter[int]()

    def guess(self, number: int) -> None:
        tries = 0
        while not self.over.is_set():
            tries += 1
            name = "alice" if tries % 2 else f"nobody-{number}-{tries}"
            address = f"10.{number}.{tries // 250 % 250}.{tries % 250}"
            self.answers[sign_in(self.site, name, "a guess", address)] += 1


def sign_in(site: Site, name: str, password: str, address: str) -> int:
    body = {"username": name, "password": password}
    return site.ask("POST", "/api/auth/login", body=body, headers={"X-Forwarded-For": address}).status


def times(site: Site, path: str, seconds: float) -> list[float]:
    """Seconds that each request took; each is answered with 200."""
    found, end = [], time.monotonic() + seconds
    while time.monotonic() < end:
        started = time.monotonic()
        assert site.ask("GET", path).status == 200
        found.append(time.monotonic() - started)
    return found


def test_a_storm_of_sign_ins_leaves_the_pages_and_the_memory(tmp_path: Path, figure: Callable[[str], None]) -> None:
    with running(tmp_path, TRUSTED_PROXY_HOPS="1") as site:
        site.join("alice")
        site.join("bob")
        alone = {path: median(times(site, path, 2)) for path in PAGES}
        storm = Storm(site)
        with ThreadPoolExecutor(GUESSERS) as threads:
            guessers = [threads.submit(storm.guess, number) for number in range(GUESSERS)]
            try:
                beside = {path: sorted(times(site, path, SECONDS / len(PAGES))) for path in PAGES}
                largest = max(memory(pid, "status", "VmHWM") for pid in site.tree())
                known = sign_in(site, "bob", PASSWORD, "192.0.2.1")
            finally:
                storm.over.set()
            for guesser in guessers:
                guesser.result()
        after = sign_in(site, "bob", PASSWORD, "192.0.2.2")
        assert_consistent(site)
    for path in PAGES:
        p99 = beside[path][len(beside[path]) * 99 // 100]
        figure(
            f"{path} alone {alone[path] * 1000:.1f} ms, in the storm {median(beside[path]) * 1000:.0f} ms, p99 {p99 * 1000:.0f}"
        )
        assert p99 < 1
    figure(
        f"{sum(storm.answers.values())} guesses by {GUESSERS} at once, each from an address of its own: "
        f"{dict(storm.answers)}; largest process {largest} MB; who knew the password: {known} in the storm, {after} after it"
    )
    assert set(storm.answers) <= {401, 429, 503} and largest <= 400
    assert known in {200, 503} and after == 200
