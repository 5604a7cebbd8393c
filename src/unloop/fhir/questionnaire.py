"""FHIR R4 Questionnaires: the official wording of an instrument, word for word but for markup."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from unloop.fhir.codes import codes
from unloop.fhir.document import MAX_BYTES, open_document
from unloop.fhir.elements import read_element
from unloop.fhir.imported import Coding
from unloop.fhir.notes import Adapted, Notes, NotUnderstood, Unread
from unloop.fhir.plain_text import Cleaned, clean, cut, has_markup, nameable, without_markup
from unloop.fhir.release import refuse_other_releases
from unloop.fhir.resources import (
    AnswerOption,
    CodingElement,
    Extension,
    Questionnaire,
    QuestionnaireItem,
    WeightedCoding,
)
from unloop.quantity.refusal import InputRefused

MAX_ITEMS: Final = 2_000
LONGEST_WORDING: Final = 5_000
LONGEST_LINK_ID: Final = 255

_ORDINALS: Final = {
    "http://hl7.org/fhir/StructureDefinition/ordinalValue",
    "http://hl7.org/fhir/StructureDefinition/itemWeight",
}
_TYPES: Final = frozenset(
    {
        "group",
        "display",
        "boolean",
        "decimal",
        "integer",
        "date",
        "dateTime",
        "time",
        "string",
        "text",
        "url",
        "choice",
        "open-choice",
        "attachment",
        "reference",
        "quantity",
    }
)
_NO_QUESTIONS: Final = frozenset({"group", "display"})


@dataclass(frozen=True, slots=True)
class OfficialOption:
    """One answer: its points (None when the document gives none), its words and its code."""

    value: float | None
    text: str
    coding: Coding | None = None


@dataclass(frozen=True, slots=True)
class OfficialItem:
    """One question, wherever in the document's groups it stands.

    Attributes:
        kind: FHIR's item type: choice, decimal, string, ...
        codes: what the document says the question is.
        headings: texts of the groups around it and of the display items before it, outermost first.
        help: texts of the display items below it.
        path: JSON path, for messages.
    """

    link_id: str
    text: str
    kind: str
    options: tuple[OfficialOption, ...]
    codes: tuple[Coding, ...]
    required: bool
    headings: tuple[str, ...]
    help: tuple[str, ...]
    path: str


@dataclass(frozen=True, slots=True)
class OfficialWording:
    """A Questionnaire, flattened to its questions in their order.

    Attributes:
        url, version: its canonical name; empty where the document has none.
        language: in which it says that its words are, such as `es-MX`; empty where it does not say.
        codes: what the document says that the whole is, such as a LOINC panel.
        copyright: the notice to show with it, as plain text.
        adapted: what is not word for word: markup taken out of texts.
        sha256: of the file, in hexadecimal: what exactly was loaded.
    """

    url: str
    version: str
    title: str
    codes: tuple[Coding, ...]
    copyright: str
    items: tuple[OfficialItem, ...]
    not_understood: tuple[NotUnderstood, ...]
    adapted: tuple[Adapted, ...]
    sha256: str
    language: str = ""

    def item(self, link_id: str) -> OfficialItem | None:
        """The question with this linkId."""
        return next((item for item in self.items if item.link_id == link_id), None)


def read_questionnaire(data: bytes, *, max_bytes: int = MAX_BYTES) -> OfficialWording:
    """Read a FHIR R4 Questionnaire. Markup in its texts becomes plain text, and that is noted.

    Raises:
        InputRefused: not JSON, too large, no Questionnaire, another FHIR release, an item without id, with the id of
            another one or of an unknown type, or no question at all.
    """
    document = open_document(data, where="questionnaire", max_bytes=max_bytes)
    kind = document.get("resourceType")
    if kind != "Questionnaire":
        raise InputRefused(
            "questionnaire, resourceType",
            given=nameable(kind, otherwise="nothing that FHIR knows"),
            allowed="Questionnaire",
            mend="choose the file that holds the FHIR Questionnaire",
        )
    refuse_other_releases(document, path="questionnaire")
    read = _read(document)
    reader = _Reader()
    items = tuple(reader.questions(read.item, path="item", headings=()))
    if not items:
        raise InputRefused(
            "questionnaire, item",
            given="no question",
            allowed="at least one item that asks something",
            mend="export the questionnaire again with its items",
        )
    return OfficialWording(
        url=_line(read.url),
        version=_line(read.version),
        title=reader.text(read.title or read.name, path="title"),
        codes=_codings(read.code),
        copyright=reader.text(read.copyright, path="copyright"),
        items=items,
        not_understood=reader.notes.not_understood,
        adapted=reader.notes.adapted,
        sha256=hashlib.sha256(data).hexdigest(),
        language=_line(read.language),
    )


def _read(document: dict[str, Any]) -> Questionnaire:
    try:
        return read_element(Questionnaire, document, path="questionnaire")
    except Unread as unread:
        raise InputRefused(
            unread.path,
            given=f"an element that does not fit: {unread.why}",
            allowed="a FHIR R4 Questionnaire",
            mend="mend this place, or export the questionnaire again",
        ) from None


@dataclass(slots=True)
class _Reader:
    notes: Notes = field(default_factory=Notes)
    seen: set[str] = field(default_factory=set)

    def questions(
        self, items: Sequence[QuestionnaireItem], *, path: str, headings: tuple[str, ...]
    ) -> Iterator[OfficialItem]:
        """The questions below these items, depth first, as a form shows them."""
        for index, item in enumerate(items):
            here = f"{path}[{index}]"
            self.check(item, path=here)
            below = headings
            if item.type not in _NO_QUESTIONS:
                yield self.question(item, path=here, headings=headings)
            elif heading := self.text(item.text, path=f"{here}.text"):
                below = (*headings, heading)
            if item.type == "display":
                headings = below
            yield from self.questions(item.item, path=f"{here}.item", headings=below)

    def check(self, item: QuestionnaireItem, *, path: str) -> None:
        if not _is_line(item.link_id) or item.link_id in self.seen or len(self.seen) >= MAX_ITEMS:
            raise InputRefused(
                f"{path}.linkId",
                given="no usable id, or the id of another item",
                allowed=f"an id of its own for each of at most {MAX_ITEMS} items",
                mend="give every item its own linkId",
            )
        self.seen.add(item.link_id)
        if item.type not in _TYPES:
            raise InputRefused(
                f"{path}.type",
                given=nameable(item.type, otherwise="an unknown type"),
                allowed=", ".join(sorted(_TYPES)),
                mend="export the questionnaire as FHIR R4",
            )

    def question(self, item: QuestionnaireItem, *, path: str, headings: tuple[str, ...]) -> OfficialItem:
        if item.answer_value_set is not None:
            self.notes.miss(f"{path}.answerValueSet", "its answers stand in a value set, which is not read")
        options = (
            self.option(option, path=f"{path}.answerOption[{index}]")
            for index, option in enumerate(item.answer_option)
        )
        helps = (
            self.text(one.text, path=f"{path}.item[{index}].text")
            for index, one in enumerate(item.item)
            if one.type == "display"
        )
        return OfficialItem(
            link_id=item.link_id,
            text=self.text(item.text, path=f"{path}.text"),
            kind=item.type,
            options=tuple(option for option in options if option is not None),
            codes=_codings(item.code),
            required=item.required,
            headings=headings,
            help=tuple(text for text in helps if text),
            path=path,
        )

    def option(self, option: AnswerOption, *, path: str) -> OfficialOption | None:
        weight = _ordinal(option.extension)
        if option.value_string is not None:
            return OfficialOption(weight, self.text(option.value_string, path=f"{path}.valueString"))
        if option.value_integer is not None:
            value = weight if weight is not None else float(option.value_integer)
            return OfficialOption(value, str(option.value_integer))
        if option.value_coding is None:
            self.notes.miss(path, "this kind of answer is not read")
            return None
        try:
            return self.coded(option.value_coding, weight, path=f"{path}.valueCoding")
        except Unread as unread:
            self.notes.miss_unread(unread)
            return None

    def coded(self, raw: dict[str, Any], weight: float | None, *, path: str) -> OfficialOption:
        element = read_element(WeightedCoding, raw, path=path)
        own = _ordinal(element.extension)
        value = weight if weight is not None else own if own is not None else _tabled(element)
        coding = Coding(_line(element.system), _line(element.code)) if element.code else None
        return OfficialOption(value, self.text(element.display, path=f"{path}.display"), coding)

    def text(self, written: str, *, path: str) -> str:
        """One line of plain text; markup is taken out of it and that is noted."""
        if len(written) > LONGEST_WORDING:
            raise InputRefused(
                path,
                given=f"{len(written)} characters",
                allowed=f"at most {LONGEST_WORDING}",
                mend="shorten this text",
            )
        if has_markup(written):
            self.notes.adapt(path, "markup was taken out; only its text is shown")
            return without_markup(written)
        cleaned = clean(written)
        if cleaned.changed:
            self.notes.adapt(path, "characters that cannot be seen were taken out")
        return cleaned.text


def _ordinal(extensions: Sequence[Extension]) -> float | None:
    return next((one.value_decimal for one in extensions if one.url in _ORDINALS), None)


def _tabled(element: CodingElement) -> float | None:
    """The points of an answer that our own table knows by its code."""
    for table in codes().answers.values():
        value = table.get(element.system, {}).get(element.code)
        if isinstance(value, float):
            return value
    return None


def _codings(elements: Sequence[CodingElement]) -> tuple[Coding, ...]:
    return tuple(Coding(_line(one.system), _line(one.code)) for one in elements if one.code)


def _is_line(text: str) -> bool:
    return 0 < len(text) <= LONGEST_LINK_ID and clean(text) == Cleaned(text, changed=False)


def _line(text: str) -> str:
    return cut(text, limit=250)
