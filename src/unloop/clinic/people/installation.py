"""The one clinic of this installation: its marker, its organisation, and the checks before it is served."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from unloop.clinic.audit import clock
from unloop.clinic.audit.services import append_only
from unloop.clinic.people.models import Installation, Organisation


class NotServable(RuntimeError):
    """This home must not be served as asked; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class ClinicHere:
    """What a request has to know of its clinic."""

    demo: bool
    organisation: Organisation | None


def clinic_here() -> ClinicHere:
    """The installation and its organisation, in one query."""
    installation = Installation.objects.select_related("organisation").first()
    if installation is None:
        return ClinicHere(demo=False, organisation=None)
    return ClinicHere(demo=installation.demo, organisation=getattr(installation, "organisation", None))


def open_database() -> None:
    """Bring the tables up to date, if they are not, and check what the database promises.

    Raises:
        NotServable: a promise does not hold.
    """
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", verbosity=0, interactive=False)
    check_database()


def mark(*, demo: bool) -> Installation:
    """Write down, once and for good, whether this database is a demo.

    Raises:
        NotServable: it was marked the other way before.
    """
    installation: Installation | None = Installation.objects.first()
    if installation is None:
        installation = Installation(demo=demo, made_at=clock.now())
        installation.save()
    if installation.demo and not demo:
        raise NotServable("this home holds a demo clinic; serve it with --demo, or name another UNLOOP_HOME")
    if demo and not installation.demo:
        raise NotServable("this home holds a real clinic; the demo needs another UNLOOP_HOME")
    return installation


def check_database() -> None:
    """Read back what the database promises.

    Raises:
        NotServable: a commit could be lost, foreign keys are off, or an append-only table lost its triggers.
    """
    if connection.vendor == "sqlite":
        _check_pragmas()
    if missing := append_only.unprotected_tables(connection):
        raise NotServable(
            f"append-only tables without their triggers: {', '.join(missing)}; restore a backup"
        )


def _check_pragmas() -> None:
    wanted: dict[str, tuple[str, ...]] = {
        "journal_mode": ("wal", "memory"),  # "memory" is a database that is not on disk at all, as in tests
        "synchronous": ("2",),
        "foreign_keys": ("1",),
        "recursive_triggers": ("1",),
    }
    with connection.cursor() as cursor:
        for pragma, allowed in wanted.items():
            cursor.execute(f"PRAGMA {pragma}")
            found = str(cursor.fetchone()[0]).lower()
            if found not in allowed:
                raise NotServable(
                    f"SQLite answers {pragma}={found} where {allowed[0]} was asked for; "
                    "is the home on a network drive? Move it to a local disk"
                )
