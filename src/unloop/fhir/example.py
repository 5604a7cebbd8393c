"""The example record that ships with Unloop: a made-up adult with OCD, in the form that Synthea writes."""

from __future__ import annotations

from importlib import resources
from typing import Final

EXAMPLE_NAME: Final = "odile-farrow.json"


def example_bundle() -> bytes:
    """A FHIR R4 transaction bundle about a person who does not exist, for newcomers and for tests."""
    return (resources.files("unloop.fhir") / "examples" / EXAMPLE_NAME).read_bytes()
