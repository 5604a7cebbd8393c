"""What this installation is, and what a director signed, stands."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

from unloop.clinic.audit.services import append_only


class Migration(migrations.Migration):
    dependencies: ClassVar = [("people", "0001_initial")]

    operations: ClassVar = [
        append_only.protect("people_installation"),
        append_only.protect("people_adopted_protocol"),
    ]
