"""`unloop import`: a FHIR R4 bundle becomes a person and facts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from unloop.cli import home
from unloop.cli.output import print_json, read_input
from unloop.quantity.refusal import InputRefused

if TYPE_CHECKING:
    from unloop.clinic.chart.services import Person


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command(name="import")(import_file)


def import_file(
    file: Annotated[str, typer.Argument(metavar="FILE", help="FHIR R4 bundle (JSON); - for standard input.")],
    *,
    into: Annotated[str | None, typer.Option(help="Id of the person whose record it is.")] = None,
    new: Annotated[bool, typer.Option("--new", help="It is nobody who is here already.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout.")] = False,
) -> None:
    """Import a FHIR R4 bundle as a person; importing again adds nothing.

    Exits 1 when the record may be of somebody who is here already: name the person with --into, or say --new.
    """
    data = read_input(file)
    home.open_clinic()
    from unloop.clinic.audit.services import Actor, acting
    from unloop.clinic.chart.services import LikelyDuplicate, import_bundle

    with acting(Actor.system("command line"), route="unloop import"):
        result = import_bundle(data, into=_person(into), new=new)
    if isinstance(result, LikelyDuplicate):
        candidates = [str(person.id) for person in result.candidates]
        if json:
            print_json(
                {
                    "person": None,
                    "added": 0,
                    "unchanged": 0,
                    "not_understood": [],
                    "likely_duplicates": candidates,
                }
            )
        typer.echo(
            f"This may be somebody who is here already: {', '.join(candidates)}. Say --into ID or --new.",
            err=True,
        )
        raise typer.Exit(1)
    missed = [one.as_dict() for one in result.not_understood]
    if json:
        print_json({"person": str(result.person.id), "added": result.added, "unchanged": result.unchanged,
                    "not_understood": missed})  # fmt: skip
        return
    typer.echo(f"person {result.person.id}: {result.added} added, {result.unchanged} unchanged")
    for one in missed:
        typer.echo(f"not understood: {one['path']}: {one['why']} ({one['count']})")


def _person(person_id: str | None) -> Person | None:
    if person_id is None:
        return None
    from unloop.clinic.chart.services import Person

    try:
        found: Person | None = Person.objects.filter(id=UUID(person_id)).first()
    except ValueError:
        found = None
    if found is None:
        raise InputRefused(
            "--into",
            given=person_id,
            allowed="the id of a person of this clinic",
            mend="copy it from the address of the person's page",
        )
    return found
