"""How many adequate treatments a chart holds, computed on reading."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from unloop.care.treatment_history.adequacy import judge_erp, judge_sri
from unloop.care.treatment_history.criteria import ErpCriteria, SriCriteria
from unloop.care.treatment_history.naming import Resolved, resolve
from unloop.facts import Derivation, Finding, Record, Value, View, both
from unloop.rules import Truth


def adequate_sri_drugs(treatments: Iterable[Record], criteria: SriCriteria) -> frozenset[str]:
    """The serotonin reuptake inhibitors with at least one treatment that was certainly adequate.

    Two courses of one medicine are one. What is uncertain is left out, so that taking a number, a key or a whole
    treatment away can only make this smaller; except a statement about time that stood against another one.
    """
    certain = (one for one in treatments if judge_sri(one, criteria).answer is Truth.TRUE)
    drugs = (_drug(one, criteria) for one in certain)
    return frozenset(drug for drug in drugs if drug is not None)


def adequate_erp_courses(courses: Iterable[Record], criteria: ErpCriteria) -> int:
    """The number of courses of exposure with response prevention that were certainly adequate."""
    return sum(judge_erp(one, criteria).answer is Truth.TRUE for one in courses)


def derivations(sri: SriCriteria, erp: ErpCriteria) -> Mapping[str, Derivation]:
    """How `adequate_sri_count` and `adequate_erp_count` are computed under these criteria.

    Both are known only beside the dated statement that the history is complete.
    """

    def sri_count(view: View) -> Finding:
        return _beside_completeness(
            view, "sri_treatments", lambda records: len(adequate_sri_drugs(records, sri))
        )

    def erp_count(view: View) -> Finding:
        return _beside_completeness(
            view, "psychotherapies", lambda records: adequate_erp_courses(records, erp)
        )

    return {"adequate_sri_count": sri_count, "adequate_erp_count": erp_count}


def _beside_completeness(view: View, code: str, count: Callable[[tuple[Record, ...]], int]) -> Finding:
    return both(view, code, value=lambda records: float(count(_records(records))))


def _records(value: Value) -> tuple[Record, ...]:
    return tuple(one for one in value if isinstance(one, Mapping)) if isinstance(value, tuple) else ()


def _drug(treatment: Record, criteria: SriCriteria) -> str | None:
    found = resolve(str(treatment.get("name") or ""))
    return criteria.drug(found) if isinstance(found, Resolved) else None
