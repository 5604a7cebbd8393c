"""A message may be read by anybody who sees the phone: no word in it, or in its address, says what the clinic treats."""

from __future__ import annotations

import re

from unloop.quantity import InputRefused

# Beginnings of words, English and Spanish, as they could stand in a subject, a sentence or a web address.
_BEGINNINGS = (
    "obsess", "obses", "compuls", "ketamin", "esketamin", "suicid", "depress", "depres", "anxi", "ansied", "psych",
    "psiqui", "psico", "mental", "infus", "symptom", "síntoma", "sintoma", "diagnos", "diagnós", "medicin", "medicament",
    "treatment", "tratamiento", "therap", "terapia", "disorder", "trastorno", "illness", "enferm", "disease", "dissoc",
    "exposure", "ritual", "contaminat", "contamina", "y-bocs", "ybocs", "phq", "gad-7", "cadss", "c-ssrs",
)  # fmt: skip
_WHOLE = ("ocd", "toc", "erp", "iv", "docs", "oci-r", "oci-12", "wsas", "audit-c", "cgi", "dose", "drug", "drugs", "clinical")  # fmt: skip
_HEALTH = re.compile(
    rf"(?<![\w-])(?:(?:{'|'.join(map(re.escape, _BEGINNINGS))})|(?:{'|'.join(map(re.escape, _WHOLE))})(?![\w-]))",
    re.IGNORECASE,
)


def health_word(text: str) -> str | None:
    """The first word of a text that speaks of health; None where none does."""
    found = _HEALTH.search(text)
    return found.group() if found else None


def refuse_health_words(**parts: str) -> None:
    """Refuse a message that would tell a bystander what it is about.

    Raises:
        InputRefused: with the word, and the part in which it stands.
    """
    for name, text in parts.items():
        if (word := health_word(text)) is not None:
            raise InputRefused(
                f"message, {name}", given=word, allowed="words that tell a bystander nothing",
                mend="say only that something waits, and where to sign in or which link to open",
            )  # fmt: skip
