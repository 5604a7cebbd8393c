"""`unloop messages`: hand over what waits in the outbox, without serving the clinic."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from unloop.cli.home import open_clinic
from unloop.cli.output import print_json


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    messages = typer.Typer(no_args_is_help=True, help="Messages of this installation on their way out.")
    messages.command("deliver")(deliver)
    messages.callback()(_messages)
    app.add_typer(messages, name="messages")


def _messages() -> None:
    """Messages of this installation on their way out."""


def deliver(
    json_: Annotated[bool, typer.Option("--json", help="Print one JSON document instead of words.")] = False,
) -> None:
    """Hand over the messages whose time has come, and pass on the tasks that were not done in time.

    `unloop serve` does this by itself every quarter minute. Run it by a timer where the clinic is served in another
    way; any number of workers may run at once. Exit 0 when every message has gone out, 1 when some have not.
    """
    open_clinic()
    from unloop.clinic.audit import clock
    from unloop.clinic.audit.services import Actor, acting
    from unloop.clinic.work.services import deliver_due, escalate_overdue, undelivered

    with acting(Actor.system("outbox"), route="unloop messages deliver"):
        passed_on = len(escalate_overdue())
        done = deliver_due()
    left = len(undelivered(clock.now()))
    if json_:
        print_json(asdict(done) | {"passed_on": passed_on, "undelivered": left})
    else:
        typer.echo(
            f"Sent {done.sent}, put off {done.put_off}, given up {done.given_up}; not delivered in all: {left}. "
            f"Tasks passed on: {passed_on}."
        )
    raise typer.Exit(0 if left == 0 else 1)
