"""A real Chromium before a clinic that is really served.

The first clinic is made by `unloop serve --demo` in an empty folder, as a newcomer makes it; `demo_server` and
`moving_clinic` serve copies of it, since its people take a quarter of a minute to make. `phone` and `desktop` are
pages of that size; whatever goes wrong in them unseen (a script error, a broken security policy, a request to another
host) is collected in `faults` and fails the test at its end.
"""

from __future__ import annotations

import fcntl
import hashlib
import http.client
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.base import AXE_FILE_PATH
from playwright.sync_api import Browser, Page, expect

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parent.parent
SCREENSHOTS = REPOSITORY / "screenshots"
START_WITHIN_S = 180
PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-default-apps",
    # A page lives for a second: to make its scripts quick takes longer than they then run.
    "--js-flags=--no-turbofan --no-maglev --always-sparkplug",
)
AXE = Path(AXE_FILE_PATH).read_text(encoding="utf-8")
STRUCTURE = (HERE / "structure.js").read_text(encoding="utf-8")
VIOLATIONS = "axe.run(document, {resultTypes: ['violations']}).then(found => found.violations)"
UNLOOP = str(Path(sys.executable).with_name("unloop"))
SIZES: dict[str, dict[str, Any]] = {
    "phone": {
        "viewport": {"width": 390, "height": 844},
        "device_scale_factor": 2,
        "is_mobile": True,
        "has_touch": True,
    },
    "desktop": {"viewport": {"width": 1280, "height": 900}},
}

# What a page says is waited for as long as a busy machine may take; nothing here is judged by the clock.
expect.set_options(timeout=15_000)

# Playwright keeps an event loop in this thread, which Django's guard takes for asynchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"


def chromium() -> str | None:
    """The program of the browser: named by CHROMIUM, or found on PATH; without windows to draw it is twice as quick."""
    named = os.environ.get("CHROMIUM")
    return named or next(filter(None, map(shutil.which, PROGRAMS)), None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """These take longest, so they are begun first; a worker has one browser and one clinic for all that it runs."""
    items.sort(key=lambda item: HERE not in item.path.parents)
    unseen = pytest.mark.skip(reason="NO CHROMIUM: browser test not run")
    for item in items:
        if HERE not in item.path.parents:
            continue
        item.add_marker("e2e")
        if chromium() is None and os.environ.get("CI") != "true":
            item.add_marker(unseen)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    program = chromium()
    if program is None:
        pytest.fail("no Chromium was found; install it or name its program in CHROMIUM")
    return {**browser_type_launch_args, "executable_path": program, "headless": True, "args": list(ARGUMENTS)}


@pytest.fixture(scope="session")
def base_url() -> None:
    """None for all pages: each is opened before a clinic of its own choice."""


# --- The clinic that is looked at ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DemoServer:
    """A running demonstration clinic: its address, its data folder, what it printed.

    Attributes:
        later: where the seconds stand by which its clock is ahead; None for a clinic that goes by the real time.
    """

    url: str
    home: Path
    log: Path
    later: Path | None = None

    def move_on(self, time: timedelta) -> None:
        """Let time pass in the clinic."""
        assert self.later is not None, "this clinic goes by the real time"
        ahead = float(self.later.read_text(encoding="ascii")) + time.total_seconds()
        whole = self.later.with_suffix(".new")  # the clinic reads at any moment, and never half a number
        whole.write_text(str(ahead), encoding="ascii")
        whole.replace(self.later)


@pytest.fixture(scope="session")
def all_workers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that the workers of one run share."""
    ours = tmp_path_factory.getbasetemp()
    return ours.parent if "PYTEST_XDIST_WORKER" in os.environ else ours


@pytest.fixture(scope="session")
def made_home(tmp_path_factory: pytest.TempPathFactory, all_workers: Path) -> Path:
    """The folder of a clinic with its people, made once for all workers."""
    made = all_workers / "made"
    with (all_workers / "made.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # the first worker makes it, and the others wait
        if not made.exists():
            folder = tmp_path_factory.mktemp("made")
            (folder / "home").mkdir()
            with serving(folder, [UNLOOP]):
                pass
            (folder / "home").rename(made)
    return made


@pytest.fixture(scope="session")
def demo_server(tmp_path_factory: pytest.TempPathFactory, made_home: Path) -> Iterator[DemoServer]:
    folder = tmp_path_factory.mktemp("demo")
    shutil.copytree(made_home, folder / "home")
    with serving(folder, [UNLOOP]) as server:
        yield server


@pytest.fixture
def moving_clinic(tmp_path: Path, made_home: Path) -> Iterator[DemoServer]:
    """A demonstration clinic of a test's own, in which time can be let pass."""
    later = tmp_path / "later"
    later.write_text("0", encoding="ascii")
    shutil.copytree(made_home, tmp_path / "home")
    with serving(tmp_path, [sys.executable, str(HERE / "served_later.py")], later) as server:
        yield server


@contextmanager
def serving(folder: Path, program: list[str], later: Path | None = None) -> Iterator[DemoServer]:
    """A clinic that answers, on the data of `folder`/home."""
    home, log = folder / "home", folder / "serve.log"
    port = free_port()
    command = [*program, "serve", "--demo", "--port", str(port)]
    environment = {
        **os.environ,
        "UNLOOP_HOME": str(home),
        "PYTHONUNBUFFERED": "1",
        "UNLOOP_TEST_LATER": str(later),
    }
    environment.pop("UNLOOP_DATABASE_URL", None)
    with (
        log.open("wb") as lines,
        subprocess.Popen(command, env=environment, stdout=lines, stderr=subprocess.STDOUT) as process,
    ):
        try:
            wait_until_it_answers(process, port, log)
            yield DemoServer(url=f"http://127.0.0.1:{port}", home=home, log=log, later=later)
        finally:
            process.terminate()
            try:
                process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                process.kill()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_it_answers(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    patience = time.monotonic() + START_WITHIN_S
    while time.monotonic() < patience and process.poll() is None:
        if health(port) == http.HTTPStatus.OK:
            return
        time.sleep(0.2)
    last_words = log.read_text(errors="replace")[-4000:]
    pytest.fail(f"the demonstration clinic did not come up (exit status {process.poll()}):\n{last_words}")


def health(port: int) -> int | None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status
    except OSError:
        return None
    finally:
        connection.close()


# --- The pages that look at it ---------------------------------------------------------------------------


@pytest.fixture
def faults() -> Iterator[list[str]]:
    """What went wrong in a page without being seen. A test that expects a fault empties this list itself."""
    collected: list[str] = []
    yield collected
    assert not collected, "\n".join(["faults in the page:", *collected])


@pytest.fixture
def open_page(
    request: pytest.FixtureRequest,
    browser: Browser,
    browser_context_args: dict[str, Any],
    faults: list[str],
) -> Iterator[Callable[..., Page]]:
    """A page of one size in a browser profile of its own: `open_page("phone")`, or of another clinic's `server`."""
    with ExitStack() as opened:

        def open_one(size: str, *, server: DemoServer | None = None, **options: Any) -> Page:
            server = server or request.getfixturevalue("demo_server")
            asked = {"reduced_motion": "reduce", **SIZES[size], **options, "base_url": server.url}
            context = browser.new_context(**{**browser_context_args, **asked})
            opened.callback(context.close)
            page = context.new_page()
            watch(page, server, faults)
            return page

        yield open_one


@pytest.fixture
def phone(open_page: Callable[..., Page]) -> Page:
    return open_page("phone")


@pytest.fixture
def desktop(open_page: Callable[..., Page]) -> Page:
    return open_page("desktop")


@pytest.fixture(params=sorted(SIZES))
def screen(request: pytest.FixtureRequest, open_page: Callable[..., Page]) -> Page:
    """The same test at phone and at desktop size."""
    return open_page(request.param)


def watch(page: Page, server: DemoServer, faults: list[str]) -> None:
    host = urlsplit(server.url).netloc

    def console(message: Any) -> None:
        if message.type in ("error", "warning"):
            faults.append(f"{message.type}: {message.text} ({urlsplit(message.location['url']).path})")

    def request(sent: Any) -> None:
        parts = urlsplit(sent.url)
        if parts.scheme in ("http", "https", "ws", "wss") and parts.netloc != host:
            faults.append(f"a request left for another host: {parts.netloc}")

    page.on("console", console)
    page.on("pageerror", lambda error: faults.append(f"script: {error}"))
    page.on("request", request)


@pytest.fixture(scope="session")
def assert_accessible(all_workers: Path) -> Callable[[Page], None]:
    """Axe finds nothing on the page as it stands.

    All its rules run, once for each structure that a page takes at each size: a nurse sees most pages as a provider
    does, and the same page of another person differs in its words alone.
    """
    clean = all_workers / "clean"
    clean.mkdir(exist_ok=True)

    def assert_none(page: Page) -> None:
        drawn = f"{page.viewport_size} {page.evaluate(STRUCTURE)}"
        mark = clean / hashlib.sha256(drawn.encode()).hexdigest()
        if mark.exists():
            return
        page.evaluate(AXE)
        violations = page.evaluate(VIOLATIONS)
        found = [
            f"{rule['id']}: {rule['help']} at {node['target']}"
            for rule in violations
            for node in rule["nodes"]
        ]
        assert not found, "\n".join([f"axe on {urlsplit(page.url).path}:", *found])
        mark.touch()

    return assert_none


@pytest.fixture
def picture(request: pytest.FixtureRequest) -> Callable[..., Path]:
    """Keep a screenshot in the git-ignored folder `screenshots`, named after the page and its size.

    None is taken in CI, where nobody looks at them and they take a third of the time.
    """

    def taken(page: Page, name: str, *, whole: bool = True) -> Path:
        width = (page.viewport_size or {"width": 0})["width"]
        path = SCREENSHOTS / f"{re.sub(r'[^a-z0-9]+', '-', name.lower()).strip('-')}-{width}.png"
        if os.environ.get("CI") == "true":
            return path
        SCREENSHOTS.mkdir(exist_ok=True)
        page.screenshot(path=path, full_page=whole, scale="css")
        return path

    return taken
