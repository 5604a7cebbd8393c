"""The people of a demo clinic, all made up, brought to where they stand by calling the services and nothing else."""

from __future__ import annotations

from unloop.clinic.front_desk.demo.seeding import seed

__all__ = ["seed"]
