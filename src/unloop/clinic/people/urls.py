"""Addresses of the people app, and of signing in."""

from __future__ import annotations

from allauth.account import views as account
from django.urls import include, path

from unloop.clinic.people.views import clinic, entry, protocols, staff
from unloop.clinic.people.views.sign_out import SignOut

pages = [
    path("", entry.home, name="home"),
    path("setup/", entry.set_up, name="setup"),
    path("sign-in/demo/", entry.demo_sign_in, name="demo_sign_in"),
    path("welcome/<str:uid>/<str:token>/", entry.invitation, name="invitation"),
    path("sign-in/second-factor/", entry.second_factor, name="second_factor"),
    path("clinic/", clinic.clinic, name="clinic"),
    path("clinic/details/", clinic.organisation, name="organisation"),
    path("clinic/places/", clinic.places_page, name="places"),
    path("clinic/places/location/", clinic.location_add, name="location_add"),
    path("clinic/places/chair/", clinic.chair_add, name="chair_add"),
    path("clinic/places/chair/<uuid:chair_id>/", clinic.chair_use, name="chair_use"),
    path("clinic/staff/", staff.staff_list, name="staff"),
    path("clinic/staff/add/", staff.staff_add, name="staff_add"),
    path("clinic/staff/<uuid:user_id>/", staff.staff_member, name="staff_member"),
    path("clinic/staff/<uuid:user_id>/details/", staff.staff_details, name="staff_details"),
    path("clinic/staff/<uuid:user_id>/roles/", staff.staff_roles, name="staff_roles"),
    path("clinic/staff/<uuid:user_id>/invite/", staff.staff_invite, name="staff_invite"),
    path("clinic/staff/<uuid:user_id>/reset/", staff.staff_reset, name="staff_reset"),
    path("clinic/staff/<uuid:user_id>/deactivate/", staff.staff_deactivate, name="staff_deactivate"),
    path("clinic/staff/<uuid:user_id>/reactivate/", staff.staff_reactivate, name="staff_reactivate"),
    path("clinic/staff/<uuid:user_id>/credentials/", staff.credential_add, name="credential_add"),
    path(
        "clinic/credentials/<uuid:credential_id>/verify/", staff.credential_verify, name="credential_verify"
    ),
    path(
        "clinic/credentials/<uuid:credential_id>/withdraw/",
        staff.credential_withdraw,
        name="credential_withdraw",
    ),
    path("clinic/protocols/", protocols.adopted_list, name="protocols"),
    path("clinic/protocols/adopt/", protocols.adopt, name="protocol_adopt"),
    path("clinic/protocols/<uuid:adopted_id>/", protocols.adopted, name="protocol"),
]
urlpatterns = [
    path("", include((pages, "people"))),
    path("healthz", entry.healthz, name="healthz"),
    path("sign-in/", entry.SignIn.as_view(), name="account_login"),
    path("sign-out/", SignOut.as_view(), name="account_logout"),
    path("sign-in/inactive/", account.account_inactive, name="account_inactive"),
    path("sign-in/again/", account.reauthenticate, name="account_reauthenticate"),
    path("password/", account.password_change, name="account_change_password"),
    path("second-factor/", include("allauth.mfa.urls")),
]
