"""Addresses of the consulting room, below people/."""

from __future__ import annotations

from django.urls import path

from unloop.clinic.consulting_room.views import (
    answers,
    consent,
    consultation,
    evaluation,
    family,
    family_file,
    override,
    plan,
    plan_paper,
    side_by_side,
)

app_name = "consulting_room"
urlpatterns = [
    path("<uuid:person_id>/evaluation/", evaluation.evaluation, name="evaluation"),
    path("<uuid:person_id>/evaluation/sign/", evaluation.sign, name="sign"),
    path("<uuid:person_id>/evaluation/not-now/", evaluation.not_now, name="not_now"),
    path("<uuid:person_id>/evaluation/answers/<slug:group>/", answers.answer, name="answer"),
    path("<uuid:person_id>/evaluation/medicines/", answers.medicine_decisions, name="medicine_decisions"),
    path("<uuid:person_id>/evaluation/override/<str:rule>/", override.override, name="override"),
    path("<uuid:person_id>/family/", family.family, name="family"),
    path("<uuid:person_id>/family/family.json", family_file.family_file, name="family_file"),
    path("<uuid:person_id>/family/number/", family.choose_number, name="family_number"),
    path("<uuid:person_id>/family/<slug:of>/add/", family.add_relative, name="family_add"),
    path("<uuid:person_id>/family/<slug:relative>/change/", family.change_relative, name="family_change"),
    path("<uuid:person_id>/family/<slug:relative>/remove/", family.remove_relative, name="family_remove"),
    path("<uuid:person_id>/plan/", plan.plan, name="plan"),
    path("<uuid:person_id>/plan/plan.pdf", plan_paper.plan_paper, name="plan_pdf"),
    path("<uuid:person_id>/plan/side-by-side/", side_by_side.side_by_side, name="side_by_side"),
    path("<uuid:person_id>/plan/lay-down/", plan.lay_down, name="lay_down"),
    path("<uuid:person_id>/consent/", consent.consent, name="consent"),
    path("<uuid:person_id>/consent/record/", consent.keep, name="record_consent"),
    path("<uuid:person_id>/consent/withdraw/", consent.withdraw, name="withdraw_consent"),
    path("<uuid:person_id>/consent/research/", consent.research, name="research_consent"),
    path("<uuid:person_id>/consent/sheet.pdf", consultation.pdf, name="sheet_pdf"),
    path("<uuid:person_id>/consultation/", consultation.consultation, name="consultation"),
    path("<uuid:person_id>/consultation/give/", consultation.give, name="give_sheet"),
    path("<uuid:person_id>/consultation/values/", consultation.values, name="what_matters"),
]
