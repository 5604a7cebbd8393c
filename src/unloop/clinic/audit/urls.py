"""Addresses of the audit trail."""

from __future__ import annotations

from django.urls import path

from unloop.clinic.audit import views

app_name = "audit"
urlpatterns = [path("", views.trail_page, name="trail")]
