"""`unloop heredity`: what a family history says of a lifetime risk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from unloop.cli.output import print_json, read_input

if TYPE_CHECKING:
    from unloop.care.heredity import FamilyTree, Relative, RiskFigures
    from unloop.science.liability import Estimate, Kindred, LiabilityModel, Lineage, Tics

commands = typer.Typer(no_args_is_help=True, help="What a family history says of a lifetime risk.")


def register(app: typer.Typer) -> None:
    """Add these commands to `app`."""
    app.add_typer(commands, name="heredity")


@commands.callback()
def _group() -> None:
    """What a family history says of a lifetime risk."""


@commands.command(name="risk")
def lifetime_risk(
    file: Annotated[str, typer.Argument(metavar="FAMILY", help="Family (JSON); - for standard input.")],
    *,
    prevalence: Annotated[float, typer.Option(help="Lifetime prevalence, a fraction of 1.")] = 0.02,
    h2: Annotated[float, typer.Option("--h2", help="Heritability of liability, a fraction of 1.")] = 0.48,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout.")] = False,
) -> None:
    """Lifetime risk of OCD of the proband, by the liability-threshold model, from the relatives alone.

    The proband's own status is not used. A relative who is unaffected counts by the part of the risk period that was
    passed at that age; without an age, as through the whole of it. Unknown says nothing. The range comes from
    prevalences of half to one and a half times the given one and heritabilities 0.08 around it. An ill brother or
    sister with tics about doubles the odds. The number informs who asks for it: it gates and doses nothing. Exits 0
    when computed, 2 when the file is wrong.
    """
    from unloop.care.heredity import read_family
    from unloop.science.liability import LiabilityModel, estimate

    model = LiabilityModel(prevalence, h2)
    tree = read_family(read_input(file))
    kindred, lineage = arrays_of(tree)
    found = estimate(kindred, lineage, model, tics=_tics(tree))
    if json:
        print_json(as_document(tree, found, kindred, lineage=lineage))
    else:
        _print_text(tree, found)


def people_of(tree: FamilyTree) -> tuple[Relative, ...]:
    """Everybody, the proband first: the order of the arrays."""
    return (tree[tree.proband], *(one for one in tree.people if one.id != tree.proband))


def arrays_of(tree: FamilyTree) -> tuple[Kindred, Lineage]:
    """The tree as the model takes it; only a well relative without age counts as through the whole risk period."""
    import numpy as np

    from unloop.care.heredity import Status, relatedness
    from unloop.science.liability import Kindred, Lineage, part_lived

    people = people_of(tree)
    place = {one.id: index for index, one in enumerate(people)}
    shared = relatedness(tree)
    ill = [one.status is Status.AFFECTED and index > 0 for index, one in enumerate(people)]
    well = [one.status is Status.UNAFFECTED and index > 0 for index, one in enumerate(people)]
    lived = [
        0.0 if not counts else 1.0 if one.age is None else part_lived(one.age)
        for counts, one in zip(well, people, strict=True)
    ]
    parents = [tree.parents_of(one.id) for one in people]
    lineage = Lineage(
        mother=[-1 if mother is None else place[mother] for mother, _ in parents],
        father=[-1 if father is None else place[father] for _, father in parents],
        twin=[min(place[twin] for twin in tree.twins_of(one.id)) for one in people],
        ill=ill,
        lived=lived,
    )
    matrix = np.array([[shared[a.id, b.id] for b in people] for a in people])
    return Kindred(matrix, np.array(ill), np.array(lived)), lineage


def _tics(tree: FamilyTree) -> Tics:
    from unloop.care.heredity import FamilyCondition, Status, is_first_degree, is_full_sibling
    from unloop.science.liability import Tics

    with_tics = [
        one.id
        for one in tree.people
        if one.id != tree.proband and one.status is Status.AFFECTED and one.has(FamilyCondition.TIC)
    ]
    if any(is_full_sibling(tree, one) for one in with_tics):
        return Tics.IN_A_SIBLING
    if any(is_first_degree(tree, one) for one in with_tics):
        return Tics.IN_ANOTHER_FIRST_DEGREE_RELATIVE
    return Tics.NOT_KNOWN


def as_document(
    tree: FamilyTree, found: Estimate, kindred: Kindred, *, lineage: Lineage
) -> dict[str, object]:
    """The JSON document of a risk; fractions of 1, not rounded."""
    from unloop.care.heredity import CAVEATS, relation, say

    shared = kindred.relatedness[0].tolist()
    relatives = [
        {
            "id": one.id,
            "relation": relation(tree, one.id),
            "relatedness": shared[index],
            "status": one.status.value,
            "lived": lineage.lived[index],
        }
        for index, one in enumerate(people_of(tree))
        if index > 0
    ]
    return {
        "risk": found.risk,
        "low": found.low,
        "high": found.high,
        "baseline": found.baseline,
        "relative_risk": found.relative_risk,
        "method": found.method,
        "inputs": {
            "prevalence": found.model.prevalence,
            "h2": found.model.heritability,
            "prevalence_range": list(found.ranges[0]),
            "h2_range": list(found.ranges[1]),
            "sibling_odds_ratio": _sibling_odds_ratio(found.model),
            "mean_onset_years": _mean_onset(),
            "tics": _tics(tree).value,
            "relatives": relatives,
        },
        "remaining": _remaining(tree, found),
        "in_words": say(_figures(found)),
        "caveats": list(CAVEATS),
        "ask": _asked(tree),
        "genetic_counselling": _counselling(tree),
    }


def _print_text(tree: FamilyTree, found: Estimate) -> None:
    from unloop.care.heredity import CAVEATS, say

    typer.echo(f"Lifetime risk of OCD: {say(_figures(found))}.")
    left = _remaining(tree, found)
    if left is not None:
        typer.echo(f"Well until now, what remains of it is about {left * 100:.1f} in 100.")
    least, most = found.ranges
    typer.echo(
        f"By {found.method}; prevalence {found.model.prevalence:g} ({least[0]:g} to {least[1]:g}), "
        f"heritability {found.model.heritability:g} ({most[0]:.2g} to {most[1]:.2g})."
    )
    typer.echo(
        f"At this pair an ill sibling means an odds ratio of {_sibling_odds_ratio(found.model):.2f}; the Swedish "
        "register saw 5.03 (4.49 to 5.64), where 0.6% to 0.9% were diagnosed."
    )
    for line in (*CAVEATS, *(f"To ask: {question}" for question in _asked(tree))):
        typer.echo(line)
    if _counselling(tree):
        typer.echo("With this family, genetic counselling is worth offering.")


def _figures(found: Estimate) -> RiskFigures:
    from unloop.care.heredity import RiskFigures

    return RiskFigures(found.risk, found.low, found.high, found.baseline)


def _remaining(tree: FamilyTree, found: Estimate) -> float | None:
    """Of a proband who is well at a known age."""
    from unloop.care.heredity import Status
    from unloop.science.liability import part_lived, remaining

    proband = tree[tree.proband]
    if proband.status is not Status.UNAFFECTED or proband.age is None:
        return None
    return remaining(found.risk, lived=part_lived(proband.age))


def _sibling_odds_ratio(model: LiabilityModel) -> float:
    from unloop.science.liability import odds_ratio

    return odds_ratio(model)


def _mean_onset() -> float:
    from unloop.science.liability import MEAN_ONSET_YEARS

    return MEAN_ONSET_YEARS


def _asked(tree: FamilyTree) -> list[str]:
    from unloop.care.heredity import to_ask

    return [question.text for question in to_ask(tree)]


def _counselling(tree: FamilyTree) -> bool:
    from unloop.care.heredity import suggests_counselling

    return suggests_counselling(tree)
