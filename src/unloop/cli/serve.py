"""`unloop serve`: migrate, check, serve."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import sys
from collections.abc import Callable
from ipaddress import ip_address
from threading import Event, Thread
from typing import Annotated
from urllib.parse import urlsplit

import typer

from unloop.cli.home import HomeRefused, open_clinic, refuse_demo_home, use_demo_home

SEAL_EVERY_SECONDS = 5.0
PLAN_EVERY_SECONDS = 60.0
DELIVER_EVERY_SECONDS = 15.0


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("serve")(serve)


def serve(
    demo: Annotated[
        bool,
        typer.Option("--demo", help="A clinic of made-up people in UNLOOP_HOME/demo, on this machine only."),
    ] = False,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.", min=1, max=65535)] = 8000,
) -> None:
    """Bring the database up to date, check it, and serve the clinic.

    The data live in UNLOOP_HOME. A new clinic is set up in the browser, at the address with the token that is
    printed here. Listening on another address than this machine's own needs UNLOOP_ORIGIN, the https address under
    which people reach the clinic. A demo always has its own home and never listens beyond this machine.
    """
    try:
        _check_address(host, port, demo=demo)
        use_demo_home() if demo else refuse_demo_home()
    except HomeRefused as refused:
        _refuse(str(refused))
    token = os.environ.setdefault("UNLOOP_SETUP_TOKEN", secrets.token_urlsafe(16))
    os.environ["UNLOOP_LISTENS_AT"] = _address(host, port)
    open_clinic()
    _prepare(demo=demo)
    _say_where(host, port, token=token, demo=demo)
    _run(host, port)


def _check_address(host: str, port: int, *, demo: bool) -> None:
    if not _is_loopback(host):
        if demo:
            raise HomeRefused(
                "the demo has no passwords, so it is served to this machine alone; leave --host away"
            )
        origin = urlsplit(os.environ.get("UNLOOP_ORIGIN", ""))
        if origin.scheme != "https" and not _is_loopback(origin.hostname or ""):
            raise HomeRefused(
                f"listening on {host} needs UNLOOP_ORIGIN, the https address under which people reach the clinic"
            )
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise HomeRefused(
                f"cannot listen on {host} port {port}: {error.strerror}; name another --port"
            ) from None


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _prepare(*, demo: bool) -> None:
    from django.conf import settings
    from django.utils.module_loading import import_string

    from unloop.clinic.people.services import NotServable, mark

    try:
        mark(demo=demo)
    except NotServable as refused:
        _refuse(str(refused))
    if demo:
        import_string(settings.UNLOOP_DEMO_SEEDER)()


def _say_where(host: str, port: int, *, token: str, demo: bool) -> None:
    from unloop.clinic.people.services import clinic_here

    origin = os.environ.get("UNLOOP_ORIGIN", "").rstrip("/")
    address = origin or _address(host, port)
    if demo:
        typer.echo(f"Unloop demo, everyone in it is made up: {address}/")
    elif clinic_here().organisation is None:
        typer.echo(f"No clinic here yet. Set it up at: {address}/setup/?token={token}")
    else:
        typer.echo(f"Unloop: {address}/")
    typer.echo("Stop with Ctrl-C.")
    sys.stdout.flush()


def _address(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _run(host: str, port: int) -> None:
    import uvicorn
    from django.conf import settings

    # Uvicorn raises the signal once more after it has closed its connections: an orderly end, not a kill.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    stop = Event()
    ticks = [
        Thread(target=keep, args=(stop,), name=name, daemon=True)
        for name, keep in (
            ("sealer", _keep_sealing),
            ("planner", _keep_planning),
            ("messenger", _keep_delivering),
        )
    ]
    for tick in ticks:
        tick.start()
    try:
        uvicorn.run(
            "unloop.site.asgi:application",
            host=host,
            port=port,
            lifespan="off",
            log_level="warning",
            access_log=False,
            server_header=False,
            date_header=True,
            proxy_headers=settings.TRUSTED_PROXIES > 0,
            timeout_graceful_shutdown=5,
        )
    except KeyboardInterrupt:
        typer.echo("Stopped.")
    finally:
        stop.set()
        for tick in reversed(ticks):  # the sealer last: what was planned is sealed too
            tick.join(timeout=10)


def _keep_sealing(stop: Event) -> None:
    """Seal what is new every few seconds, and once more at the end."""
    import logging

    from django.db import DatabaseError, connection

    from unloop.clinic.audit.services import TrailBroken, seal

    log = logging.getLogger("unloop.audit")
    while True:
        last = stop.wait(SEAL_EVERY_SECONDS)
        try:
            while seal():
                pass
        except TrailBroken:
            log.exception("the audit trail was touched; it is no longer sealed. Run: unloop audit verify")
            return
        except DatabaseError:
            log.exception("the audit trail could not be sealed; trying again")
        finally:
            connection.close()
        if last:
            return


def _keep_planning(stop: Event) -> None:
    """Open the calls and ratings that ended infusions ask for: at once, then every minute."""
    from unloop.clinic.follow_up.services import plan_follow_up
    from unloop.clinic.questionnaires.services import open_windows

    def work() -> None:
        plan_follow_up()
        open_windows()

    _keep_on(stop, work, part="follow-up", every=PLAN_EVERY_SECONDS)


def _keep_delivering(stop: Event) -> None:
    """Pass overdue tasks on and hand over the messages whose time has come: at once, then every quarter minute."""
    from unloop.clinic.work.services import deliver_due, escalate_overdue

    def work() -> None:
        escalate_overdue()
        deliver_due()

    _keep_on(stop, work, part="outbox", every=DELIVER_EVERY_SECONDS)


def _keep_on(stop: Event, work: Callable[[], object], *, part: str, every: float) -> None:
    """Work now and every so many seconds, as this part of the installation; an error is logged and tried again."""
    import logging

    from django.db import connection

    from unloop.clinic.audit.services import Actor, acting

    log = logging.getLogger(f"unloop.{part.replace('-', '_')}")
    while True:
        try:
            with acting(Actor.system(part), route="serve"):
                work()
        except Exception:
            log.exception("%s could not be done; trying again in %g seconds", part, every)
        finally:
            connection.close()
        if stop.wait(every):
            return


def _refuse(why: str) -> None:
    typer.echo(why, err=True)
    raise typer.Exit(2)
