"""What every test stands on: a clinic's folder of its own, cheap passwords, and shared data where there are any."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

import examples

if TYPE_CHECKING:
    from _pytest.terminal import TerminalReporter

REPOSITORY = Path(__file__).resolve().parent.parent
BROWSER = REPOSITORY / "tests" / "e2e"
IN_CI = os.environ.get("CI") == "true"
NO_CHROMIUM = "NO CHROMIUM"

# Before Django reads its settings: no test may touch the data folder of whoever runs it.
os.environ["UNLOOP_HOME"] = tempfile.mkdtemp(prefix="unloop-tests-")
os.environ["DJANGO_SETTINGS_MODULE"] = "unloop.site.settings"
atexit.register(shutil.rmtree, os.environ["UNLOOP_HOME"], ignore_errors=True)

# Nothing here is judged by the clock, so a slow machine fails no law; in CI the examples are the same every time.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("house"), derandomize=True, print_blob=True)
# Ten times the examples of each law, the same every time for a named seed: `UNLOOP_LONG=1 pytest --hypothesis-seed=N`.
settings.register_profile("long", settings.get_profile("house"), max_examples=examples.TIMES * 100)
settings.load_profile("long" if examples.LONG else "ci" if IN_CI else "house")


@pytest.hookimpl(tryfirst=True)  # before the marks are read
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The tests of a file go to one worker, which prepares what they share once; browser tests are dealt out singly."""
    if not config.pluginmanager.hasplugin("xdist"):
        return
    for item in items:
        if BROWSER not in item.path.parents and item.get_closest_marker("xdist_group") is None:
            item.add_marker(pytest.mark.xdist_group(str(item.path.relative_to(REPOSITORY))))


@pytest.fixture(scope="session", autouse=True)
def _cheap_password_hashes() -> None:
    """Argon2 costs a third of a second and 100 MB for each made-up person."""
    from django.conf import settings as django_settings

    django_settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of public example records beside the checkout, or named by UNLOOP_SHARED; never part of it."""
    folder = Path(os.environ.get("UNLOOP_SHARED") or REPOSITORY.parent / "shared") / "data"
    if not folder.is_dir():
        missing = (
            f"no example records in {folder.parent.name}/data beside the checkout; name it in UNLOOP_SHARED"
        )
        (pytest.fail if IN_CI else pytest.skip)(missing)
    return folder


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    """Say loudly that the browser tests did not run; a quiet `s` would pass for a proof."""
    skipped = [
        report for report in terminalreporter.stats.get("skipped", []) if NO_CHROMIUM in str(report.longrepr)
    ]
    if skipped:
        terminalreporter.write_sep(
            "!", f"{len(skipped)} BROWSER TESTS DID NOT RUN: no Chromium was found", red=True
        )
        terminalreporter.write_line(
            "Install it (Debian: apt-get install chromium) or name its program in CHROMIUM."
        )
