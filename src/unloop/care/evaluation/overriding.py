"""Whether a relative rule was overridden: the right signers, different people, after the facts, in writing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import permutations

from unloop.facts import Known, View
from unloop.protocol import Override
from unloop.rules import Use

_CODE = "overrides"


def overridden(rule: str, override: Override, *, used: tuple[Use, ...], view: View) -> bool:
    """Whether every signature that the protocol asks for stands, each by another person.

    A signature counts when it gives a reason and what must be written, was set not before the latest fact that the
    rule read, is not in the future and not too old itself. So any later change of these facts voids it, and a further
    signature in the same list keeps no earlier one alive.
    """
    finding = view.find(_CODE)
    if not isinstance(finding, Known) or not isinstance(finding.value, tuple):
        return False
    since = max((_recorded(use, view) for use in used), default=None)
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


def _recorded(use: Use, view: View) -> datetime:
    finding = view.find(use.code)
    facts = finding.facts if isinstance(finding, Known) else ()
    return max((fact.recorded_at for fact in facts), default=use.at)


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
