"""Addresses of the chart."""

from __future__ import annotations

from django.urls import path

from unloop.clinic.chart.views import course, documents, imported, people, record

app_name = "chart"
urlpatterns = [
    path("", people.people, name="people"),
    path("new/", people.new_person, name="new"),
    path("import/", people.import_record, name="import"),
    path("import/<uuid:waiting_id>/", people.whose, name="whose"),
    path("<uuid:person_id>/", course.person, name="person"),
    path("<uuid:person_id>/imported/", imported.imported, name="imported"),
    path("<uuid:person_id>/imported/<uuid:draft_id>/", imported.draft, name="draft"),
    path("<uuid:person_id>/imported/<uuid:draft_id>/again/", imported.again, name="decide_again"),
    path("<uuid:person_id>/medicines/", record.medicines, name="medicines"),
    path("<uuid:person_id>/documents/", documents.documents, name="documents"),
    path("<uuid:person_id>/documents/attach/", documents.attach_one, name="attach"),
    path("<uuid:person_id>/documents/<uuid:document_id>/", documents.document, name="document"),
    path("<uuid:person_id>/record/", record.facts, name="facts"),
    path("<uuid:person_id>/record/<uuid:fact_id>/", record.correction, name="correct"),
]
