"""Heredity: the family tree, kinship, what to ask and how to say it.

>>> tree = FamilyTree("me", (Relative("me", mother="m"), Relative("m", FamilySex.FEMALE, status=Status.AFFECTED)))
>>> relatedness(tree)["me", "m"], relation(tree, "m")
(0.5, 'mother')
>>> say(RiskFigures(risk=0.0653, low=0.0339, high=0.0984, baseline=0.02))
'about 7 in 100, most likely between 3 and 10, beside 2 in 100 for anybody'
"""

from __future__ import annotations

from unloop.care.heredity.asking import FamilyQuestion, suggests_counselling, to_ask
from unloop.care.heredity.family import FamilyCondition, FamilySex, FamilyTree, Relative, Status
from unloop.care.heredity.family_file import read_family
from unloop.care.heredity.first_degree import psychosis_in_first_degree, with_psychosis
from unloop.care.heredity.growing import Step, add, change, remove, say_related
from unloop.care.heredity.influences import AROUND_BIRTH, LIFE_EXPERIENCE, SHARES, Influence
from unloop.care.heredity.kinship import relatedness
from unloop.care.heredity.observed import Observed, observed, with_a_child
from unloop.care.heredity.pedigree import Arrow, Line, LineKind, Pedigree, Symbol, arrow_of, draw_pedigree
from unloop.care.heredity.placing import Kin, Placed, place
from unloop.care.heredity.records import from_records, to_records
from unloop.care.heredity.relation import is_first_degree, is_full_sibling, relation
from unloop.care.heredity.saying import ASK_FIRST, CAVEATS, RiskFigures, say
from unloop.care.heredity.siblings import TwinKind, twin_kind, twins_with
from unloop.care.heredity.unions import are_related, partners_of

__all__ = [
    "AROUND_BIRTH",
    "ASK_FIRST",
    "CAVEATS",
    "LIFE_EXPERIENCE",
    "SHARES",
    "Arrow",
    "FamilyCondition",
    "FamilyQuestion",
    "FamilySex",
    "FamilyTree",
    "Influence",
    "Kin",
    "Line",
    "LineKind",
    "Observed",
    "Pedigree",
    "Placed",
    "Relative",
    "RiskFigures",
    "Status",
    "Step",
    "Symbol",
    "TwinKind",
    "add",
    "are_related",
    "arrow_of",
    "change",
    "draw_pedigree",
    "from_records",
    "is_first_degree",
    "is_full_sibling",
    "observed",
    "partners_of",
    "place",
    "psychosis_in_first_degree",
    "read_family",
    "relatedness",
    "relation",
    "remove",
    "say",
    "say_related",
    "suggests_counselling",
    "to_ask",
    "to_records",
    "twin_kind",
    "twins_with",
    "with_a_child",
    "with_psychosis",
]
