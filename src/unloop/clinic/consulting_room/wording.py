"""The words of the evaluation page: its one sentence, its pages' names, and where each thing is answered."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from unloop.care.evaluation import Standing
from unloop.clinic.chart.services import Person
from unloop.clinic.consulting_room.board import Board, OpenItem
from unloop.facts import DICTIONARY

_NUMBERS = (
    *(
        gettext_lazy("no"),
        gettext_lazy("one"),
        gettext_lazy("two"),
        gettext_lazy("three"),
        gettext_lazy("four"),
    ),
    *(
        gettext_lazy("five"),
        gettext_lazy("six"),
        gettext_lazy("seven"),
        gettext_lazy("eight"),
        gettext_lazy("nine"),
    ),
    *(gettext_lazy("ten"), gettext_lazy("eleven"), gettext_lazy("twelve")),
)

GROUPS: dict[str, Promise] = {
    "identity": gettext_lazy("The person, seen"),
    "psychiatric": gettext_lazy("Psychiatric interview and family"),
    "substances": gettext_lazy("Alcohol and drugs"),
    "scales": gettext_lazy("Scales"),
    "treatments": gettext_lazy("Treatments so far"),
    "medicines": gettext_lazy("Medicines and allergies"),
    "medical": gettext_lazy("Medical history and examination"),
    "social": gettext_lazy("The way home, driving and work"),
    "measurements": gettext_lazy("Measurements"),
    "laboratory": gettext_lazy("Laboratory and ECG"),
    "course": gettext_lazy("Ketamine elsewhere"),
}

STANDINGS: dict[Standing, Promise] = {
    Standing.REQUIRED: gettext_lazy("Must be so"),
    Standing.ABSOLUTE: gettext_lazy("Never treated; nobody can override"),
    Standing.RELATIVE: gettext_lazy("Against, unless someone writes why"),
    Standing.MEDICINE: gettext_lazy("Medicines"),
    Standing.ITEM: gettext_lazy("Asked items"),
}

_VERBS: dict[str, Promise] = {
    "laboratory": gettext_lazy("Order"),
    "scales": gettext_lazy("Rate"),
    "measurements": gettext_lazy("Measure"),
    "medical": gettext_lazy("Enter"),
    "treatments": gettext_lazy("Enter"),
}
_TESTED = {"urine_drug_screen", "pregnancy_test"}
_MEDICINES = {"medicines", "medicines_complete"}
_PAGES: dict[str, tuple[Promise, Promise, str]] = {
    "consent": (gettext_lazy("Talk it through"), gettext_lazy("Talk it through"), "consulting_room:consent"),
    "family": (gettext_lazy("Ask about the family"), gettext_lazy("Ask"), "consulting_room:family"),
    "plan": (gettext_lazy("Write it on the plan"), gettext_lazy("Write"), "consulting_room:plan"),
}
"""Groups of facts that have a page of their own, with what one does there."""
_RATE = "questionnaires:rate"
_RATED = {"ybocs": "ybocs", "phq9": "phq-9", "gad7": "gad-7"}


@dataclass(frozen=True, slots=True)
class Way:
    """The one link of an open item.

    Attributes:
        label: what one does there, for a page about one person.
        verb: the same in a word, for a list of many.
        route, arguments: of the page, by which it is known who may open it.
    """

    label: str
    verb: str
    route: str
    arguments: tuple[object, ...]

    @property
    def address(self) -> str:
        """Of the page."""
        return reverse(self.route, args=self.arguments)


def spelled(number: int) -> str:
    """Zero to twelve in words."""
    return str(_NUMBERS[number]) if number < len(_NUMBERS) else str(number)


def sentence(board: Board) -> str:
    """What is true of this person at this gate, in one line."""
    if board.ready:
        return _("Ready. Every rule is answered and none stands against it.")
    parts = [
        (len(board.excludes), ngettext("%s answer excludes", "%s answers exclude", len(board.excludes))),
        (len(board.missing), ngettext("%s is missing", "%s are missing", len(board.missing))),
        (len(board.stale), ngettext("%s is out of date", "%s are out of date", len(board.stale))),
    ]
    said = ", ".join(words % spelled(number) for number, words in parts if number)
    return _("Not ready. %s.") % (said[:1].upper() + said[1:])


def way(item: OpenItem, person: Person, *, drafts: bool) -> Way:
    """Where an open item can be answered: one link.

    Args:
        item: what is open.
        person: of whom.
        drafts: whether imported medicines wait for a decision, without which the list is unknown.
    """
    if drafts and _MEDICINES & set(item.codes):
        return Way(_("Decide on the imported medicines"), _("Decide"), "chart:imported", (person.id,))
    if item.contradicted:
        return Way(_("Correct one of the two entries"), _("Correct"), "chart:facts", (person.id,))
    if item.state == "excludes":
        return _way_past(item, person)
    return _way_to_answer(item, person)


def _way_past(item: OpenItem, person: Person) -> Way:
    verdict = item.verdict
    if verdict.override is not None:
        override = "consulting_room:override"
        return Way(_("Decide and write why"), _("Decide"), override, (person.id, verdict.rule))
    if verdict.standing is Standing.MEDICINE:
        return Way(_("Look at the medicines"), _("Look"), "chart:medicines", (person.id,))
    if verdict.standing is Standing.REQUIRED and item.group in GROUPS:
        return Way(_("Answer again"), _("Answer again"), "consulting_room:answer", (person.id, item.group))
    return Way(_("See the entry"), _("See the entry"), "chart:facts", (person.id,))


def _way_to_answer(item: OpenItem, person: Person) -> Way:
    if "medicine_decisions" in item.codes:
        decisions = "consulting_room:medicine_decisions"
        return Way(_("Decide about the medicine"), _("Decide"), decisions, (person.id,))
    if _MEDICINES & set(item.codes):
        return Way(_("Go through the medicines"), _("Go through them"), "chart:medicines", (person.id,))
    if item.codes == ("ybocs",):
        return Way(_("Rate the Y-BOCS"), _("Rate"), _RATE, (person.id, "ybocs"))
    if item.group in _PAGES:
        words, verb, route = _PAGES[item.group]
        return Way(str(words), str(verb), route, (person.id,))
    label = _("Ask again: %s") if item.state == "stale" else _("Answer: %s")
    does = _("Test") if _TESTED.issuperset(item.codes) else str(_VERBS.get(item.group, _("Ask")))
    group = str(GROUPS.get(item.group, item.group))
    return Way(label % group, does, "consulting_room:answer", (person.id, item.group))


def rating_ways(person: Person) -> tuple[Way, ...]:
    """The scales that are rated or answered on pages of their own."""
    return tuple(
        Way(DICTIONARY[code].label, _("Rate"), _RATE, (person.id, name)) for code, name in _RATED.items()
    )
