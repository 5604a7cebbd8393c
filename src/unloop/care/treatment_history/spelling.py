"""How the written name of a medicine is taken apart: words, strengths, forms and salts."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

SEPARATORS = frozenset({"/", "+", "&", ",", ";", "and", "with", "plus"})
"""What stands between two ingredients of one product."""

UNITS = frozenset(
    [
        "mg",
        "mcg",
        "μg",
        "ug",
        "g",
        "gm",
        "gram",
        "grams",
        "kg",
        "ml",
        "l",
        "dl",
        "iu",
        "unt",
        "unit",
        "units",
        "u",
        "meq",
        "mmol",
        "mol",
        "%",
        "hr",
        "hrs",
        "h",
        "hour",
        "hours",
        "min",
        "day",
        "days",
        "week",
        "weeks",
        "month",
        "months",
        "actuat",
        "actuation",
        "puff",
        "puffs",
        "spray",
        "sprays",
        "dose",
        "doses",
        "drop",
        "drops",
        "tab",
        "tabs",
        "tablet",
        "tablets",
        "cap",
        "caps",
        "capsule",
        "capsules",
        "patch",
        "patches",
        "cm",
        "sqcm",
        "million",
        "x",
    ]
)

FORMS = frozenset(
    # the thing itself
    "tab tabs tablet tablets cap caps capsule capsules pill pills softgel softgels caplet caplets gelcap gelcaps oral "
    "solution suspension injection injectable injector autoinjector pen flexpen kwikpen solostar syringe prefilled "
    "pre filled vial ampoule ampule cartridge cream ointment gel lotion foam shampoo paste jelly powder granules "
    "granule sachet packet packets pellet pellets beads wafer film strip strips lozenge gum troche patch transdermal system "
    "implant insert ring inhaler inhalation inhalant nebuliser nebulizer aerosol mist spray nasal drops drop otic "
    "ophthalmic topical vaginal rectal suppository enema syrup elixir liquid tincture emulsion sprinkle chewable "
    "dispersible disintegrating effervescent soluble medicated metered dry intrauterine intravitreal device kit pack "
    "auto actuated breath dose doses mucous membrane mucosal chewing pad swab drug emollient sensor "
    # how it is released
    "extended release delayed sustained modified controlled prolonged immediate acting long er xr xl sr cr la ir dr "
    "ec pr mr hr cd xt odt od enteric coated retard depot chrono crushable biphasic osmotic "
    "micronized micronised microencapsulated macrocrystals macrocrystalline bead abuse deterrent "
    # how and when it is taken
    "po iv im sc sl intravenous intramuscular subcutaneous sublingual buccal by mouth once twice three four times "
    "daily every each morning evening bedtime nightly weekly monthly per a in for use to be taken as needed required "
    "prn bid tid qid qd od qhs qam qpm day days hour hours mg mcg ml inert ingredients ingredient the of "
    # what says nothing about the substance
    "generic brand usp human pediatric paediatric adult extra regular strength low high free preservative sugar product".split()
)

SALTS = frozenset(
    [
        "hydrochloride",
        "dihydrochloride",
        "monohydrochloride",
        "hcl",
        "hydrobromide",
        "hbr",
        "bromide",
        "chloride",
        "iodide",
        "hydroxide",
        "sodium",
        "disodium",
        "trisodium",
        "potassium",
        "dipotassium",
        "calcium",
        "magnesium",
        "zinc",
        "maleate",
        "hydrogen",
        "fumarate",
        "hemifumarate",
        "succinate",
        "hemisuccinate",
        "tartrate",
        "bitartrate",
        "mesylate",
        "mesilate",
        "dimesylate",
        "besylate",
        "besilate",
        "tosylate",
        "tosilate",
        "napsylate",
        "camsylate",
        "edisylate",
        "esylate",
        "citrate",
        "dihydrogen",
        "phosphate",
        "diphosphate",
        "sulfate",
        "sulphate",
        "bisulfate",
        "acetate",
        "diacetate",
        "triacetate",
        "carbonate",
        "nitrate",
        "oxalate",
        "lactate",
        "gluconate",
        "glucuronate",
        "pamoate",
        "embonate",
        "decanoate",
        "palmitate",
        "enanthate",
        "cypionate",
        "valerate",
        "propionate",
        "dipropionate",
        "furoate",
        "xinafoate",
        "caproate",
        "hexanoate",
        "undecanoate",
        "lauroxil",
        "hydrate",
        "hemihydrate",
        "monohydrate",
        "dihydrate",
        "trihydrate",
        "sesquihydrate",
        "pentahydrate",
        "hexahydrate",
        "anhydrous",
        "medoxomil",
        "kamedoxomil",
        "cilexetil",
        "axetil",
        "proxetil",
        "pivoxil",
        "etexilate",
        "mofetil",
        "alafenamide",
        "disoproxil",
        "aspartate",
        "saccharate",
        "lysine",
        "arginine",
        "erbumine",
        "tert",
        "butylamine",
        "tromethamine",
        "trometamol",
        "meglumine",
        "base",
        "hyclate",
        "stearate",
        "ethylsuccinate",
        "estolate",
        "benzathine",
        "procaine",
        "polistirex",
        "tannate",
        "teoclate",
        "malate",
        "adipate",
        "benzoate",
        "salicylate",
        "mucate",
        "nicotinate",
        "lactobionate",
        "epolamine",
        "hippurate",
        "acetonide",
        "hexacetonide",
        "resin",
        "ester",
        "esters",
        "racemic",
        "acid",
    ]
)
"""Words that name the salt or ester of the ingredient before them."""

_WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+|[/+&,;%]")
_BRACKETED = re.compile(r"\(([^()\[\]]*)\)|\[([^()\[\]]*)\]")


def tokens(text: str) -> tuple[str, ...]:
    """Words, numbers and separators in lower case, without accents, apostrophes and hyphens."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    plain = "".join(character for character in plain if not unicodedata.combining(character))
    plain = re.sub(r"[\u2019\u2018\u00b4'`]", "", plain).replace("#", " no ")
    plain = re.sub(r"(?<=\d)\s*/\s*(?=\d)", " ", plain)
    return tuple(_WORD.findall(plain))


def words(text: str) -> tuple[str, ...]:
    """The tokens of a name by which it is looked up: without separators."""
    return tuple(token for token in tokens(text) if not _is_mark(token))


def groups(text: str) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """The text outside brackets, the round groups, and the square ones, in which RxNorm writes the trade name."""
    round_groups: list[str] = []
    square_groups: list[str] = []
    for match in _BRACKETED.finditer(text):
        (round_groups if match[1] is not None else square_groups).append(match[1] or match[2] or "")
    return _BRACKETED.sub(" / ", text), tuple(round_groups), tuple(square_groups)


def is_number(token: str) -> bool:
    """Whether a token is written in digits."""
    return token[0].isdigit()


def after_strength(parts: Sequence[str], start: int) -> int:
    """Where a strength such as `20 mg`, `400 mg/5 ml` or `12 hr` that begins at `start` ends."""
    position = _after_amount(parts, start)
    while position < len(parts) and parts[position] == "/":
        following = _after_amount(parts, position + 1)
        if following == position + 1:
            break
        position = following
    return position


def _after_amount(parts: Sequence[str], position: int) -> int:
    if position < len(parts) and is_number(parts[position]):
        position += 1
    if position < len(parts) and parts[position] in UNITS:
        position += 1
    return position


def _is_mark(token: str) -> bool:
    return not token[0].isalnum()
