"""Addresses of the bedside."""

from __future__ import annotations

from django.urls import path

from unloop.clinic.bedside.views import chairs, charting, ordering, overriding, record, session

app_name = "bedside"
_SESSION = "people/<uuid:person_id>/sessions/<uuid:session_id>/"

urlpatterns = [
    path("chairs/", chairs.chairs, name="chairs"),
    path("people/<uuid:person_id>/sessions/", ordering.person_sessions, name="person_sessions"),
    path("people/<uuid:person_id>/sessions/order/", ordering.order, name="order"),
    path(_SESSION, session.session, name="session"),
    path(_SESSION + "chart/", charting.chart, name="chart"),
    path(_SESSION + "answers/", charting.answers, name="answers"),
    path(_SESSION + "check/", charting.check, name="check"),
    path(_SESSION + "override/<str:rule>/", overriding.override, name="override"),
    path(_SESSION + "start/", charting.start, name="start"),
    path(_SESSION + "discharge/", charting.leave, name="discharge"),
    path(_SESSION + "sign/", charting.signature, name="sign"),
    path(_SESSION + "record/", record.record, name="record"),
    path(_SESSION + "file/", record.file, name="file"),
]
