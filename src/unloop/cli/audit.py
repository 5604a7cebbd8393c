"""`unloop audit`: is the trail what was written?"""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from unloop.cli.home import open_clinic
from unloop.cli.output import print_json


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    audit = typer.Typer(no_args_is_help=True, help="The audit trail of this installation.")
    audit.command("verify")(verify)
    app.add_typer(audit, name="audit")


def verify(
    json_: Annotated[bool, typer.Option("--json", help="Print one JSON document instead of words.")] = False,
) -> None:
    """Recompute the whole audit trail and its chain of seals.

    Finds any entry that was changed, removed or put in after the fact, in the database of UNLOOP_HOME. Exit 0 when
    the trail is whole, 1 when it is not.
    """
    open_clinic()
    from unloop.clinic.audit.services import verify as verify_trail

    verdict = verify_trail()
    if json_:
        print_json({"ok": verdict.ok} | asdict(verdict))
    elif verdict.ok:
        typer.echo(
            f"The audit trail is whole: {verdict.entries} entries, {verdict.seals} seals, "
            f"{verdict.unsealed} waiting for their seal."
        )
    else:
        typer.echo(f"The audit trail was touched at entry {verdict.first_broken}: {verdict.fault}.", err=True)
    raise typer.Exit(0 if verdict.ok else 1)
