"""Addresses of the questionnaires app. Those that begin with q/ hold no word about health."""

from __future__ import annotations

from django.urls import path

from unloop.clinic.questionnaires.views import (
    phone,
    rating,
    schedule,
    second,
    staff,
    symptoms,
    taking_along,
    wording,
)

app_name = "questionnaires"
urlpatterns = [
    path("q/<str:token>/", phone.link, name="link"),
    path("q/<str:token>/at/<str:name>/", phone.question, name="question"),
    path("q/<str:token>/told/<str:name>/", phone.told, name="told"),
    path("q/<str:token>/look/", phone.look, name="review"),
    path("q/<str:token>/sent/", phone.sent, name="sent"),
    path("q/<str:token>/language/", phone.language, name="language"),
    path("q/<str:token>/own/", phone.own, name="own"),
    path("q/<str:token>/help/", phone.help_now, name="help"),
    path("answers/", staff.answers, name="answers"),
    path("answers/wording/", wording.wordings, name="wordings"),
    path("answers/wording/<slug:instrument>/empty/", wording.wording_empty, name="wording_empty"),
    path("answers/instruments/", wording.instruments, name="instruments"),
    path("answers/instruments/<slug:instrument>/", wording.instrument, name="instrument"),
    path("answers/wording/<slug:instrument>/back/", wording.wording_back, name="wording_back"),
    path("people/<uuid:person_id>/answers/", staff.person, name="person"),
    path("answers/agreement/", second.agreement, name="agreement"),
    path("people/<uuid:person_id>/answers/own/", taking_along.own_view, name="own_view"),
    path("people/<uuid:person_id>/answers/responses.csv", taking_along.responses_csv, name="responses_csv"),
    path(
        "people/<uuid:person_id>/answers/responses.json", taking_along.responses_fhir, name="responses_fhir"
    ),
    path("people/<uuid:person_id>/answers/<uuid:sheet_id>/second/", second.ask, name="second"),
    path("people/<uuid:person_id>/answers/symptoms/", symptoms.symptoms, name="symptoms"),
    path("people/<uuid:person_id>/answers/schedule/", schedule.schedule, name="schedule"),
    path("people/<uuid:person_id>/answers/link/", staff.send, name="send"),
    path(
        "people/<uuid:person_id>/answers/link/<uuid:invitation_id>/back/", staff.take_back, name="take_back"
    ),
    path("people/<uuid:person_id>/answers/<uuid:sheet_id>/", staff.sheet, name="sheet"),
    path("people/<uuid:person_id>/answers/rate/<slug:instrument>/", rating.rate, name="rate"),
    path(
        "people/<uuid:person_id>/answers/rate/<slug:instrument>/keep/", rating.rate_answer, name="rate_answer"
    ),
]
