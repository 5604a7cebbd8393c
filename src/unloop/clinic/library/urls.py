"""Addresses of the library: a language and a page, so that an address can be handed on."""

from __future__ import annotations

from django.urls import path

from unloop.clinic.library import evidence_views, views

app_name = "library"
urlpatterns = [
    path("", views.home, name="home"),
    path("evidence/", evidence_views.evidence, name="evidence"),
    path("evidence/add/", evidence_views.add_study, name="evidence_add"),
    path("evidence/add-file/", evidence_views.add_study_file, name="evidence_add_file"),
    path("evidence/<str:study_id>/withdraw/", evidence_views.withdraw, name="evidence_withdraw"),
    path("<slug:language>/", views.contents, name="contents"),
    path("<slug:language>/your-cycle/", views.cycle, name="cycle"),
    path("<slug:language>/<slug:page_id>/", views.page, name="page"),
]
