"""Whether a relative rule was overridden: the right signers, different people, after the facts, in writing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import permutations

from unloop.facts import Known, View
from unloop.protocol import Override

_CODE = "overrides"


def overridden(rule: str, override: Override, *, reads: Iterable[str], view: View) -> bool:
    """Whether every signature that the protocol asks for stands, each by another person.

    A signature counts when it gives a reason and what must be written, was set not before what the rule reads was last
    written down, is not in the future and not too old itself. So any later change of these facts voids it, taking one
    back included, and a further signature in the same list keeps no earlier one alive.
    """
    finding = view.find(_CODE)
    if not isinstance(finding, Known) or not isinstance(finding.value, tuple):
        return False
    since = last_change(reads, view)
    signed = [
        record
        for record in finding.value
        if isinstance(record, Mapping)
        and record.get("rule") == rule
        and _counts(record, override, since, view=view)
    ]
    return _all_signed(override.signers, signed)


def signature_in_time(signed_at: datetime, view: View) -> bool:
    """Whether a signature of that moment is neither of the future nor older than such a decision may be."""
    good_for = view.max_age(view.dictionary[_CODE])
    return signed_at <= view.now and (good_for is None or good_for.after(signed_at) >= view.now)


def last_change(reads: Iterable[str], view: View) -> datetime | None:
    """When an entry of these facts, or of what they are derived from, was last written down, corrected or taken back.

    An older entry that counts again since the one after it was taken back is such a change too, although it was
    written down long ago. None where nothing of it is ever written down, as age and sex.
    """
    codes = {one for code in reads for one in _rests_on(code, view)}
    return max((moment for code in codes for moment in _written(code, view)), default=None)


def _rests_on(code: str, view: View) -> Iterator[str]:
    definition = view.dictionary[code]
    if not definition.derived:
        yield code
    if definition.complete_by:
        yield definition.complete_by
    for one in definition.inputs:
        yield from _rests_on(one, view)


def _written(code: str, view: View) -> Iterator[datetime]:
    bound = view.dictionary[code].in_session
    for fact in view.chart.entries(code, known_at=view.known_at):
        if not bound or fact.session == view.session:
            yield fact.recorded_at
    if code == "infusion_given":
        yield from (one.at for one in view.infusions() or ())


def _counts(record: Mapping[str, object], override: Override, since: datetime | None, *, view: View) -> bool:
    try:
        signed_at = datetime.fromisoformat(str(record.get("signed_at")))
    except ValueError:
        return False
    if signed_at.tzinfo is None or (since is not None and signed_at < since):
        return False
    if not signature_in_time(signed_at, view):
        return False
    written = str(record.get("written") or "")
    said = bool(str(record.get("reason") or "").strip()) and bool(str(record.get("signer") or "").strip())
    return said and all(need in written for need in override.needs)


def _all_signed(credentials: tuple[str, ...], signed: Iterable[Mapping[str, object]]) -> bool:
    by_signer: dict[str, set[str]] = {}
    for record in signed:
        by_signer.setdefault(str(record["signer"]).strip(), set()).add(str(record.get("credential")))
    return any(
        all(credential in by_signer[signer] for credential, signer in zip(credentials, chosen, strict=True))
        for chosen in permutations(by_signer, len(credentials))
    )
