"""Symptoms: obsessions and compulsions, the instruments that measure them, scores, change, one question a page.

To add an instrument, add one file: `instruments/<id>.toml`. Nothing else has to be touched. The loader checks that
its items are numbered once each, its bands cover every total, its sources are named and used, its codes carry a look-up
record; a test loads every file of the folder. Items carry short labels of our own (80 characters at most), never the
official wording, free or not: a clinic loads that as a FHIR Questionnaire, which is then served word for word.

    >>> from datetime import UTC, datetime
    >>> phq = bundled("phq-9")
    >>> form = Responses("phq-9", datetime(2026, 3, 2, 9, tzinfo=UTC), {str(n): 1 for n in range(1, 10)})
    >>> scored = score(phq, form)
    >>> scored.total, scored.band, scored.suicide.value
    (9, 'mild', 'positive')
"""

from __future__ import annotations

from unloop.care.symptoms.apart import by_compulsion, by_dimension, by_life_area
from unloop.care.symptoms.change import (
    Change,
    Course,
    MeasurementError,
    change,
    change_of_totals,
    error_band,
    measurement_error,
)
from unloop.care.symptoms.following import (
    MOST_TROUBLE,
    FollowedSymptom,
    Trouble,
    follow,
    read_targets,
    write_targets,
)
from unloop.care.symptoms.instrument import (
    SILENCE_LABELS,
    Answer,
    Band,
    BandScheme,
    Code,
    CutOff,
    Direction,
    Entry,
    FactCode,
    Gate,
    Instrument,
    Item,
    Ladder,
    Level,
    Licence,
    MissingRule,
    NoticeableChange,
    Option,
    Reliability,
    Respondent,
    Seen,
    Silence,
    Source,
    Subscale,
    SuicideCheck,
    Wording,
)
from unloop.care.symptoms.library import bundled, library, load, read_folder
from unloop.care.symptoms.paging import (
    Choice,
    Page,
    ReviewLine,
    answer,
    next_unanswered,
    page,
    questions,
    review,
)
from unloop.care.symptoms.responses import (
    Asked,
    Responses,
    asked,
    check_answers,
    read_responses,
    value_of,
    write_answers,
)
from unloop.care.symptoms.scoring import (
    Score,
    SuicideAnswer,
    band_of,
    fact_values,
    score,
    score_total,
    suicide_answer,
)
from unloop.care.symptoms.vocabulary import (
    COMPULSION_LABELS,
    DIMENSION_LABELS,
    LIFE_AREA_LABELS,
    Compulsion,
    CompulsionKind,
    Dimension,
    LifeArea,
    Obsession,
    TargetSymptom,
)

__all__ = [
    "COMPULSION_LABELS",
    "DIMENSION_LABELS",
    "LIFE_AREA_LABELS",
    "MOST_TROUBLE",
    "SILENCE_LABELS",
    "Answer",
    "Asked",
    "Band",
    "BandScheme",
    "Change",
    "Choice",
    "Code",
    "Compulsion",
    "CompulsionKind",
    "Course",
    "CutOff",
    "Dimension",
    "Direction",
    "Entry",
    "FactCode",
    "FollowedSymptom",
    "Gate",
    "Instrument",
    "Item",
    "Ladder",
    "Level",
    "Licence",
    "LifeArea",
    "MeasurementError",
    "MissingRule",
    "NoticeableChange",
    "Obsession",
    "Option",
    "Page",
    "Reliability",
    "Respondent",
    "Responses",
    "ReviewLine",
    "Score",
    "Seen",
    "Silence",
    "Source",
    "Subscale",
    "SuicideAnswer",
    "SuicideCheck",
    "TargetSymptom",
    "Trouble",
    "Wording",
    "answer",
    "asked",
    "band_of",
    "bundled",
    "by_compulsion",
    "by_dimension",
    "by_life_area",
    "change",
    "change_of_totals",
    "check_answers",
    "error_band",
    "fact_values",
    "follow",
    "library",
    "load",
    "measurement_error",
    "next_unanswered",
    "page",
    "questions",
    "read_folder",
    "read_responses",
    "read_targets",
    "review",
    "score",
    "score_total",
    "suicide_answer",
    "value_of",
    "write_answers",
    "write_targets",
]
