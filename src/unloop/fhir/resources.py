"""The few FHIR R4 resources that are read, and of each only the elements that are used.

Element names and cardinalities are those of FHIR R4 (4.0.1). Elements that are not named here are left alone, since
a sender may always send more.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel


class Element(BaseModel):
    """Anything in a resource. Types are strict: a number written as text is not a number."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True, alias_generator=to_camel)


class CodingElement(Element):
    system: str = ""
    code: str = ""
    display: str = ""


class CodeableConcept(Element):
    coding: list[CodingElement] = []
    text: str = ""

    def code_in(self, system: str) -> str:
        """The first code of this system; empty when there is none."""
        return next((coding.code for coding in self.coding if coding.system == system and coding.code), "")

    @property
    def first_code(self) -> str:
        """The first code of any system, as FHIR writes statuses."""
        return next((coding.code for coding in self.coding if coding.code), "")


class Reference(Element):
    reference: str = ""
    display: str = ""


class Meta(Element):
    last_updated: str | None = None


class Period(Element):
    start: str | None = None
    end: str | None = None


class Quantity(Element):
    value: float | None = None
    comparator: str | None = None
    unit: str | None = None
    system: str | None = None
    code: str | None = None


class Extension(Element):
    url: str = ""
    value_code: str | None = None
    value_decimal: float | None = None


class Identifier(Element):
    system: str = ""
    value: str = ""
    type: CodeableConcept | None = None


class HumanName(Element):
    use: str = ""
    text: str = ""
    family: str = ""
    given: list[str | None] = []
    prefix: list[str | None] = []
    suffix: list[str | None] = []


class ContactPoint(Element):
    system: str = ""
    value: str = ""
    use: str = ""


class Address(Element):
    use: str = ""
    text: str = ""
    line: list[str | None] = []
    city: str = ""
    state: str = ""
    postal_code: str = ""
    country: str = ""


class Communication(Element):
    language: CodeableConcept = CodeableConcept()
    preferred: bool = False


class PatientLink(Element):
    type: str = ""


class Patient(Element):
    meta: Meta | None = None
    extension: list[Extension] = []
    identifier: list[Identifier] = []
    name: list[HumanName] = []
    telecom: list[ContactPoint] = []
    gender: str | None = None
    birth_date: str | None = None
    deceased_boolean: bool | None = None
    deceased_date_time: str | None = None
    address: list[Address] = []
    communication: list[Communication] = []
    link: list[PatientLink] = []


class Coded(Element):
    """What is read of an observation before anybody knows whether it is wanted."""

    code: CodeableConcept


class ReferenceRange(Element):
    low: Quantity | None = None
    high: Quantity | None = None
    type: CodeableConcept | None = None
    applies_to: list[CodeableConcept] = []
    age: dict[str, Any] | None = None


class Valued(Element):
    """What observations and their components have in common."""

    code: CodeableConcept
    value_quantity: Quantity | None = None
    value_integer: int | None = None
    value_codeable_concept: CodeableConcept | None = None
    reference_range: list[ReferenceRange] = []


class Observation(Valued):
    status: str
    subject: Reference | None = None
    effective_date_time: str | None = None
    effective_instant: str | None = None
    effective_period: Period | None = None
    component: list[dict[str, Any]] = []


class Condition(Element):
    clinical_status: CodeableConcept = CodeableConcept()
    verification_status: CodeableConcept = CodeableConcept()
    code: CodeableConcept
    subject: Reference
    onset_date_time: str | None = None
    onset_period: Period | None = None
    abatement_date_time: str | None = None
    abatement_period: Period | None = None
    recorded_date: str | None = None


class AllergyIntolerance(Element):
    clinical_status: CodeableConcept = CodeableConcept()
    verification_status: CodeableConcept = CodeableConcept()
    type: str = ""
    criticality: str = ""
    code: CodeableConcept
    patient: Reference
    recorded_date: str | None = None


class Repeat(Element):
    bounds_period: Period | None = None
    frequency: int | None = None
    period: float | None = None
    period_unit: str | None = None


class Timing(Element):
    repeat: Repeat = Repeat()
    code: CodeableConcept = CodeableConcept()


class DoseAndRate(Element):
    dose_quantity: Quantity | None = None


class Dosage(Element):
    text: str = ""
    timing: Timing = Timing()
    as_needed_boolean: bool = False
    as_needed_codeable_concept: CodeableConcept | None = None
    route: CodeableConcept = CodeableConcept()
    dose_and_rate: list[DoseAndRate] = []


class Prescription(Element):
    """MedicationRequest."""

    status: str
    intent: str
    do_not_perform: bool = False
    medication_codeable_concept: CodeableConcept | None = None
    medication_reference: Reference | None = None
    subject: Reference
    authored_on: str | None = None
    dosage_instruction: list[Dosage] = []


class Statement(Element):
    """MedicationStatement."""

    status: str
    medication_codeable_concept: CodeableConcept | None = None
    medication_reference: Reference | None = None
    subject: Reference
    effective_date_time: str | None = None
    effective_period: Period | None = None
    date_asserted: str | None = None
    dosage: list[Dosage] = []


class Medication(Element):
    code: CodeableConcept


class WeightedCoding(CodingElement):
    """A coded answer that may carry its points itself."""

    extension: list[Extension] = []


class AnswerOption(Element):
    extension: list[Extension] = []
    value_coding: dict[str, Any] | None = None
    value_string: str | None = None
    value_integer: int | None = None


class QuestionnaireItem(Element):
    link_id: str
    type: str
    text: str = ""
    prefix: str = ""
    code: list[CodingElement] = []
    required: bool = False
    answer_option: list[AnswerOption] = []
    answer_value_set: str | None = None
    item: list[QuestionnaireItem] = []


class Questionnaire(Element):
    url: str = ""
    language: str = ""
    version: str = ""
    title: str = ""
    name: str = ""
    status: str
    copyright: str = ""
    code: list[CodingElement] = []
    item: list[QuestionnaireItem] = []
