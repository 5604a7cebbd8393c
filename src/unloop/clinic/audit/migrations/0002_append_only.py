"""The trail is only ever added to."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

from unloop.clinic.audit import append_only


class Migration(migrations.Migration):
    dependencies: ClassVar = [("audit", "0001_initial")]

    operations: ClassVar = [
        append_only.protect("audit_entry", key="sequence"),
        append_only.protect("audit_seal", key="number"),
    ]
