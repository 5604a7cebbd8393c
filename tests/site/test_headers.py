"""What every answer carries, and what no answer tells."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client, RequestFactory

pytestmark = pytest.mark.django_db
PATHS = ["/", "/setup/", "/sign-in/", "/no/such/page/", "/healthz"]


def policy(response: object) -> dict[str, str]:
    parts = (part.strip().partition(" ") for part in response["Content-Security-Policy"].split(";"))
    return {name: sources for name, _, sources in parts}


@pytest.mark.parametrize("path", PATHS)
def test_nothing_inline_or_foreign_runs_on_any_page(client: Client, path: str) -> None:
    directives = policy(client.get(path))
    assert directives["default-src"] == "'none'"
    assert directives["script-src"] == directives["style-src"] == "'self'"
    assert directives["frame-ancestors"] == directives["base-uri"] == "'none'"
    assert directives["form-action"] == "'self'"
    assert not any("unsafe" in sources or "http" in sources for sources in directives.values())


@pytest.mark.parametrize("path", PATHS)
def test_no_page_is_kept_by_a_browser(client: Client, path: str) -> None:
    assert client.get(path)["Cache-Control"].startswith(("no-store", "max-age=0, no-cache, no-store"))


@pytest.mark.parametrize("path", PATHS)
def test_other_sites_learn_nothing(client: Client, path: str) -> None:
    response = client.get(path)
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == response["Cross-Origin-Resource-Policy"] == "same-origin"
    assert response["X-Frame-Options"] == "DENY"
    assert "camera=()" in response["Permissions-Policy"]
    assert "Access-Control-Allow-Origin" not in response


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(client: Client) -> None:
    client.post("/sign-in/", {"login": "x", "password": "y"})
    for cookie in client.cookies.values():
        assert cookie["httponly"]
        assert cookie["samesite"] in {"Lax", "Strict"}


def test_no_page_has_an_inline_script_or_style(client: Client) -> None:
    import re

    for path in PATHS:
        page = client.get(path, follow=True).content.decode()
        assert not re.search(r"<style|\sstyle=|\son\w+=", page)
        for script in re.findall(r"<script[^>]*>", page):
            assert "src=" in script or 'type="application/json"' in script


def test_a_changed_host_is_refused(client: Client) -> None:
    response = client.get("/sign-in/", headers={"Host": "elsewhere.example"})
    assert response.status_code == 400
    assert "Traceback" not in response.content.decode()


def test_a_form_from_elsewhere_is_refused() -> None:
    browser = Client(enforce_csrf_checks=True)
    assert browser.post("/setup/", {"token": "x"}).status_code == 403


def test_health_is_answered_without_a_clinic(client: Client) -> None:
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok\n")


def test_a_failure_says_what_to_do_and_nothing_about_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: object) -> None:
        raise RuntimeError("Clara Montañez")

    monkeypatch.setattr("unloop.clinic.people.views.entry.places.is_setup_token", fail)
    response = Client(raise_request_exception=False).get("/setup/")
    page = response.content.decode()
    assert response.status_code == 500
    assert "Nothing was changed or lost" in page
    assert "Clara" not in page
    assert "RuntimeError" not in page


def test_logs_hold_no_secret_of_a_link() -> None:
    import logging

    from unloop.clinic.people.logs import WithoutQuery

    line = "Not Found: /welcome/AbCdEfGhIjKlMnOpQrStUv/c28add-0123456789abcdef0123/?token=secret\nforged \x1b[31m"
    record = logging.LogRecord("django.request", logging.WARNING, "", 0, "%s", (line,), None)
    WithoutQuery().filter(record)
    said = record.getMessage()
    assert "secret" not in said
    assert "AbCdEfGh" not in said
    assert "c28add" not in said
    assert "\n" not in said
    assert "\x1b" not in said


def test_the_letters_are_our_own(client: Client) -> None:
    from django.contrib.staticfiles import finders

    letters = [finders.find(f"unloop/fonts/inter-{cut}.woff2") for cut in ("regular", "medium", "semibold")]
    assert all(letters)
    assert finders.find("unloop/fonts/LICENSE-inter.txt")
    assert sum(Path(file).stat().st_size for file in letters) < 150_000


def test_pages_name_no_other_host(client: Client) -> None:
    page = client.get("/setup/").content.decode()
    assert "http://" not in page
    assert "https://" not in page


def test_a_request_before_any_middleware_still_gets_a_page() -> None:
    from unloop.clinic.people.views.errors import bad_request

    response = bad_request(RequestFactory().get("/"), ValueError())
    assert response.status_code == 400
    assert b"could not be read" in response.content
