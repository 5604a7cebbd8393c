"""Addresses of the registry."""

from __future__ import annotations

from django.urls import path

from unloop.clinic.registry import views

app_name = "registry"
urlpatterns = [path("clinic/numbers/", views.clinic, name="clinic")]
