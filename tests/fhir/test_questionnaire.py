"""Official wording: read word for word, markup aside, and put on an instrument only where it fits exactly."""

from __future__ import annotations

import copy
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from examples import tried
from unloop.care.symptoms import Wording, bundled
from unloop.fhir import Misfit, OfficialWording, fit, read_questionnaire
from unloop.fhir.codes import LOINC
from unloop.quantity import InputRefused

ORDINAL = "http://hl7.org/fhir/StructureDefinition/ordinalValue"
PHQ_ITEMS = [
    "44250-9",
    "44255-8",
    "44259-0",
    "44254-1",
    "44251-7",
    "44258-2",
    "44252-5",
    "44253-3",
    "44260-8",
]


def option(points, text=None):
    return {
        "extension": [{"url": ORDINAL, "valueDecimal": points}],
        "valueCoding": {"system": "urn:local", "code": f"a{points}", "display": text or f"answer {points}"},
    }


def question(link_id, *points, **changes):
    item = {
        "linkId": link_id,
        "type": "choice",
        "text": f"question {link_id}",
        "answerOption": [option(one) for one in points or (0, 1, 2, 3)],
    }
    return {key: value for key, value in (item | changes).items() if value is not None}


def document(*items, **changes):
    whole = {
        "resourceType": "Questionnaire",
        "url": "https://forms.example.org/q",
        "version": "2.1",
        "title": "A form",
        "status": "active",
        "copyright": "© nobody",
        "item": list(items),
    }
    return {key: value for key, value in (whole | changes).items() if value is not None}


def read(whole):
    return read_questionnaire(json.dumps(whole).encode())


def refusal(whole):
    with pytest.raises(InputRefused) as refused:
        read(whole)
    return refused.value


def phq9(**changes):
    coded = [{"system": "http://loinc.org", "code": code} for code in PHQ_ITEMS]
    return document(*(question(f"q{index}", code=[one]) for index, one in enumerate(coded)), **changes)


def problems(outcome):
    assert isinstance(outcome, Misfit)
    return [problem.why for problem in outcome.problems]


# --- reading ---------------------------------------------------------------------------------------------


def test_a_questionnaire_is_named_and_its_questions_stand_in_order():
    wording = read(document(question("1"), question("2", 0, 1)))
    assert (wording.url, wording.version, wording.title, wording.copyright) == (
        "https://forms.example.org/q",
        "2.1",
        "A form",
        "© nobody",
    )
    assert [item.link_id for item in wording.items] == ["1", "2"]
    assert [(one.value, one.text) for one in wording.items[1].options] == [(0, "answer 0"), (1, "answer 1")]
    assert wording.item("2").text == "question 2"
    assert wording.item("3") is None
    assert len(wording.sha256) == 64


def test_groups_are_flattened_and_their_words_kept_as_headings():
    inner = {"linkId": "b", "type": "group", "text": "Part B", "item": [question("1")]}
    outer = {"linkId": "a", "type": "group", "text": "Part A", "item": [inner, question("2")]}
    wording = read(document(outer))
    assert [(item.link_id, item.headings) for item in wording.items] == [
        ("1", ("Part A", "Part B")),
        ("2", ("Part A",)),
    ]


def test_an_instruction_before_the_questions_heads_all_of_them():
    instruction = {"linkId": "i", "type": "display", "text": "Over the last 2 weeks"}
    wording = read(document(instruction, question("1"), question("2")))
    assert {item.headings for item in wording.items} == {("Over the last 2 weeks",)}


def test_a_remark_below_a_question_is_its_help():
    helped = question("1", item=[{"linkId": "1h", "type": "display", "text": "Think of today"}])
    assert read(document(helped, question("2"))).items[0].help == ("Think of today",)


def test_questions_below_a_question_are_questions():
    nested = question("1", item=[question("1.1")])
    assert [item.link_id for item in read(document(nested)).items] == ["1", "1.1"]


def test_markup_becomes_the_text_that_a_reader_would_see_and_that_is_said():
    html = "<code>Text</code> with a <button onclick='alert(1)'>button</button><script>alert(2)</script>"
    wording = read(document(question("1", text=html)))
    assert wording.items[0].text == "Text with a button"
    assert [entry.path for entry in wording.adapted] == ["item[0].text"]


def test_plain_words_are_served_word_for_word():
    text = "Moving or speaking so slowly that others could have noticed? Or the opposite (x < y)"
    wording = read(document(question("1", text=text)))
    assert wording.items[0].text == text
    assert wording.adapted == ()


@pytest.mark.parametrize(
    ("answer", "value", "text"),
    [
        ({"valueString": "never", "extension": [{"url": ORDINAL, "valueDecimal": 0}]}, 0, "never"),
        ({"valueString": "never"}, None, "never"),
        ({"valueInteger": 4}, 4, "4"),
        ({"valueInteger": 4, "extension": [{"url": ORDINAL, "valueDecimal": 1}]}, 1, "4"),
        ({"valueCoding": {"code": "x", "display": "never"}}, None, "never"),
        (
            {"valueCoding": {"display": "never", "extension": [{"url": ORDINAL, "valueDecimal": 2}]}},
            2,
            "never",
        ),
        ({"valueCoding": {"system": "http://loinc.org", "code": "LA6570-1", "display": "x"}}, 2, "x"),
    ],
)
def test_points_come_from_the_document_or_from_a_known_answer_code(answer, value, text):
    [read_option] = read(document(question("1", answerOption=[answer]))).items[0].options
    assert (read_option.value, read_option.text) == (value, text)


def test_answers_of_other_kinds_are_listed():
    wording = read(document(question("1", answerOption=[{"valueDate": "2026-01-01"}])))
    assert wording.items[0].options == ()
    assert wording.not_understood[0].path == "item[0].answerOption[0]"


def test_answers_in_a_value_set_elsewhere_are_listed():
    wording = read(document(question("1", answerOption=None, answerValueSet="https://example.org/vs")))
    assert wording.not_understood[0].path == "item[0].answerValueSet"


# --- what is refused -------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["Bundle", "QuestionnaireResponse", None])
def test_what_is_no_questionnaire_is_refused(kind):
    assert refusal(document(question("1")) | {"resourceType": kind}).allowed == "Questionnaire"


def test_two_items_of_one_id_are_refused():
    refused = refusal(document(question("1"), question("1")))
    assert refused.where == "item[1].linkId"


@pytest.mark.parametrize("link_id", ["", " ", "a\u202eb", "x" * 256])
def test_an_id_that_cannot_be_used_is_refused(link_id):
    assert refusal(document(question(link_id))).where == "item[0].linkId"


@pytest.mark.parametrize("kind", ["coding", "question", "", "<b>"])
def test_a_type_of_item_that_r4_does_not_have_is_refused(kind):
    assert refusal(document(question("1", type=kind))).where == "item[0].type"


@pytest.mark.parametrize(
    "items", [(), ({"linkId": "g", "type": "group", "text": "empty"},), ({"linkId": "d", "type": "display"},)]
)
def test_a_questionnaire_without_a_question_is_refused(items):
    assert "item" in refusal(document(*items)).where


def test_an_item_that_does_not_fit_is_refused_with_its_place():
    assert refusal(document(question("1"), question("2", text=7))).where == "questionnaire.item[1].text"


@pytest.mark.parametrize("sign", [{"option": [{"valueString": "x"}]}, {"answerConstraint": "optionsOnly"}])
def test_another_fhir_release_is_refused(sign):
    assert "FHIR" in refusal(document(question("1") | sign)).given


def test_endless_items_are_refused():
    assert "2000" in refusal(document(*(question(str(index), 0) for index in range(2001)))).allowed


def test_an_endless_text_is_refused():
    assert refusal(document(question("1", text="x" * 5001))).where == "item[0].text"


def test_a_file_that_is_too_large_is_refused():
    with pytest.raises(InputRefused, match="MB"):
        read_questionnaire(json.dumps(phq9()).encode(), max_bytes=100)


# --- fitting ---------------------------------------------------------------------------------------------


def test_official_words_take_the_place_of_ours_and_the_scoring_stays():
    ours = bundled("phq-9")
    official = fit(read(phq9()), ours)
    assert official.wording is Wording.OFFICIAL
    assert [item.label for item in official.items] == [f"question q{index}" for index in range(9)]
    assert [item.id for item in official.items] == [item.id for item in ours.items]
    assert [option.label for option in official.items[8].options] == [
        f"answer {points}" for points in range(4)
    ]
    assert (official.suicide, official.scored, official.schemes) == (ours.suicide, ours.scored, ours.schemes)
    assert official.version.startswith(f"{ours.version}+")


def test_the_words_around_the_questions_take_the_place_of_our_stem():
    whole = phq9()
    group = {"linkId": "g", "type": "group", "text": "How often were you bothered", "item": whole["item"]}
    assert fit(read(whole | {"item": [group]}), bundled("phq-9")).stem == "How often were you bothered"
    assert fit(read(whole), bundled("phq-9")).stem == ""


def test_items_are_found_by_code_whatever_their_order():
    """The question on self-harm in the place of another would be scored as that other."""
    whole = phq9()
    whole["item"].reverse()
    official = fit(read(whole), bundled("phq-9"))
    assert official.item("9").label == "question q8"
    assert official.item("1").label == "question q0"


@pytest.mark.parametrize("link_id", ["/{}", "{}", "/44249-1/{}"])
def test_items_are_found_by_a_code_in_the_link_id(link_id):
    whole = document(*(question(link_id.format(code)) for code in PHQ_ITEMS))
    assert not isinstance(fit(read(whole), bundled("phq-9")), Misfit)


def test_items_are_found_by_our_own_link_ids():
    gad = bundled("gad-7")
    whole = document(*(question(item.id, *item.values) for item in gad.items))
    assert fit(read(whole), gad).items[6].label == "question 7"


def test_items_without_any_name_are_not_taken_by_their_place():
    """Seven questions of another form would be scored as these."""
    gad = bundled("gad-7")
    seven = [question(f"x{index}", *item.values) for index, item in enumerate(gad.items)]
    assert len(problems(fit(read(document(*seven)), gad))) == len(gad.items)


@pytest.mark.parametrize(("form", "chosen"), [("oci-r", "oci-12"), ("phq-9", "gad-7"), ("audit-c", "gad-7")])
def test_a_form_numbered_alike_is_not_taken_for_a_shorter_one(form, chosen):
    whole = document(*(question(item.id, *item.values) for item in bundled(form).items))
    assert isinstance(fit(read(whole), bundled(chosen)), Misfit)


def test_a_form_that_names_another_panel_is_refused_by_its_name():
    gad = bundled("gad-7")
    whole = document(*(question(item.id, *item.values) for item in gad.items))
    assert not isinstance(fit(read(whole | {"code": [{"system": LOINC, "code": "69737-5"}]}), gad), Misfit)
    teens = fit(read(whole | {"code": [{"system": LOINC, "code": "89204-2"}]}), gad)
    assert problems(teens) == ["the file says LOINC 89204-2, and this is 69737-5"]


def test_a_total_and_an_extra_question_are_left_out():
    whole = phq9()
    whole["item"] += [
        {"linkId": "total", "type": "decimal", "text": "total"},
        question("difficulty", 0, 1),
    ]
    assert len(fit(read(whole), bundled("phq-9")).items) == 9


def test_a_missing_item_refuses_the_whole_and_says_which():
    whole = phq9()
    del whole["item"][8]
    assert problems(fit(read(whole), bundled("phq-9"))) == ["no question was found for item 9"]


def test_two_questions_for_one_item_refuse_the_whole():
    whole = phq9()
    whole["item"].append(whole["item"][0] | {"linkId": "again"})
    assert problems(fit(read(whole), bundled("phq-9"))) == ["2 questions were found for item 1"]


@pytest.mark.parametrize("points", [(0, 1, 2), (1, 2, 3, 4), (0, 1, 2, 3, 4), (0, 0, 1, 2), (0, 1, 2, 2.5)])
def test_answers_with_other_points_refuse_the_whole(points):
    whole = phq9()
    whole["item"][2]["answerOption"] = [option(one) for one in points]
    outcome = fit(read(whole), bundled("phq-9"))
    assert problems(outcome) == ["item 3 needs answers with the points 0, 1, 2, 3"]
    assert outcome.problems[0].path == "item[2].answerOption"


def test_answers_without_points_refuse_the_whole():
    whole = phq9()
    whole["item"][0]["answerOption"] = [{"valueString": str(points)} for points in range(4)]
    assert problems(fit(read(whole), bundled("phq-9"))) == ["item 1 has answers without points"]


@pytest.mark.parametrize("emptied", ["question", "answer"])
def test_missing_words_refuse_the_whole(emptied):
    whole = phq9()
    if emptied == "question":
        whole["item"][0]["text"] = "<br>"
    else:
        whole["item"][0]["answerOption"][1]["valueCoding"]["display"] = ""
    assert "no words" in problems(fit(read(whole), bundled("phq-9")))[0]


def test_every_problem_is_listed_not_only_the_first():
    whole = phq9()
    del whole["item"][8]
    whole["item"][0]["answerOption"] = []
    assert len(problems(fit(read(whole), bundled("phq-9")))) == 2


# --- public questionnaires -------------------------------------------------------------------------------


def test_the_public_phq_9_fits_ours(shared_data):
    wording = read_questionnaire((shared_data / "fhir" / "phq9-questionnaire.json").read_bytes())
    assert len(wording.items) == 11
    assert [(one.system, one.code) for one in wording.codes] == [("http://loinc.org", "44249-1")]
    official = fit(wording, bundled("phq-9"))
    assert not isinstance(official, Misfit)
    assert official.item("1").label == "Little interest or pleasure in doing things?"
    assert official.item("9").label.startswith("Thoughts that you would be better off dead")
    assert [option.value for option in official.item("9").options] == [0, 1, 2, 3]


def test_the_public_phq_9_is_no_gad_7(shared_data):
    wording = read_questionnaire((shared_data / "fhir" / "phq9-questionnaire.json").read_bytes())
    assert isinstance(fit(wording, bundled("gad-7")), Misfit)


def test_the_public_family_history_reads_with_its_markup_as_text(shared_data):
    wording = read_questionnaire((shared_data / "fhir" / "family-history-questionnaire.json").read_bytes())
    assert len(wording.items) == 27
    gender = wording.item("/54126-8/54131-8")
    assert "<" not in " ".join(gender.help)
    assert "Text" in gender.help[0]
    assert len(wording.adapted) == 1


# --- whatever arrives ------------------------------------------------------------------------------------

odd = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 5),
    st.text(max_size=20),
    st.sampled_from([[], {}, "\ud800", "<b>", 1e300, -0.5]),
)


def inner_places(value, path=()):
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
        yield (*path, key)
        if isinstance(inner, dict | list):
            yield from inner_places(inner, (*path, key))


WHOLE = phq9()


@tried(300)
@given(st.sampled_from(list(inner_places(WHOLE))), odd)
def test_any_one_value_may_be_anything(place, value):
    changed = copy.deepcopy(WHOLE)
    inside = changed
    for step in place[:-1]:
        inside = inside[step]
    inside[place[-1]] = value
    try:
        wording = read(changed)
    except InputRefused as refused:
        str(refused).encode()
        return
    outcome = fit(wording, bundled("phq-9"))
    assert isinstance(wording, OfficialWording)
    repr(outcome).encode("utf-8")


def test_the_language_that_a_file_names_is_read_and_none_is_made_up():
    assert read(document(question("1"), language="es-MX")).language == "es-MX"
    assert read(document(question("1"))).language == ""
