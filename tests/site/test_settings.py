"""Settings come from the environment alone, and a database that cannot keep its promises is not served."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

PRINT = """
import json
from unloop.site import settings
names = {names!r}
print(json.dumps({{name: getattr(settings, name) for name in names}}, default=str))
"""


def settings_with(home: Path, *names: str, **environment: str) -> dict[str, object]:
    """The named settings as a fresh program reads them."""
    run = subprocess.run(
        [sys.executable, "-c", PRINT.format(names=names)],
        env={**os.environ, "UNLOOP_HOME": str(home), "DJANGO_SETTINGS_MODULE": ""} | environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(run.stdout)


def test_the_default_is_sqlite_in_the_home(tmp_path: Path) -> None:
    read = settings_with(tmp_path, "DATABASES", "SECRET_KEY", "DEBUG", UNLOOP_DATABASE_URL="")
    database = read["DATABASES"]["default"]
    assert database["ENGINE"] == "django.db.backends.sqlite3"
    assert database["NAME"] == str(tmp_path / "db.sqlite3")
    assert database["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert database["ATOMIC_REQUESTS"] is True
    assert read["SECRET_KEY"] == (tmp_path / "secret.key").read_text().strip()
    assert read["DEBUG"] is False


def test_one_setting_turns_to_postgresql(tmp_path: Path) -> None:
    read = settings_with(tmp_path, "DATABASES", UNLOOP_DATABASE_URL="postgres://u:p@host:5433/clinic")
    database = read["DATABASES"]["default"]
    assert (database["ENGINE"], database["NAME"]) == ("django.db.backends.postgresql", "clinic")
    assert (database["HOST"], database["PORT"]) == ("host", 5433)
    assert database["ATOMIC_REQUESTS"] is True


SECURE = (
    "ALLOWED_HOSTS",
    "SESSION_COOKIE_SECURE",
    "SESSION_COOKIE_NAME",
    "CSRF_COOKIE_NAME",
    "SECURE_HSTS_SECONDS",
    "SECURE_SSL_REDIRECT",
    "CSRF_TRUSTED_ORIGINS",
)


def test_an_https_address_closes_every_plain_way(tmp_path: Path) -> None:
    read = settings_with(tmp_path, *SECURE, UNLOOP_ORIGIN="https://clinic.example/")
    assert "clinic.example" in read["ALLOWED_HOSTS"]
    assert read["SESSION_COOKIE_SECURE"] is True
    assert read["SESSION_COOKIE_NAME"] == "__Host-unloop_session"
    assert read["CSRF_COOKIE_NAME"] == "__Host-unloop_csrf"
    assert read["SECURE_HSTS_SECONDS"] >= 31_536_000
    assert read["SECURE_SSL_REDIRECT"] is True
    assert read["CSRF_TRUSTED_ORIGINS"] == ["https://clinic.example"]


def test_without_an_address_of_its_own_only_this_machine_is_answered(tmp_path: Path) -> None:
    read = settings_with(tmp_path, *SECURE)
    assert read["ALLOWED_HOSTS"] == ["localhost", "127.0.0.1", "[::1]"]


def test_a_demo_and_a_clinic_on_one_machine_have_cookies_of_their_own(tmp_path: Path) -> None:
    demo = settings_with(tmp_path, "SESSION_COOKIE_NAME", UNLOOP_DEMO="1")
    clinic = settings_with(tmp_path, "SESSION_COOKIE_NAME", UNLOOP_DEMO="0")
    assert demo != clinic


@pytest.mark.parametrize(("proxies", "trusted"), [("0", False), ("1", True)])
def test_a_forwarded_header_is_believed_only_behind_a_proxy_of_ours(
    tmp_path: Path, proxies: str, *, trusted: bool
) -> None:
    code = "from unloop.site import settings; print(hasattr(settings, 'SECURE_PROXY_SSL_HEADER'))"
    environment = {**os.environ, "UNLOOP_HOME": str(tmp_path), "UNLOOP_TRUSTED_PROXIES": proxies}
    run = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == str(trusted)


@pytest.mark.django_db
def test_the_database_keeps_its_promises() -> None:
    from unloop.clinic.people.services import check_database

    check_database()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("pragma", "weakened", "sound"),
    [("synchronous", "NORMAL", "FULL"), ("recursive_triggers", "OFF", "ON"), ("foreign_keys", "OFF", "ON")],
)
def test_a_database_with_a_weaker_promise_is_not_served(pragma: str, weakened: str, sound: str) -> None:
    from unloop.clinic.people.services import NotServable, check_database

    if connection.vendor != "sqlite":
        pytest.skip("SQLite alone answers pragmas")
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA {pragma}={weakened}")
        with pytest.raises(NotServable, match=pragma):
            check_database()
        cursor.execute(f"PRAGMA {pragma}={sound}")
    check_database()


@pytest.mark.django_db
def test_a_table_without_its_triggers_is_not_served() -> None:
    from unloop.clinic.audit import append_only
    from unloop.clinic.people.services import NotServable, check_database

    append_only.lift_triggers(connection, "audit_entry")
    with pytest.raises(NotServable, match="audit_entry"):
        check_database()


@pytest.mark.django_db
def test_models_and_migrations_agree() -> None:
    from django.core.management import call_command

    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
