"""The `unloop` command: joins the rooms, prints, and exits."""

from __future__ import annotations

import sys

import typer

from unloop.cli import (
    audit,
    evidence,
    fit,
    heredity,
    importing,
    infusion,
    measures,
    protocol,
    serve,
    simulate,
)
from unloop.cli.output import refuse
from unloop.quantity.refusal import InputRefused

app = typer.Typer(
    name="unloop",
    help="Measure OCD, judge readiness, chart ketamine infusion. Unloop informs; the clinician decides.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for _commands in (serve, protocol, infusion, importing, audit, simulate, fit, evidence, measures, heredity):
    _commands.register(app)


def main() -> None:
    """Run the command; exit 0 done, 1 the answer is a refusal, 2 the input is wrong."""
    try:
        app()
    except InputRefused as error:
        refuse(error, as_json="--json" in sys.argv)
        sys.exit(2)
