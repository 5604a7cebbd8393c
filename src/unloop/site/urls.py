"""Which address belongs to which room. Every name in here has a line in `people/permissions.toml`."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("", include("unloop.clinic.bedside.urls")),
    path("audit/", include("unloop.clinic.audit.urls")),
    path("", include("unloop.clinic.front_desk.urls")),
    path("people/", include("unloop.clinic.consulting_room.urls")),
    path("people/", include("unloop.clinic.follow_up.urls")),
    path("people/", include("unloop.clinic.chart.urls")),
    path("", include("unloop.clinic.registry.urls")),
    path("tasks/", include("unloop.clinic.work.urls")),
    path("learn/", include("unloop.clinic.library.urls")),
    path("", include("unloop.clinic.questionnaires.urls")),
    path("", include("unloop.clinic.people.urls")),
]
handler400 = "unloop.clinic.people.views.errors.bad_request"
handler403 = "unloop.clinic.people.views.errors.not_allowed"
handler404 = "unloop.clinic.people.views.errors.not_found"
handler500 = "unloop.clinic.people.views.errors.broken"
