"""The protocol's interacting medicines, asked of the list of medicines taken now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from unloop.care.evaluation.verdict import Outcome, Standing, Verdict, outcome_of_gaps
from unloop.care.treatment_history import Interaction, MedicineVerdict, judge_medicines
from unloop.facts import Absence, Known, Unknown, View
from unloop.protocol import Medicine, Protocol
from unloop.rules import Gap, Truth, Use

_DECISION = (Gap("medicine_decisions", Absence.MISSING),)


def interactions(protocol: Protocol) -> tuple[Interaction, ...]:
    """The medicines that this protocol asks about."""
    return tuple(interaction(one) for one in protocol.document.drug)


def interaction(one: Medicine) -> Interaction:
    """One such rule.

    Raises:
        InputRefused: it names a medicine that the table does not know.
    """
    return Interaction(
        id=one.id, match=one.match, route=one.route, effect=one.effect, action=one.action, basis=one.basis,
        sources=one.src,
    )  # fmt: skip


def judged(protocol: Protocol, view: View) -> tuple[MedicineVerdict, ...] | Unknown:
    """What each medicine taken now means, or unknown while the list is."""
    taken = view.find("medicines")
    if isinstance(taken, Unknown):
        return taken
    if not taken.complete:
        return Unknown(Absence.MISSING, ("medicines_complete",))
    decisions = view.find("medicine_decisions")
    stands = isinstance(decisions, Known) and decisions.at >= taken.at
    records = (
        decisions.value
        if stands and isinstance(decisions, Known) and isinstance(decisions.value, tuple)
        else ()
    )
    names = taken.value if isinstance(taken.value, tuple) else ()
    return judge_medicines(
        tuple(str(name) for name in names),
        tuple(record for record in records if isinstance(record, Mapping)),
        interactions(protocol),
    )


def medicine_verdicts(protocol: Protocol, view: View) -> Iterator[Verdict]:
    """One verdict for each interaction that asks for something, and one for medicines that nobody could map."""
    answers = judged(protocol, view)
    used = _used(view)
    for one in protocol.document.drug:
        finding = _find(one, answers)
        if finding is not None:
            yield Verdict(
                rule=one.id, title=one.title, standing=Standing.MEDICINE, answer=finding.answer,
                outcome=finding.outcome, used=used, missing=finding.gaps, words=finding.words,
                why=f"{one.effect} {one.why}", basis=one.basis, sources=protocol.cite(one),
            )  # fmt: skip
    unmapped = (
        () if isinstance(answers, Unknown) else tuple(one for one in answers if one.state == "unmapped")
    )
    if unmapped:
        item = next(one for one in protocol.document.evaluation if "medicines" in one.facts)
        yield Verdict(
            rule=item.id, title="Medicines that are not in the table", standing=Standing.MEDICINE,
            answer=Truth.UNKNOWN, outcome=Outcome.MISSING, used=used, missing=_DECISION,
            words=f"a named clinician decides about: {_names(unmapped)}", why=item.why, basis=item.basis,
            sources=protocol.cite(item),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Found:
    answer: Truth
    outcome: Outcome
    words: str
    gaps: tuple[Gap, ...] = ()


def _find(one: Medicine, answers: tuple[MedicineVerdict, ...] | Unknown) -> _Found | None:
    """What this interaction comes to; None where it only informs and nothing is taken."""
    if isinstance(answers, Unknown):
        gaps = tuple(Gap(code, answers.absence) for code in answers.missing)
        asks = one.action != "inform"
        return _Found(Truth.UNKNOWN, outcome_of_gaps(gaps), "not yet known", gaps) if asks else None
    mine = tuple(answer for answer in answers if answer.interaction == one.id)
    states = {answer.state for answer in mine}
    if "blocked" in states:
        return _Found(Truth.TRUE, Outcome.EXCLUDES, f"taken: {_names(mine)}")
    if "needs-decision" in states:
        return _Found(
            Truth.UNKNOWN, Outcome.MISSING, f"a named clinician decides about: {_names(mine)}", _DECISION
        )
    if mine:
        return _Found(Truth.TRUE, Outcome.PASSES, f"taken: {_names(mine)}")
    return _Found(Truth.FALSE, Outcome.PASSES, "none of these is taken") if one.action != "inform" else None


def _names(answers: tuple[MedicineVerdict, ...]) -> str:
    return ", ".join(answer.medicine for answer in answers)


def _used(view: View) -> tuple[Use, ...]:
    found = ((code, view.find(code)) for code in ("medicines", "medicine_decisions"))
    return tuple(
        Use(code, finding.value, finding.at) for code, finding in found if isinstance(finding, Known)
    )
