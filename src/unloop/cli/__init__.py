"""The `unloop` command: joins the rooms, prints, and exits."""

from __future__ import annotations

import sys
from importlib import import_module

import typer

from unloop.cli.output import refuse
from unloop.quantity.refusal import InputRefused

# A command's module is loaded when the command is asked for: simulating needs no protocol, and reads none.
MODULES = {
    "serve": "serve",
    "protocol": "protocol",
    "infusion": "infusion",
    "import": "importing",
    "audit": "audit",
    "messages": "messages",
    "simulate": "simulate",
    "fit": "fit",
    "evidence": "evidence",
    "measures": "measures",
    "heredity": "heredity",
    "history": "history",
}


def program(asked: str | None = None) -> typer.Typer:
    """The command with the one subcommand that is asked for, or with all of them."""
    app = typer.Typer(
        name="unloop",
        help="Measure OCD, judge readiness, chart ketamine infusion. Unloop informs; the clinician decides.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    app.callback()(_unloop)
    for module in [MODULES[asked]] if asked in MODULES else MODULES.values():
        import_module(f"unloop.cli.{module}").register(app)
    return app


def _unloop() -> None:
    """Measure OCD, judge readiness, chart ketamine infusion. Unloop informs; the clinician decides."""


def main() -> None:
    """Run the command; exit 0 done, 1 the answer is a refusal, 2 the input is wrong."""
    try:
        program(sys.argv[1] if len(sys.argv) > 1 else None)()
    except InputRefused as error:
        refuse(error, as_json="--json" in sys.argv)
        sys.exit(2)
