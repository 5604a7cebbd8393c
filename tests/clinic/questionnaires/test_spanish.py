"""A person answers in English or Spanish: the same questions, the same points, and nothing left untranslated."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest
from django.test import Client
from django.utils.translation.template import templatize

from unloop.care.symptoms import SILENCE_LABELS, TARGET_QUESTION, TROUBLE_OPTIONS, Respondent, library
from unloop.clinic.questionnaires.languages import language, languages
from unloop.clinic.questionnaires.models import AnswerSheet, Invitation
from unloop.clinic.questionnaires.own_view import NOT_A_COURSE
from unloop.clinic.questionnaires.wordings import in_session
from unloop.quantity import InputRefused

REPOSITORY = Path(__file__).parents[3]
CATALOGUE = REPOSITORY / "src/unloop/clinic/locale/es/LC_MESSAGES/django.po"
TEMPLATES = REPOSITORY / "src/unloop/clinic"
ON_THE_PHONE = [
    *(TEMPLATES / "questionnaires/templates/questionnaires" / f"{name}.html"
      for name in ("birth_date", "closed", "help", "nobody", "own", "parts/crisis", "parts/own", "phone_page",
                   "question", "review", "sent", "told")),
    TEMPLATES / "people/templates/unloop/parts/error_summary.html",
    TEMPLATES / "people/templates/unloop/parts/field.html",
]  # fmt: skip
RIGHT = {"day": "17", "month": "5", "year": "1990"}
SELF_REPORTED = [one for one in library() if one.respondent is Respondent.SELF]

db = pytest.mark.django_db


@pytest.fixture(scope="module")
def compiler():
    spec = importlib.util.spec_from_file_location("compile_locale", REPOSITORY / "tools/compile_locale.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def spanish(compiler):
    """Every message of the catalogue that is translated; of plurals, the first form."""
    messages = compiler.read_po(CATALOGUE.read_text(encoding="utf-8"))
    return {key.split("\0")[0]: value.split("\0")[0] for key, value in messages.items()}


def messages_of(template):
    """What a template asks gettext for, as Django's own extraction sees it."""
    asked = templatize(template.read_text(encoding="utf-8"))
    return [found[2] for found in re.finditer(r"""n?gettext\(u?(['"])(.*?)(?<!\\)\1""", asked)]


def test_the_compiled_catalogue_is_the_one_that_is_written(compiler):
    messages = compiler.read_po(CATALOGUE.read_text(encoding="utf-8"))
    assert CATALOGUE.with_suffix(".mo").read_bytes() == compiler.compiled(messages)


def test_a_catalogue_reads_back_as_it_was_written(compiler):
    import gettext
    import io

    written = compiler.compiled({"": "Content-Type: text/plain; charset=UTF-8\n", "yes": "sí", "é": "e"})
    read = gettext.GNUTranslations(io.BytesIO(written))
    assert (read.gettext("yes"), read.gettext("é"), read.gettext("no")) == ("sí", "e", "no")


@pytest.mark.parametrize(
    "wrong", ['msgid "a"\nmsgstr "b"\n\nmsgid "a"\nmsgstr "c"\n'], ids=["a message that stands twice"]
)
def test_a_catalogue_that_contradicts_itself_is_refused(wrong, compiler):
    with pytest.raises(ValueError, match="twice"):
        compiler.read_po(wrong)


@pytest.mark.parametrize("template", ON_THE_PHONE, ids=lambda path: path.name)
def test_every_message_of_a_phone_page_is_translated(template, spanish):
    assert [one for one in messages_of(template) if one not in spanish] == []


@pytest.mark.parametrize("instrument", SELF_REPORTED, ids=lambda one: one.id)
def test_every_label_that_a_person_reads_is_translated(instrument, spanish):
    bands = [band.label for scheme in instrument.schemes for band in scheme.bands]
    asked = [text for item in instrument.items for text in (item.label, *(o.label for o in item.options))]
    read = [text for text in (instrument.recall_label, instrument.stem, *asked, *bands) if text]
    assert [text for text in read if text not in spanish] == []
    assert [text for text in read if len(spanish[text]) > 80] == []


def test_the_words_of_the_persons_own_view_are_translated(spanish):
    courses = [one for one in library() if one.schemes and not in_session(one) and one.id not in NOT_A_COURSE]
    words = {one.title for one in courses} | {band.label for one in courses for band in one.schemes[0].bands}
    assert sorted(word for word in words if word not in spanish) == []


def test_the_silences_and_the_question_about_own_symptoms_are_translated(spanish):
    words = (*SILENCE_LABELS.values(), TARGET_QUESTION, *(option.label for option in TROUBLE_OPTIONS))
    assert [text for text in words if text not in spanish] == []


def test_a_translation_keeps_what_is_filled_in(spanish):
    for message, translated in spanish.items():
        assert set(re.findall(r"%\(\w+\)s", message)) >= set(re.findall(r"%\(\w+\)s", translated)), message


def test_our_own_words_are_told_apart_after_translation(spanish):
    for instrument in SELF_REPORTED:
        for item in instrument.items:
            labels = [spanish[option.label] for option in item.options]
            assert len(set(labels)) == len(labels), item.label


def test_no_sentence_takes_the_reader_for_a_man(spanish):
    """A question is put to whoever reads it; words that agree with the reader would name half of them wrongly."""
    of_a_man = re.compile(r"\b(muerto|agotado|contaminado|mismo|tenso|intranquilo|inquieto|sentado|solo)\b")
    of_things = {"¿Cuánto de las compulsiones pasó solo en la mente?"}
    assert not {said for said in spanish.values() if of_a_man.search(said)} - of_things


@db
def test_the_person_chooses_the_language_and_another_device_keeps_it(opened, phone):
    answered = phone.post(f"{opened}language/", {"language": "es", "at": f"{opened}at/1.1/"})
    assert answered.headers["Location"] == f"{opened}at/1.1/"
    page = phone.get(f"{opened}at/1.1/").content.decode()
    assert '<html lang="es"' in page
    assert "No interesarse por las cosas, o no disfrutarlas" in page
    assert "Prefiero no decirlo" in page
    assert "lo lee el martes, no antes" in page
    tablet = Client()
    assert "¿Cuál es su fecha de nacimiento?" in tablet.get(opened).content.decode()
    assert tablet.post(opened, RIGHT).status_code == 302


@db
def test_what_was_not_reviewed_clinically_says_so_on_every_page_and_english_does_not(opened, phone):
    says = "Traducción sin revisión clínica."
    assert "reviewed" not in phone.get(f"{opened}at/1.1/").content.decode().split("<main")[1]
    phone.post(f"{opened}language/", {"language": "es"})
    for address in ("at/1.1/", "look/", "help/"):
        assert says in phone.get(f"{opened}{address}").content.decode()
    assert [one.code for one in languages() if not one.reviewed] == ["es"]


@db
def test_the_sheet_keeps_the_language_in_which_it_was_answered(opened, phone):
    phone.post(f"{opened}language/", {"language": "es"})
    for number in range(1, 10):
        phone.post(f"{opened}at/1.{number}/", {"answer": "0"})
    phone.post(f"{opened}look/")
    assert AnswerSheet.objects.get().language == "es"
    assert (
        "lee sus respuestas el martes, 3 de marzo, no antes" in phone.get(f"{opened}sent/").content.decode()
    )


@db
def test_the_language_of_the_record_is_spoken_until_another_is_chosen(ines, sent_to, phone):
    ines.language = "es-MX"
    ines.save()
    assert "¿Cuál es su fecha de nacimiento?" in phone.get(sent_to(ines)).content.decode()


@db
def test_official_words_are_never_translated(cast, ines, sent_to, phone, shared_data):
    from unloop.clinic.questionnaires.services import load_wording

    data = (shared_data / "fhir/phq9-questionnaire.json").read_bytes()
    load_wording("phq-9", data, by=cast.director, spoken="en")
    path = sent_to(ines)
    phone.post(path, RIGHT)
    assert "Little interest or pleasure in doing things" in phone.get(f"{path}at/1.1/").content.decode()
    phone.post(f"{path}language/", {"language": "es"})
    page = phone.get(f"{path}at/1.1/").content.decode()
    assert "Little interest" not in page
    assert "No interesarse por las cosas, o no disfrutarlas" in page
    assert "Texto oficial" not in page


@db
@pytest.mark.parametrize("at", ["https://elsewhere.example/", "//elsewhere.example/", "/people/", ""])
def test_choosing_a_language_leads_nowhere_else(at, opened, phone):
    assert phone.post(f"{opened}language/", {"language": "es", "at": at}).headers["Location"] == opened


@db
def test_a_language_that_nobody_speaks_here_is_not_there(opened, phone):
    assert phone.post(f"{opened}language/", {"language": "tlh"}).status_code == 404
    assert Invitation.objects.get().language == ""
    with pytest.raises(InputRefused):
        language("tlh")
