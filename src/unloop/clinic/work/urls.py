"""Addresses of the work app."""

from __future__ import annotations

from django.urls import path

from unloop.clinic.work import views

app_name = "work"
urlpatterns = [
    path("", views.tasks, name="tasks"),
    path("<uuid:task_id>/", views.task, name="task"),
]
