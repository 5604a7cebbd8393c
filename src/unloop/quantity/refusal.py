"""One way to refuse an input: what was given, where, what is allowed, and how to mend it."""

from __future__ import annotations


class InputRefused(ValueError):
    """An input that cannot be taken as it stands.

    Every error that a person can cause carries the same four parts, so that a page, the command line and a log
    can show them alike. None of them may hold a name, a birth date or free text of a person.

    Attributes:
        where: the field, key, row or line and column that was read.
        given: what stood there, shortened for display.
        allowed: the range, unit or set of values that is taken.
        mend: what to do about it, as an instruction.
    """

    def __init__(self, where: str, *, given: object, allowed: str, mend: str) -> None:
        self.where = where
        self.given = shorten(given)
        self.allowed = allowed
        self.mend = mend
        super().__init__(f"{where}: {self.given} was given; allowed is {allowed}; {mend}")

    def as_dict(self) -> dict[str, str]:
        """The four parts as plain text, for JSON and for pages."""
        return {"where": self.where, "given": self.given, "allowed": self.allowed, "mend": self.mend}


def shorten(given: object, *, limit: int = 60) -> str:
    """A printable form of what was given, cut at `limit` characters."""
    text = "nothing" if given is None else str(given)
    text = "".join(character if character.isprintable() else " " for character in text)
    return text if len(text) <= limit else text[: limit - 1] + "…"
