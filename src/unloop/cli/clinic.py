"""What commands ask of the clinic: Django is imported inside, so that the other commands do without it."""

from __future__ import annotations

from unloop.cli import home
from unloop.quantity.refusal import InputRefused


def adopt(document: bytes, *, username: str, password: str) -> dict[str, object]:
    """Sign a protocol for this installation.

    Raises:
        InputRefused: nobody has this user name, the password is wrong, or the document may not be signed.
    """
    home.open_clinic()
    from unloop.clinic.audit.services import acting
    from unloop.clinic.people.services import IdentityNotConfirmed, User, adopt_protocol

    user = User.objects.filter(username=username, is_active=True).first()
    if user is None:
        raise InputRefused("--as", given=username, allowed="the user name of a medical director of this clinic",
                           mend="see the staff page for user names")  # fmt: skip
    try:
        with acting(user.as_actor(), route="unloop protocol approve"):
            signed = adopt_protocol(document, by=user, password=password)
    except IdentityNotConfirmed as error:
        raise InputRefused(
            "password", given="another one", allowed="the signer's password", mend=str(error)
        ) from None
    return {
        "id": signed.protocol_id,
        "version": signed.version,
        "sha256": signed.sha256,
        "approved_by": signed.name,
    }
