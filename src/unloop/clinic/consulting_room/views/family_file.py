"""The family tree to take along, for whoever asks for it: the one way by which relatives' data leave the clinic."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET

from unloop.care.heredity import FamilySex
from unloop.clinic.audit.services import record
from unloop.clinic.chart.services import Person, load_chart, of_person
from unloop.clinic.consulting_room.family import Family, family_of
from unloop.clinic.people.services import ClinicRequest
from unloop.fhir import family_member_histories


@require_GET
@of_person("family-file")
def family_file(_request: ClinicRequest, person: Person) -> HttpResponse:
    """The relatives as FHIR R4, without a name of anybody; that it was taken leaves a line in the trail."""
    family = family_of(person, load_chart(person))
    if len(family.tree.people) == 1:
        raise Http404
    bundle = as_bundle(person, family)
    record("consulting_room.family.exported", person=person.id, detail={"count": len(bundle["entry"]) - 1})
    return JsonResponse(
        bundle, content_type="application/fhir+json",
        headers={"Content-Disposition": 'attachment; filename="family.json"', "Cache-Control": "no-store"},
    )  # fmt: skip


def as_bundle(person: Person, family: Family) -> dict[str, Any]:
    """A FHIR R4 collection: one FamilyMemberHistory for each relative of whom something is known.

    The patient is there with an id and a sex alone, so that the relatives can be read as one tree again.
    """
    reference = f"Patient/{person.id}"
    sex = family.tree[family.tree.proband].sex
    patient = {
        "resourceType": "Patient", "id": str(person.id),
        **({"gender": sex.value} if sex is not FamilySex.UNKNOWN else {}),
    }  # fmt: skip
    said = {"date": family.at.date().isoformat()} if family.at is not None else {}
    relatives = family_member_histories(family.tree, patient=reference)
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{"resource": patient}, *({"resource": {**one, **said}} for one in relatives)],
    }
