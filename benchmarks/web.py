"""What each page of the clinic costs on the demo: queries, server time; and how soon a started clinic answers.

A demo clinic is made in a folder of its own. Every member of its staff signs in and follows every link, as a person
with a patient finger would; somebody made up answers through a link on a phone. Each page that was reached is then
asked for again and again. Run with `make bench`, or `python benchmarks/web.py [REQUESTS]`. Times are of this machine at
this load; queries are the same everywhere. Exit 1 when a page asks the database more than it may, when a link leads
nowhere, or when a seeded clinic takes too long to serve its first page.
"""

from __future__ import annotations

import logging
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from django.test import Client

REQUESTS = 20
QUERIES = 15
"""Most queries that a page may ask, transaction statements aside."""
FIRST_PAGE_S = 5.0
"""Longest that an installed and seeded clinic may take from the command to its first page."""
OF_ONE_ROUTE, OF_ONE_ROUTE_AGAIN = 14, 3
"""How many addresses of one route are asked for: by the first who can open it, and by each who comes later."""
STAFF = ("varga", "brandt", "ruiz", "hahn", "lindqvist")
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_NEVER_FOLLOWED = ("/static/", "/sign-out/")
_TRANSACTION = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")


@dataclass(slots=True)
class Page:
    """One route at the address where it asks the database most."""

    route: str
    who: str
    path: str
    queries: int
    asks: Callable[[], int]
    times_ms: list[float] = field(default_factory=list)

    @property
    def median_ms(self) -> float:
        """Middle of the server times."""
        return statistics.median(self.times_ms)

    @property
    def p95_ms(self) -> float:
        """Of twenty requests, the slowest but one."""
        return sorted(self.times_ms)[int(0.95 * (len(self.times_ms) - 1))]


class Links(HTMLParser):
    """Where a page leads, and what can be answered on it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.answers: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the addresses of this clinic and the values of `answer`."""
        given = {name: value or "" for name, value in attrs}
        address = given.get("href", "")
        if tag == "a" and address.startswith("/") and not address.startswith(_NEVER_FOLLOWED):
            self.addresses.append(urlsplit(address).path)
        if tag == "button" and given.get("name") == "answer":  # each answer is a submit button
            self.answers.append(given.get("value", ""))


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back for one request."""

    status: int
    text: str
    next: str
    queries: int


class Walk:
    """Pages as they are found, the dearest address of each route kept."""

    def __init__(self) -> None:
        self.pages: dict[str, Page] = {}
        self.broken: list[str] = []
        self._asked: dict[str, dict[str, int]] = {}

    def ask(self, browser: Client, who: str, path: str) -> Answer:
        """One page, counted; its route is kept when it is a page and the dearest so far."""
        from django.urls import resolve

        answer = _get(browser, path)
        route = resolve(path).view_name
        if answer.status >= 400:
            self._leads_nowhere(f"{answer.status} {path} as {who}")
        known = self.pages.get(route)
        if answer.status == 200 and (known is None or answer.queries > known.queries):
            self.pages[route] = Page(route, who, path, answer.queries, lambda: browser.get(path).status_code)
        return answer

    def follow(self, browser: Client, who: str, start: str) -> None:
        """Every link from here on, a few of each kind."""
        waiting, met = deque([start]), {start}
        while waiting:
            path = waiting.popleft()
            if not self._worth(who, path):
                continue
            answer = self.ask(browser, who, path)
            found = [answer.next] if answer.next else Links(answer.text).addresses
            for address in found:
                if address not in met:
                    met.add(address)
                    waiting.append(address)

    def _leads_nowhere(self, what: str) -> None:
        line = UUID.sub("ID", what)
        if line not in self.broken:
            self.broken.append(line)

    def _worth(self, who: str, path: str) -> bool:
        from django.urls import Resolver404, resolve

        try:
            match = resolve(path)
        except Resolver404:
            self._leads_nowhere(f"no such address: {path} as {who}")
            return False
        asked = self._asked.setdefault(match.view_name, {})
        first = next(iter(asked), who) == who
        if asked.get(who, 0) >= (OF_ONE_ROUTE if first else OF_ONE_ROUTE_AGAIN):
            return False
        asked[who] = asked.get(who, 0) + 1
        return True


def _get(browser: Client, path: str) -> Answer:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        response = browser.get(path)
    asked = [one for one in captured.captured_queries if not one["sql"].startswith(_TRANSACTION)]
    html = "text/html" in response.headers.get("Content-Type", "")
    text = response.content.decode() if html and not response.streaming else ""
    onward = urlsplit(response.headers.get("Location", "")).path
    return Answer(response.status_code, text, onward, len(asked))


def open_demo(folder: Path) -> None:
    """A demo clinic in this folder, seeded as `unloop serve --demo` does it."""
    os.environ |= {
        "UNLOOP_HOME": str(folder / "demo"),
        "UNLOOP_DEMO": "1",
        "DJANGO_SETTINGS_MODULE": "unloop.site.settings",
    }
    os.environ.pop("UNLOOP_DATABASE_URL", None)
    import django
    from django.conf import settings
    from django.utils.module_loading import import_string

    django.setup()
    from unloop.clinic.people.services import mark, open_database

    open_database()
    mark(demo=True)
    import_string(settings.UNLOOP_DEMO_SEEDER)()
    logging.disable(logging.ERROR)  # a page that fails is named in the table, without its trace
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]


def walk_as_staff(walk: Walk) -> None:
    """Every link that a member of staff can follow."""
    from django.test import Client

    from unloop.clinic.people.services import User

    walk.follow(Client(), "visitor", "/sign-in/")
    for name in STAFF:
        user = User.objects.get(username=name)
        browser = Client(raise_request_exception=False)
        browser.post("/sign-in/demo/", {"user": str(user.pk)})
        walk.follow(browser, name, "/")


def walk_on_a_phone(walk: Walk, *, requests: int) -> None:
    """One person's way through a link: birth date, questions, the look before sending, and after it."""
    from django.test import Client

    from unloop.clinic.audit.services import acting
    from unloop.clinic.chart.services import Person
    from unloop.clinic.people.services import User
    from unloop.clinic.questionnaires.services import invite, links_of, withdraw

    person = Person.objects.get(given="Wren")
    provider = User.objects.get(username="varga")
    with acting(provider.as_actor(), route="benchmark"):
        for link in links_of(person):  # one open link asks for an instrument
            withdraw(link.pk)
        _invitation, path = invite(person, ["check-in", "phq-9"], by=provider)
    phone = Client(raise_request_exception=False)
    walk.ask(phone, "a phone", path)
    walk.ask(phone, "a phone", f"{path}help/")
    born = person.birth_date
    onward = phone.post(path, {"day": born.day, "month": born.month, "year": born.year}).headers["Location"]
    for _step in range(60):
        answer = walk.ask(phone, "a phone", onward)
        time_pages(walk.pages, requests=requests, who="a phone")  # once it is sent, the link is closed
        if "/sent/" in onward:
            return
        if answer.next:
            onward = answer.next
            continue
        found = Links(answer.text)
        if "/told/" in onward:
            onward = next(link for link in found.addresses if not link.endswith("/help/"))
            continue
        answers = {"answer": found.answers[min(1, len(found.answers) - 1)]} if found.answers else {}
        onward = urlsplit(phone.post(onward, answers).headers["Location"]).path
    walk.broken.append(f"the link never comes to its end; it stands at {onward}")


def time_pages(pages: dict[str, Page], *, requests: int, who: str = "") -> None:
    """Ask again for every page, or for those of one visitor; the first time warms what is kept in memory."""
    for page in pages.values():
        if page.times_ms or not page.who.startswith(who) or page.asks() != 200:
            continue
        for _ in range(requests):
            start = time.perf_counter()
            page.asks()
            page.times_ms.append((time.perf_counter() - start) * 1000)


def first_page_s(folder: Path) -> float:
    """Seconds from the command to the first whole page of a demo in this folder."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment: dict[str, Any] = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("UNLOOP", "DJANGO"))},
        "UNLOOP_HOME": str(folder),
    }
    command = [str(Path(sys.executable).with_name("unloop")), "serve", "--demo", "--port", str(port)]
    start = time.perf_counter()
    server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)  # noqa: S603 - our own program
    try:
        for _ in _every(0.02, at_most_s=120):
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=60) as page:
                    page.read()
                    return time.perf_counter() - start
            except (urllib.error.URLError, ConnectionError):
                if server.poll() is not None:
                    break
    finally:
        server.terminate()
        server.wait(timeout=20)
    raise SystemExit("the demo did not come up")


def _every(seconds: float, *, at_most_s: float) -> Iterator[None]:
    until = time.perf_counter() + at_most_s
    while time.perf_counter() < until:
        yield
        time.sleep(seconds)


def print_pages(walk: Walk, *, requests: int) -> None:
    """The table, dearest first, and what was not reached."""
    from unloop.clinic.people.permissions import matrix

    print(f"{'page':38}{'as':12}{'queries':>8}{'bound':>7}{'ratio':>7}{'median ms':>11}{'p95 ms':>9}")
    for page in sorted(walk.pages.values(), key=lambda page: (-page.queries, page.route)):
        times = f"{page.median_ms:11.1f}{page.p95_ms:9.1f}" if page.times_ms else f"{'once':>11}"
        mark = "  OVER" if page.queries > QUERIES else ""
        print(
            f"{page.route:38}{page.who:12}{page.queries:8}{QUERIES:7}{page.queries / QUERIES:7.2f}{times}{mark}"
        )
    print(
        f"{requests} requests a page, by the test client: no network, no TLS. BEGIN and COMMIT are not counted."
    )
    unmet = sorted(set(matrix().routes) - set(walk.pages))
    print(
        f"\n{len(walk.pages)} pages; {len(unmet)} addresses without one: they only take what is posted, lead"
    )
    print("somewhere else, or nobody of the demo has a link to them:")
    print("  " + "\n  ".join(" ".join(unmet[i : i + 4]) for i in range(0, len(unmet), 4)))


def main() -> int:
    """Make, walk, time, start; print; say whether every bound held."""
    requests = int(sys.argv[1]) if len(sys.argv) > 1 else REQUESTS
    with tempfile.TemporaryDirectory(prefix="unloop-bench-") as name:
        folder = Path(name)
        empty = first_page_s(folder)
        seeded = min(first_page_s(folder) for _ in range(2))
        open_demo(folder)
        walk = Walk()
        walk_as_staff(walk)
        walk_on_a_phone(walk, requests=requests)
        time_pages(walk.pages, requests=requests)
        print_pages(walk, requests=requests)
    print(f"\nfirst page of a seeded clinic  {seeded:6.2f} s   bound {FIRST_PAGE_S:g} s", end="")
    print(f"   ratio {seeded / FIRST_PAGE_S:.2f}")
    print(f"first page of an empty folder  {empty:6.2f} s   no bound: it migrates and seeds first")
    for line in walk.broken:
        print(f"BROKEN  {line}")
    over = [page.route for page in walk.pages.values() if page.queries > QUERIES]
    if over:
        print(f"OVER {QUERIES} QUERIES  {', '.join(sorted(over))}")
    return 1 if over or walk.broken or seeded > FIRST_PAGE_S else 0


if __name__ == "__main__":
    sys.exit(main())
