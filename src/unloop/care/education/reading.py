"""How hard a text is to read, by two old formulas that count syllables, words and sentences.

They see neither an odd word nor a muddled thought; they only catch long sentences and long words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from unloop.quantity import InputRefused

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*|\d+(?:[.,]\d+)*")
_SENTENCE = re.compile(r"[.!?:;]+(?=\s|$)")
_VOWELS = re.compile(r"[aeiouy]+")
_STRONG, _WEAK = frozenset("aeoáéíóú"), frozenset("iuü")


@dataclass(frozen=True, slots=True)
class _Counts:
    sentences: int
    words: int
    syllables: int


def english_grade(text: str) -> float:
    """The school grade of the United States at which an English text is read (Kincaid 1975).

    0.39 words a sentence + 11.8 syllables a word - 15.59; syllables are groups of vowels, less a silent e.

    Raises:
        InputRefused: when there is no word in it.

    Example:
        >>> round(english_grade("The cat sat on the mat."), 2)
        -1.45
    """
    found = _count(text, in_spanish=False)
    return 0.39 * found.words / found.sentences + 11.8 * found.syllables / found.words - 15.59


def spanish_ease(text: str) -> float:
    """How easily a Spanish text is read (Fernández Huerta 1959): 60 to 70 is usual, above is easier.

    206.84 - 60 syllables a word - 1.02 words a sentence, with the sentence length of the corrected formula.

    Raises:
        InputRefused: when there is no word in it.

    Example:
        >>> round(spanish_ease("El gato come pan."), 2)
        112.76
    """
    found = _count(text, in_spanish=True)
    return 206.84 - 60.0 * found.syllables / found.words - 1.02 * found.words / found.sentences


def _count(text: str, *, in_spanish: bool) -> _Counts:
    words = [word.lower() for word in _WORD.findall(text)]
    if not words:
        raise InputRefused(
            "text", given="no word", allowed="at least one word", mend="give a text to measure"
        )
    syllables = _spanish_syllables if in_spanish else english_syllables
    return _Counts(
        sentences=max(1, len(_SENTENCE.findall(text))),
        words=len(words),
        syllables=sum(map(syllables, words)),
    )


def english_syllables(word: str) -> int:
    """Groups of vowels, without a silent e at the end; a number counts as one.

    Example:
        >>> [english_syllables(word) for word in ("loop", "ketamine", "table", "tried", "40")]
        [1, 3, 2, 1, 1]
    """
    groups = len(_VOWELS.findall(word))
    silent = (
        re.search(r"[^aeiouy]e$", word) is not None and re.search(r"[^aeiouy]le$", word) is None
    ) or re.search(r"[^aeiouytd]ed$", word) is not None
    return max(1, groups - 1 if silent else groups)


def _spanish_syllables(word: str) -> int:
    """Strong vowels, and weak ones that lean on none; a number counts as one."""
    count = 0
    for run in re.findall(r"[aeiouáéíóúü]+", word.replace("y", "i") if word.endswith("y") else word):
        strong = sum(letter in _STRONG for letter in run)
        count += strong or 1
    return max(1, count)
