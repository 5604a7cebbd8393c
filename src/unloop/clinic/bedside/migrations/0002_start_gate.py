"""Sessions and events are only ever added, and no start without a clearance, on both engines."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

from unloop.clinic.audit import append_only
from unloop.clinic.audit.row_refusal import refuse
from unloop.clinic.bedside.start_gate import START_GATE


class Migration(migrations.Migration):
    """Set the triggers."""

    dependencies: ClassVar[list[tuple[str, str]]] = [
        ("bedside", "0001_initial"),
        ("consulting_room", "0002_clearances_only_grow"),
    ]
    operations: ClassVar[list[migrations.operations.base.Operation]] = [
        append_only.protect("bedside_session"),
        append_only.protect("bedside_event"),
        refuse(START_GATE),
    ]
