"""Whether ERP was tried: said as not yet only where the history is whole."""

from __future__ import annotations

import pytest

from charts import JUDGED_AT, document, entry, plus, read, without
from treatment_histories import COURSE, ERP
from unloop.care.evaluation import look
from unloop.care.treatment_history import ErpTried, erp_tried
from unloop.protocol import bundled


def asked(*courses: dict[str, object], complete: bool = True, at_all: bool = True) -> ErpTried:
    chart = without(document(), "psychotherapies", "treatment_history_complete")
    facts = [entry("psychotherapies", list(courses))] if at_all else []
    facts += [entry("treatment_history_complete", True)] if complete else []
    return erp_tried(look(bundled(), read(plus(chart, *facts)), at=JUDGED_AT), ERP)


@pytest.mark.parametrize(
    ("courses", "answer"),
    [
        ((), ErpTried.NOT_YET),
        (({"kind": "cbt", "sessions": 30},), ErpTried.NOT_YET),
        ((COURSE,), ErpTried.ADEQUATELY),
        (({**COURSE, "sessions": 11},), ErpTried.NOT_ENOUGH),
        (({"kind": "erp"},), ErpTried.UNKNOWN),
        (({"sessions": 12},), ErpTried.UNKNOWN),
        (({**COURSE, "sessions": 11}, COURSE), ErpTried.ADEQUATELY),
    ],
)
def test_a_whole_history_says_how_far_it_was_tried(
    courses: tuple[dict[str, object], ...], answer: ErpTried
) -> None:
    assert asked(*courses) is answer


def test_a_history_that_may_not_be_whole_does_not_say_not_yet() -> None:
    assert asked(complete=False) is ErpTried.UNKNOWN
    assert asked({**COURSE, "sessions": 11}, complete=False) is ErpTried.UNKNOWN
    assert asked(COURSE, complete=False) is ErpTried.ADEQUATELY


def test_nobody_asked() -> None:
    assert asked(at_all=False) is ErpTried.UNKNOWN
