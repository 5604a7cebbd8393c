"""Keeping account of what an import leaves out and of what it takes in another form than it was written."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """Something that was not taken.

    Attributes:
        path: JSON path of the place, or of the first of several alike, such as `entry[12].resource.valueQuantity`.
        why: in words, with the mend where there is one; never a name or free text of the record.
        count: how many alike.
    """

    path: str
    why: str
    count: int = 1

    def as_dict(self) -> dict[str, str | int]:
        """For JSON and for pages."""
        return {"path": self.path, "why": self.why, "count": self.count}


@dataclass(frozen=True, slots=True)
class Adapted:
    """Something that was taken, but not letter for letter; attributes as in `NotUnderstood`."""

    path: str
    how: str
    count: int = 1

    def as_dict(self) -> dict[str, str | int]:
        """For JSON and for pages."""
        return {"path": self.path, "how": self.how, "count": self.count}


class Unread(Exception):
    """A part of a record that cannot be taken; whoever reads the whole lists it and goes on."""

    def __init__(self, path: str, why: str) -> None:
        self.path = path
        self.why = why
        super().__init__(f"{path}: {why}")


class Notes:
    """The account itself: entries stand in the order in which they were first met."""

    def __init__(self) -> None:
        self._missed: dict[tuple[str, str, str], tuple[str, str, int]] = {}
        self._adapted: dict[tuple[str, str, str], tuple[str, str, int]] = {}

    def miss(self, path: str, why: str, *, alike: str = "") -> None:
        """List something that is left out; entries with the same `alike` are counted, not repeated."""
        _count(self._missed, alike, path=path, words=why)

    def miss_unread(self, unread: Unread) -> None:
        """List what a reader gave up on."""
        self.miss(unread.path, unread.why)

    def adapt(self, path: str, how: str, *, alike: str = "") -> None:
        """List something that is taken in another form; entries with the same `alike` are counted."""
        _count(self._adapted, alike, path=path, words=how)

    @property
    def not_understood(self) -> tuple[NotUnderstood, ...]:
        """Everything left out."""
        return tuple(NotUnderstood(*entry) for entry in self._missed.values())

    @property
    def adapted(self) -> tuple[Adapted, ...]:
        """Everything taken in another form."""
        return tuple(Adapted(*entry) for entry in self._adapted.values())


def _count(
    entries: dict[tuple[str, str, str], tuple[str, str, int]], alike: str, *, path: str, words: str
) -> None:
    key = (alike, "", "") if alike else ("", path, words)
    first_path, first_words, count = entries.get(key, (path, words, 0))
    entries[key] = (first_path, first_words, count + 1)
