"""The pieces that every page is set from."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from django import forms
from django.template import Context, Template
from django.test import Client, RequestFactory

from unloop.clinic.people.templatetags.unloop_ui import Link


def render(template: str, **context: object) -> str:
    return Template(template).render(Context(context))


@pytest.mark.parametrize("state", ["answered", "missing", "stale", "excludes"])
def test_each_state_has_a_mark_that_is_hidden_from_readers_of_words(state: str) -> None:
    drawn = render(f'{{% mark "{state}" %}}')
    assert 'class="mark"' in drawn
    assert 'aria-hidden="true"' in drawn
    assert state in drawn


def test_the_four_marks_differ_in_shape() -> None:
    shapes = {render(f'{{% mark "{state}" %}}') for state in ("answered", "missing", "stale", "excludes")}
    assert len(shapes) == 4


def test_a_state_that_does_not_exist_has_no_mark() -> None:
    with pytest.raises(ValueError, match="no mark for 'ready'"):
        render('{% mark "ready" %}')


class Form(forms.Form):
    """One of each."""

    word = forms.CharField(label="A word", help_text="Any word.")
    pick = forms.ChoiceField(label="One of two", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    hidden = forms.CharField(widget=forms.HiddenInput, required=False)


def test_a_field_names_its_hint_and_its_error_to_every_reader() -> None:
    drawn = render("{% field form.word %}", form=Form({}))
    assert 'aria-describedby="id_word_helptext id_word_error"' in drawn
    assert 'id="id_word_helptext"' in drawn
    assert 'id="id_word_error"' in drawn
    assert 'aria-invalid="true"' in drawn


def test_choices_are_drawn_as_equal_rows() -> None:
    drawn = render("{% field form.pick %}", form=Form())
    assert drawn.count("<label>") == 2
    assert "<legend>One of two" in drawn


def test_a_hidden_field_has_no_label() -> None:
    assert "label" not in render("{% field form.hidden %}", form=Form())


def test_the_summary_leads_to_each_field() -> None:
    drawn = render("{% error_summary form %}", form=Form({}))
    assert '<a href="#id_word">A word: This field is required.</a>' in drawn
    assert '<a href="#id_pick">' in drawn
    assert render("{% error_summary form %}", form=Form({"word": "x", "pick": "a"})).strip() == ""


def test_the_person_line_always_names_birth_date_and_allergies() -> None:
    drawn = render(
        '{% person_line "Clara Montañez" born age=59 allergies="no known allergies" links=links %}',
        born=date(1967, 7, 31),
        links=[Link("Course", "/course/"), Link("Evaluation", "/evaluation/", current=True)],
    )
    assert "Clara Montañez" in drawn
    assert "born 31 July 1967" in drawn
    assert ", 59" in drawn
    assert "no known allergies" in drawn
    assert '<a href="/evaluation/" aria-current="page">' in drawn


def test_days_and_clocks_are_written_one_way() -> None:
    at = datetime(2026, 12, 3, 10, 26, tzinfo=UTC)
    assert render("{{ at|day }} | {{ at|clock }} | {{ at|moment }}", at=at) == (
        "3 December 2026 | 10:26 | 3 December 2026, 10:26"
    )
    assert render("{{ nothing|day }}{{ nothing|clock }}{{ nothing|moment }}", nothing=None) == ""
    assert render("{{ day|day }}", day=date(2026, 12, 3)) == "3 December 2026"


@pytest.mark.parametrize(("number", "word"), [(0, "no"), (1, "one"), (12, "twelve"), (13, "13"), (-1, "-1")])
def test_small_numbers_are_spelled(number: int, word: str) -> None:
    assert render("{{ number|spelled }}", number=number) == word


@pytest.mark.django_db
def test_the_menu_shows_the_rooms_that_the_roles_open(cast: object, as_user: Callable[..., Client]) -> None:
    assert 'href="/clinic/"' in as_user(cast.owner).get("/second-factor/").content.decode()
    assert 'href="/clinic/"' not in as_user(cast.researcher).get("/second-factor/").content.decode()


@pytest.mark.django_db
def test_the_room_one_stands_in_is_marked(cast: object, as_user: Callable[..., Client]) -> None:
    page = as_user(cast.owner).get("/clinic/staff/").content.decode()
    assert '<a href="/clinic/" aria-current="page">' in page


def test_a_page_can_be_set_before_anything_is_known_of_the_clinic() -> None:
    from unloop.clinic.people.context import clinic

    known = clinic(RequestFactory().get("/"))
    assert (known["clinic_name"], known["clinic_demo"], known["navigation"]) == ("", False, [])
