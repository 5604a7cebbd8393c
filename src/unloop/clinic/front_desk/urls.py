"""Addresses of the front desk."""

from __future__ import annotations

from django.urls import path

from unloop.clinic.front_desk import views

app_name = "front_desk"
urlpatterns = [
    path("today/", views.today, name="today"),
    path("people/<uuid:person_id>/visits/", views.booking, name="booking"),
    path("people/<uuid:person_id>/visits/<uuid:appointment_id>/off/", views.calling_off, name="call_off"),
]
