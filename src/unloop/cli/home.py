"""The data folder as the commands see it: which one, whether it holds a demo, and opening its database."""

from __future__ import annotations

import os
from pathlib import Path

import typer

from unloop.clinic.people import home

path = home.path
seen_versions = home.seen_versions
remember_protocol = home.remember_protocol
SeenProtocol = home.SeenProtocol
AnotherDocumentUnderThisVersion = home.AnotherDocumentUnderThisVersion
adopted_document = home.adopted_document


class HomeRefused(RuntimeError):
    """This data folder cannot be used as asked; the message says why and what to do."""


def use_demo_home() -> Path:
    """Turn to `UNLOOP_HOME/demo`, whose database is always the SQLite file inside it.

    Raises:
        HomeRefused: UNLOOP_HOME, or its demo folder, holds a real clinic, or cannot be read.
    """
    outer = home.path()
    inner = home.demo(outer)
    for folder in (outer, inner):
        if _kind(folder) == "clinic":
            raise HomeRefused(
                f"{folder} holds a real clinic; for the demo name another folder in UNLOOP_HOME"
            )
    os.environ["UNLOOP_HOME"] = str(inner)
    os.environ["UNLOOP_DEMO"] = "1"
    os.environ.pop("UNLOOP_DATABASE_URL", None)
    os.environ.pop("UNLOOP_ORIGIN", None)
    return inner


def refuse_demo_home() -> Path:
    """The home of a real clinic, to be served.

    Raises:
        HomeRefused: it holds a demo, or cannot be read.
    """
    outer = home.path()
    if _kind(outer) == "demo":
        raise HomeRefused(
            f"{outer} holds a demo clinic; serve it as UNLOOP_HOME={outer.parent} unloop serve --demo"
        )
    os.environ["UNLOOP_DEMO"] = "0"
    return outer


def open_clinic() -> None:
    """Make the clinic's services usable in this process: settings, tables, checks.

    Exits with 2 when the folder or its database cannot be used, when the database does not keep what it has to promise,
    or when the extra `clinic` is missing.
    """
    os.umask(0o077)  # what is written from here on is for the one who runs the clinic alone
    try:
        _check_folder(home.path())
    except HomeRefused as refused:
        typer.echo(str(refused), err=True)
        raise typer.Exit(2) from None
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "unloop.site.settings")
    try:
        import django
    except ModuleNotFoundError:
        typer.echo("This command needs the clinic: pip install 'unloop[clinic]'", err=True)
        raise typer.Exit(2) from None
    django.setup()
    from unloop.clinic.people.services import NotServable, open_database

    try:
        open_database()
    except NotServable as refused:
        typer.echo(str(refused), err=True)
        raise typer.Exit(2) from None


def _check_folder(folder: Path) -> None:
    try:
        home.make(folder)
    except OSError as error:
        raise HomeRefused(
            f"{folder} cannot be the data folder: {error.strerror}; name another one in UNLOOP_HOME"
        ) from None
    _kind(folder)


def _kind(folder: Path) -> str | None:
    try:
        return home.kind(folder)
    except home.NoDatabase as refused:
        raise HomeRefused(str(refused)) from None
