"""Addresses of the follow-up app."""

from __future__ import annotations

from django.urls import path

from unloop.clinic.follow_up import views

app_name = "follow_up"
urlpatterns = [
    path("<uuid:person_id>/events/", views.events, name="adverse_events"),
    path("<uuid:person_id>/events/new/", views.new_event, name="adverse_event"),
    path("<uuid:person_id>/events/<uuid:fact_id>/", views.change_event, name="adverse_event_change"),
    path("<uuid:person_id>/events/life/", views.life_event, name="life_event"),
    path("<uuid:person_id>/events/erp/", views.erp_session, name="erp_session"),
    path("<uuid:person_id>/events/leaving/", views.leaving, name="leaving"),
]
