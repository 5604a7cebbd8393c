"""Addresses of the library: a language and a page, so that an address can be handed on."""

from __future__ import annotations

from django.urls import path

from unloop.clinic.library import views

app_name = "library"
urlpatterns = [
    path("", views.home, name="home"),
    path("evidence/", views.evidence, name="evidence"),
    path("<slug:language>/", views.contents, name="contents"),
    path("<slug:language>/your-cycle/", views.cycle, name="cycle"),
    path("<slug:language>/<slug:page_id>/", views.page, name="page"),
]
