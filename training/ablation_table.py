"""The table of the ablation: every model, with and without DOGA, under each customer.

All cells call the same seeded customers, so differences are taken customer by customer. Gains are
also given in percent of the baseline's mean, as the paper gives them; an interval in percent is
the interval of the difference over that mean.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from statistics import fmean
from typing import NamedTuple

from ai_salesman.campaigns.breaches import breaches_in
from ai_salesman.campaigns.duels import WinRate
from ai_salesman.campaigns.estimates import Estimate, Part, Rate, Ratio
from ai_salesman.conversation.episode import Episode
from ai_salesman.conversation.taxonomy import Capability, Speaker, StopReason
from ai_salesman.conversation.verdict import Verdict
from ai_salesman.evaluation.statistics import paired_difference
from ai_salesman.training.ablation import Recipe, Trained

__all__ = [
    "STRATEGIC",
    "AblationTable",
    "Cell",
    "CellRow",
    "Gain",
    "ablation_table",
]

STRATEGIC = (
    Capability.BUSINESS_ANALYSIS,
    Capability.OBJECTION_HANDLING,
    Capability.OPERATIONAL_GUIDANCE,
)
"""The three capabilities in which the paper reports what DOGA brings."""

_FALSE = ("contradicted", "forbidden")


class Cell(NamedTuple):
    """One run of the ablation."""

    model: Trained
    planner: str
    customer: str


class CellRow(Part):
    """The figures of one run."""

    model: str
    planner: str
    customer: str
    run: str
    calls: int
    score: Estimate
    conversion: Rate
    honest_conversion: Rate
    capabilities: dict[Capability, Estimate]
    false_claims: Ratio
    """Contradicted and forbidden claims per 100 salesman turns."""
    invented: Rate
    """Share of the calls in which the salesman took an order that nobody gave."""
    repeated: Ratio
    """Share of the salesman's turns that it had said before, word for word."""
    words: Estimate
    """Of a salesman turn."""
    wins: WinRate | None = None
    """Against the base model of the same seed, with the same planner and customer."""


class Gain(Part):
    """A difference between two runs on the same customers."""

    what: str
    customer: str
    measure: str
    baseline: float
    difference: float
    ci95: tuple[float, float]
    p: float
    pairs: int

    @property
    def percent(self) -> tuple[float, float, float] | None:
        """The difference and its interval in percent of the baseline; None for a baseline of 0."""
        if not self.baseline:
            return None
        low, high = self.ci95
        return (
            100 * self.difference / self.baseline,
            100 * low / self.baseline,
            100 * high / self.baseline,
        )


class AblationTable(Part):
    """Everything that the page shows."""

    rows: tuple[CellRow, ...]
    gains: tuple[Gain, ...]


def ablation_table(
    played: Mapping[Cell, tuple[str, Sequence[Episode]]], wins: Mapping[Cell, WinRate]
) -> AblationTable:
    """The table of stored runs.

    Args:
        played: run id and episodes of each cell.
        wins: win rates against the base, for the cells that have one.
    """
    sound = {cell: (run, _sound(episodes)) for cell, (run, episodes) in played.items()}
    calls = {cell: episodes for cell, (_, episodes) in sound.items()}
    return AblationTable(
        rows=tuple(_row(cell, *found, wins.get(cell)) for cell, found in sound.items()),
        gains=(*_over_base(calls), *_between_recipes(calls), *_of_doga(calls)),
    )


def _sound(episodes: Iterable[Episode]) -> list[Episode]:
    return [e for e in episodes if e.stop is not StopReason.INFRASTRUCTURE_ERROR]


def _row(cell: Cell, run: str, episodes: Sequence[Episode], wins: WinRate | None) -> CellRow:
    spoken = [_salesman(episode) for episode in episodes]
    return CellRow(
        model=cell.model.name,
        planner=cell.planner,
        customer=cell.customer,
        run=run,
        calls=len(episodes),
        score=Estimate.of_values(_known(map(_score, episodes))),
        conversion=Rate.of_flags([e.stop is StopReason.AGREED for e in episodes]),
        honest_conversion=Rate.of_flags([bool(e.score and e.score.honest) for e in episodes]),
        capabilities={
            name: Estimate.of_values(_known(_capability(e, (name,)) for e in episodes))
            for name in Capability
        },
        false_claims=Ratio.of_counts(
            [
                (float(_false(e)), float(len(said)))
                for e, said in zip(episodes, spoken, strict=True)
            ],
            times=100,
        ),
        invented=Rate.of_flags([bool(n) for n in _known(map(_invented, episodes))]),
        repeated=Ratio.of_counts(
            [(float(len(said) - len(set(said))), float(len(said))) for said in spoken]
        ),
        words=Estimate.of_values([len(text.split()) for said in spoken for text in said]),
        wins=wins,
    )


def _salesman(episode: Episode) -> list[str]:
    return [turn.text for turn in episode.turns if turn.speaker is Speaker.SALESMAN]


def _false(episode: Episode) -> int:
    ledgers = (v.claims or () for v in episode.verdicts if isinstance(v, Verdict))
    return sum(claim.status in _FALSE for ledger in ledgers for claim in ledger)


def _invented(episode: Episode) -> float | None:
    """1 where an order was taken that nobody gave; None where no judge asked for that."""
    found = [
        count
        for verdict in episode.verdicts
        if isinstance(verdict, Verdict)
        and (count := breaches_in(verdict).get("invented_consent")) is not None
    ]
    return float(any(found)) if found else None


def _score(episode: Episode) -> float | None:
    return episode.score.total if episode.score else None


def _sale(episode: Episode) -> float | None:
    return float(bool(episode.score and episode.score.honest))


def _capability(episode: Episode, names: Sequence[Capability]) -> float | None:
    """Mean of the scores under these names; None where there was no occasion for any."""
    found = [
        score
        for verdict in episode.verdicts
        if isinstance(verdict, Verdict)
        for name in names
        if (cell := verdict.capabilities.get(name)) and (score := cell.score) is not None
    ]
    return fmean(found) if found else None


def _strategic(episode: Episode) -> float | None:
    return _capability(episode, STRATEGIC)


def _known(values: Iterable[float | None]) -> list[float]:
    return [value for value in values if value is not None]


_MEASURES: Mapping[str, Callable[[Episode], float | None]] = {
    "score": _score,
    "honest conversion": _sale,
    "strategic capabilities": _strategic,
    "made-up sales": _invented,
}


def _over_base(calls: Mapping[Cell, Sequence[Episode]]) -> Iterable[Gain]:
    """Each recipe over the base of its seed; where it has several seeds, over all of them."""
    groups: dict[tuple[str, str, str], list[tuple[Cell, Cell]]] = {}
    for cell in calls:
        base = cell._replace(model=Trained(Recipe.BASE, cell.model.seed))
        if cell.model.recipe is not Recipe.BASE and base in calls:
            noise = f", {cell.model.noise:.0%} noise" if cell.model.noise else ""
            name = f"{cell.model.recipe.value}{noise} over base, planner {cell.planner}"
            groups.setdefault((name, cell.planner, cell.customer), []).append((base, cell))
    for (name, _, customer), pairs in groups.items():
        yield from _gains(name, customer, pairs, calls)


_RIVALS = (
    (Recipe.SFT, Recipe.GRPO),
    (Recipe.GRPO_NO_BETA, Recipe.GRPO),
    (Recipe.SFT, Recipe.SFT_GRPO),
)
"""Recipes that are set against each other, the second over the first."""


def _between_recipes(calls: Mapping[Cell, Sequence[Episode]]) -> Iterable[Gain]:
    """One recipe over another, from the same corpus and seed: what RL adds, and its Beta weight."""
    for before, after in _RIVALS:
        for cell in calls:
            other = cell._replace(model=cell.model._replace(recipe=after))
            if cell.model.recipe is before and other in calls:
                noise = f", {cell.model.noise:.0%} noise" if cell.model.noise else ""
                name = f"{after.value} over {before.value}{noise}, planner {cell.planner}"
                yield from _gains(name, cell.customer, [(cell, other)], calls)


def _of_doga(calls: Mapping[Cell, Sequence[Episode]]) -> Iterable[Gain]:
    """DOGA over the model's own plans, for each recipe."""
    groups: dict[tuple[str, str], list[tuple[Cell, Cell]]] = {}
    for cell in calls:
        own = cell._replace(planner="none")
        if cell.planner == "doga" and own in calls:
            name = f"DOGA over {cell.model.recipe.value}'s own plans"
            groups.setdefault((name, cell.customer), []).append((own, cell))
    for (name, customer), pairs in groups.items():
        yield from _gains(name, customer, pairs, calls)


def _gains(
    what: str,
    customer: str,
    cells: Sequence[tuple[Cell, Cell]],
    calls: Mapping[Cell, Sequence[Episode]],
) -> Iterable[Gain]:
    """A customer counts once: of several seeds' calls to it, the mean is taken."""
    for measure, of in _MEASURES.items():
        seen: dict[int, list[tuple[float, float]]] = {}
        for base, other in cells:
            for index, before, after in _paired(calls[base], calls[other], of):
                seen.setdefault(index, []).append((before, after))
        pairs = [
            (fmean(before for before, _ in both), fmean(after for _, after in both))
            for both in seen.values()
        ]
        if len(pairs) < 2:
            continue
        found = paired_difference([after for _, after in pairs], [before for before, _ in pairs])
        yield Gain(
            what=what,
            customer=customer,
            measure=measure,
            baseline=fmean(before for before, _ in pairs),
            difference=found.difference,
            ci95=(found.low, found.high),
            p=found.p_value,
            pairs=len(pairs),
        )


def _paired(
    base: Sequence[Episode], other: Sequence[Episode], of: Callable[[Episode], float | None]
) -> Iterable[tuple[int, float, float]]:
    before = {episode.index: of(episode) for episode in base}
    for episode in other:
        first, second = before.get(episode.index), of(episode)
        if first is not None and second is not None:
            yield episode.index, first, second
