"""Which drug a model is asked about: said, unless the model takes one only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from unloop.quantity import InputRefused

if TYPE_CHECKING:
    from unloop.science.pharmacokinetics import Drug, KineticModel


def drug_for(chosen: KineticModel, named: str | None) -> Drug:
    """The drug named on the command line, or the only one that the model takes.

    Raises:
        InputRefused: when it could be either and was not said, when there is no such drug, or when the model was
            not made for it.
    """
    from unloop.science.pharmacokinetics import Drug

    if named is None and len(chosen.parts) == 1:
        return next(iter(chosen.parts))
    if named not in set(Drug):
        raise InputRefused(
            "--drug",
            given="nothing" if named is None else named,
            allowed=" or ".join(Drug),
            mend="say which of the two the vial held",
        )
    chosen.parts_of(Drug(named))
    return Drug(named)
