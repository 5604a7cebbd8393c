"""Rules: a small closed language of conditions over facts, judged three-valued and said in plain words."""

from __future__ import annotations

from unloop.rules.checking import LEVELS, check, known_under_negation
from unloop.rules.evaluation import Context, Gap, Judgement, RaisedPrompt, Use, evaluate
from unloop.rules.parsing import parse
from unloop.rules.tree import Condition, Truth, codes, walk
from unloop.rules.wording import amount, say, say_each

__all__ = [
    "LEVELS",
    "Condition",
    "Context",
    "Gap",
    "Judgement",
    "RaisedPrompt",
    "Truth",
    "Use",
    "amount",
    "check",
    "codes",
    "evaluate",
    "known_under_negation",
    "parse",
    "say",
    "say_each",
    "walk",
]
