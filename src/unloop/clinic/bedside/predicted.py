"""What published models expect of the pump as charted: never a measurement, and never a ground for a prompt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import pairwise

from django.utils.translation import gettext as _

from unloop.care.infusion import SessionState
from unloop.clinic.bedside.screen import Screen
from unloop.clinic.laboratory.services import (
    Curve,
    EffectCurve,
    EffectPoint,
    Point,
    charted_curves,
    charted_effects,
)
from unloop.quantity import BodyWeight, Dose, InputRefused

# How orders and protocols say it; the models that are shown take nothing else.
RACEMATE = frozenset({"ketamine, racemate", "racemic ketamine"})
TABLE_EVERY_MIN = 10
TABLE_AFTER_MIN = 60
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Expected:
    """One model's typical person at one minute.

    Attributes:
        model: its id.
        ng_per_ml: plasma concentration.
        low, high: 90 of 100 people lie between them; None where the model's spread is unknown.
    """

    model: str
    ng_per_ml: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Dissociation:
    """What one model leads to at one minute, in percent of the most there is.

    Attributes:
        low, high: how sure the average effect and its delay are, and no spread between people.
    """

    model: str
    percent: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table beside the picture; `expected` and `effects` hold one entry a model."""

    minute: float
    at: datetime
    is_now: bool
    expected: tuple[Expected | None, ...]
    effects: tuple[Dissociation | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Prediction:
    """Models side by side for a session as charted.

    Attributes:
        curves: one a model; minute 0 is `begun`.
        begun: when the pump was started.
        analyte: what the concentration is of.
        now: what each model expects at this moment.
        rows: the same in numbers, with a line for now.
        assumes: what stands behind the part that is still to come.
        effects: the dissociation that the same models lead to, speculative; `effects_now` at this moment.
    """

    curves: tuple[Curve, ...]
    begun: datetime
    analyte: str
    now: tuple[Expected, ...]
    rows: tuple[Row, ...]
    assumes: str
    effects: tuple[EffectCurve, ...] = ()
    effects_now: tuple[Dissociation, ...] = ()


@dataclass(frozen=True, slots=True)
class NotPredicted:
    """No model can say anything; `why` is a sentence."""

    why: str


def predict(screen: Screen) -> Prediction | NotPredicted:
    """What models expect of a session as charted so far, or why none can."""
    session = screen.session
    if session.drug not in RACEMATE:
        return NotPredicted(
            _("The models shown here take racemic ketamine; this session is of %s.") % session.drug
        )
    rates = rates_of(screen)
    if not rates:
        return NotPredicted(_("Models begin with the start of the pump, and no start is charted."))
    try:
        curves, effects = _curves(rates, session.weight_kg, session.dose_mg)
    except InputRefused as refused:
        return NotPredicted(
            _("The models refused this session (%(where)s): %(given)s; allowed: %(allowed)s.")
            % {"where": refused.where, "given": refused.given, "allowed": refused.allowed}
        )
    begun = screen.state.pump.legs[0].since
    minute = (screen.at - begun) / _MINUTE
    now = tuple(one for curve in curves if (one := expected_at(curve, minute)) is not None)
    if len(now) < len(curves):
        return NotPredicted(_("The models are drawn for three hours after the last change of the pump."))
    felt = tuple(seen for curve in effects if (seen := effect_at(curve, minute)) is not None)
    rows = _rows(curves, effects, begun, now_min=minute, last_min=rates[-1][0])
    return Prediction(
        curves, begun, curves[0].analyte, now, rows, _assumption(screen.state.state), effects, felt
    )


def rates_of(screen: Screen) -> tuple[tuple[float, float], ...]:
    """(minute since the start, mg/min) as charted, each holding until the next; 0 once the bag is empty."""
    pump = screen.state.pump
    empty, mg_per_ml = pump.empty_at(), screen.session.concentration_mg_per_ml
    found: dict[float, float] = {}
    for leg in pump.legs:
        if empty is not None and leg.since >= empty:
            break
        found[(leg.since - pump.legs[0].since) / _MINUTE] = leg.rate.ml_per_h * mg_per_ml / 60
        until = min((one for one in (leg.until, empty) if one is not None), default=None)
        if until is not None:
            found[(until - pump.legs[0].since) / _MINUTE] = 0.0
    return tuple(sorted(found.items()))


def has_band(curve: Curve) -> bool:
    """Whether a range of people rests on a published spread of this very model."""
    return curve.spread == "published" and curve.has_band


def spread_of(curve: Curve) -> str:
    """What is known of how people differ under a model."""
    return _("90 of 100 people") if has_band(curve) else _("spread unknown")


def expected_at(curve: Curve, minute: float) -> Expected | None:
    """A curve at one minute, between its points by a straight line; None where it is not drawn."""
    for one, two in pairwise(curve.points):
        if one.minute <= minute <= two.minute:
            return _between(one, two, minute=minute, curve=curve)
    return None


def _between(one: Point, two: Point, *, minute: float, curve: Curve) -> Expected:
    share = (minute - one.minute) / (two.minute - one.minute)

    def at(before: float | None, after: float | None) -> float | None:
        if before is None or after is None or not has_band(curve):
            return None
        return before + share * (after - before)

    value = one.ng_per_ml + share * (two.ng_per_ml - one.ng_per_ml)
    return Expected(curve.model, value, at(one.low, two.low), at(one.high, two.high))


def effect_at(curve: EffectCurve, minute: float) -> Dissociation | None:
    """An effect at one minute, between its points by a straight line; None where it is not drawn."""
    for one, two in pairwise(curve.points):
        if one.minute <= minute <= two.minute:
            share = (minute - one.minute) / (two.minute - one.minute)
            before, after = _percents(one), _percents(two)
            found = [early + share * (late - early) for early, late in zip(before, after, strict=True)]
            return Dissociation(curve.model, *found)
    return None


def _percents(point: EffectPoint) -> tuple[float, float, float]:
    """The middle and both ends; the middle thrice where there is no range."""
    low = point.percent if point.low is None else point.low
    high = point.percent if point.high is None else point.high
    return point.percent, low, high


def _rows(
    curves: tuple[Curve, ...],
    effects: tuple[EffectCurve, ...],
    begun: datetime,
    *,
    now_min: float,
    last_min: float,
) -> tuple[Row, ...]:
    end = int(max(last_min, now_min)) + TABLE_AFTER_MIN
    minutes = sorted({*(float(one) for one in range(0, end + 1, TABLE_EVERY_MIN)), now_min})
    return tuple(
        Row(
            minute,
            begun + minute * _MINUTE,
            minute == now_min,
            tuple(expected_at(one, minute) for one in curves),
            tuple(effect_at(one, minute) for one in effects),
        )
        for minute in minutes
    )


def _assumption(state: SessionState) -> str:
    if state is SessionState.RUNNING:
        return _("What is still to come: the pump goes on as charted until the bag is empty.")
    return _("What is still to come: nothing more is given.")


@lru_cache(maxsize=64)
def _curves(
    rates: tuple[tuple[float, float], ...], weight_kg: float, dose_mg: float
) -> tuple[tuple[Curve, ...], tuple[EffectCurve, ...]]:
    """Worked out once for each change of the pump: the page asks again every few seconds."""
    weight, dose = BodyWeight(kg=weight_kg), Dose(mg=dose_mg)
    return charted_curves(rates, weight, dose), charted_effects(rates, weight, dose)
