"""Addresses of the people app, and of signing in."""

from __future__ import annotations

from allauth.account import views as account
from django.urls import include, path

from unloop.clinic.people.views import entry

pages = [
    path("", entry.home, name="home"),
]
urlpatterns = [
    path("", include((pages, "people"))),
    path("healthz", entry.healthz, name="healthz"),
    path("sign-in/", account.login, name="account_login"),
    path("sign-out/", account.logout, name="account_logout"),
    path("sign-in/inactive/", account.account_inactive, name="account_inactive"),
    path("sign-in/again/", account.reauthenticate, name="account_reauthenticate"),
    path("password/", account.password_change, name="account_change_password"),
    path("second-factor/", include("allauth.mfa.urls")),
]
