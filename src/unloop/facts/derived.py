"""Facts that are computed on reading, as old as their oldest input, and never stored."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from unloop.facts.fact import Sex, Value
from unloop.facts.view import Absence, Derivation, Finding, Known, Unknown, View
from unloop.quantity.duration import Duration

_THIRTY_DAYS = Duration.parse("P30D")


def both(view: View, *codes: str, value: Callable[..., Value | None]) -> Finding:
    """Compute a value from recorded codes; unknown while any of them is.

    Args:
        view: what is seen.
        codes: the inputs, in the order in which `value` takes them.
        value: gives the derived value, or None where it has no meaning.
    """
    findings = [view.find(code) for code in codes]
    gaps = [finding for finding in findings if isinstance(finding, Unknown)]
    if gaps:
        missing = tuple(dict.fromkeys(code for gap in gaps for code in gap.missing))
        return Unknown(gaps[0].absence, missing, gaps[0].last)
    known = [finding for finding in findings if isinstance(finding, Known)]
    partial = [
        definition.complete_by
        for code, finding in zip(codes, known, strict=True)
        if not finding.complete and (definition := view.dictionary[code]).complete_by
    ]
    computed = None if partial else value(*(finding.value for finding in known))
    if computed is None:
        return Unknown(Absence.MISSING, tuple(partial) or codes)
    return Known(computed, min(one.at for one in known), tuple(fact for one in known for fact in one.facts))


def age(view: View) -> Finding:
    """Completed years of life on the day that is judged."""
    born = view.chart.person.birth_date
    today = view.now.date()
    if born is None or born > today:
        return Unknown(Absence.MISSING, ("age",))
    return Known(float(completed_years(born, today)), view.now)


def completed_years(born: date, today: date) -> int:
    """Birthdays passed; somebody born on 29 February turns older on 1 March of common years."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def female(view: View) -> Finding:
    """Whether cut-offs for women hold; unknown where sex is not recorded."""
    sex = view.chart.person.sex
    if sex is Sex.UNKNOWN:
        return Unknown(Absence.MISSING, ("sex_female",))
    return Known(sex is Sex.FEMALE, view.now)


def body_mass_index(view: View) -> Finding:
    """Weight in kg over the square of height in m."""
    return both(view, "weight", "height", value=lambda kg, cm: kg / (cm / 100) ** 2)


def multiple_of_limit(analyte: str) -> Derivation:
    """How many times the laboratory's own upper limit a value is; unknown without that limit.

    A limit that is older than the value stood on another report, of another laboratory perhaps, and is not taken.
    """
    limit_of = f"{analyte}_upper_limit"

    def compute(view: View) -> Finding:
        value, limit = view.find(analyte), view.find(limit_of)
        if isinstance(value, Known) and isinstance(limit, Known) and limit.at < value.at:
            return Unknown(Absence.MISSING, (limit_of,), limit.facts[-1])
        return both(view, analyte, limit_of, value=lambda value, limit: value / limit)

    return compute


def infusions_total(view: View) -> Finding:
    """Infusions begun until now."""
    infusions = view.infusions()
    if infusions is None:
        return Unknown(Absence.MISSING, ("infusion_given",))
    return Known(float(len(infusions)), view.now)


def infusions_in_30_days(view: View) -> Finding:
    """Infusions begun in the last 30 days, known only beside the statement that there were none elsewhere."""
    infusions = view.infusions()
    if infusions is None:
        return Unknown(Absence.MISSING, ("infusion_given",))
    since = _THIRTY_DAYS.before(view.now)
    count = float(sum(one.at > since for one in infusions))
    return both(view, "no_ketamine_elsewhere", value=lambda none_elsewhere: count if none_elsewhere else None)


def hours_since_last_infusion(view: View) -> Finding:
    """Hours from the start of the last infusion; without any infusion there is no such time."""
    infusions = view.infusions()
    if not infusions:
        return Unknown(Absence.MISSING, ("infusion_given",))
    return Known((view.now - infusions[-1].at).total_seconds() / 3600, infusions[-1].at)


def minutes_since_end(view: View) -> Finding:
    """Minutes since this session's infusion ended."""
    ended = view.ended_at()
    if ended is None:
        return Unknown(Absence.MISSING, ("infusion_ended",))
    return Known((view.now - ended).total_seconds() / 60, ended)


def consent_to_this_plan(view: View) -> Finding:
    """Whether the last consent was given, to this text and to the plan as it stands now."""

    def agrees(
        consents: tuple[Mapping[str, object], ...], plans: tuple[Mapping[str, object], ...]
    ) -> bool | None:
        if not consents or not plans:
            return None
        consent, plan = consents[-1], plans[-1]
        return (
            consent.get("given") is True
            and _same_hash(consent.get("plan_sha256"), plan.get("sha256"))
            and _same_hash(consent.get("text_sha256"), plan.get("consent_text_sha256"))
        )

    return both(view, "consent", "plan", value=agrees)


def _same_hash(one: object, other: object) -> bool:
    return isinstance(one, str) and len(one) == 64 and one == other


BASIC: Mapping[str, Derivation] = {
    "age": age,
    "alp_over_limit": multiple_of_limit("alp"),
    "alt_over_limit": multiple_of_limit("alt"),
    "ast_over_limit": multiple_of_limit("ast"),
    "bilirubin_over_limit": multiple_of_limit("bilirubin"),
    "bmi": body_mass_index,
    "consent_to_this_plan": consent_to_this_plan,
    "ggt_over_limit": multiple_of_limit("ggt"),
    "hours_since_last_infusion": hours_since_last_infusion,
    "infusions_30d": infusions_in_30_days,
    "infusions_total": infusions_total,
    "minutes_since_end": minutes_since_end,
    "sex_female": female,
}
"""The derivations that need nothing but the chart."""
