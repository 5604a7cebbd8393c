"""Addresses of the work app."""

from __future__ import annotations

from django.urls import path

from unloop.clinic.work.views import duty, messages, tasks

app_name = "work"
urlpatterns = [
    path("", tasks.tasks, name="tasks"),
    path("duty/", duty.duty, name="duty"),
    path("duty/add/", duty.duty_add, name="duty_add"),
    path("duty/<uuid:window_id>/withdraw/", duty.duty_withdraw, name="duty_withdraw"),
    path("messages/", messages.undelivered_messages, name="messages"),
    path("messages/<uuid:message_id>/", messages.message, name="message"),
    path("messages/<uuid:message_id>/again/", messages.message_again, name="message_again"),
    path("<uuid:task_id>/", tasks.task, name="task"),
]
