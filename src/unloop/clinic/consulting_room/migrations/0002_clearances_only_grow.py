"""Clearances, plans and consents are only ever added, on both engines."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

from unloop.clinic.audit import append_only


class Migration(migrations.Migration):
    """Set the triggers."""

    dependencies: ClassVar[list[tuple[str, str]]] = [("consulting_room", "0001_initial")]
    operations: ClassVar[list[migrations.operations.base.Operation]] = [
        append_only.protect("consulting_room_clearance"),
        append_only.protect("consulting_room_clearance_voided"),
        append_only.protect("consulting_room_plan"),
        append_only.protect("consulting_room_consent"),
    ]
