"""Say in few words what salesmen say: clusters of turns, their medoids, and how they fared."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ai_salesman.scripts_library.clustering import Dendrogram, choose_cut
from ai_salesman.scripts_library.rates import DEFAULT_STRENGTH, SuccessRates, calls_won
from ai_salesman.scripts_library.script import Segment
from ai_salesman.scripts_library.shrinkage import Beta, Counts, fit_strength, shrunk
from ai_salesman.scripts_library.sightings import Cell, Sighting

__all__ = ["Clusters", "Encode", "Template", "cluster_turns"]

Encode = Callable[[Sequence[str]], NDArray[np.float32]]
"""Texts -> unit vectors, shape (texts, dimensions)."""

_LARGEST_CELL = 2_000
"""Texts of a cell that are clustered, the commonest first: the distances of more outgrow memory.
The others still count for their cell."""
_BY_CHANCE = 0.01


@dataclass(frozen=True)
class Template:
    """What one cluster of turns says, and how it fared."""

    cell: Cell
    text: str
    segment: Segment
    counts: Counts
    """Calls in which it was said."""
    success: Beta
    usual: float
    """Success of calls in which anything at all answered the same intent."""
    members: tuple[Sighting, ...]


@dataclass(frozen=True)
class Clusters:
    """Everything that the salesmen of won calls say."""

    templates: tuple[Template, ...]
    cut: float
    """Cosine at which the trees were cut."""
    rates: SuccessRates
    strength: float
    """Calls' worth of belief in a cell's rate before a template's own calls count."""


@dataclass(frozen=True)
class _Tree:
    cell: Cell
    texts: list[str]
    """Sorted."""
    said: dict[str, list[Sighting]]
    dendrogram: Dendrogram


def cluster_turns(seen: Sequence[Sighting], encode: Encode) -> Clusters:
    """Cluster the turns of each cell; the order of `seen` does not matter.

    Turns of won and lost calls are clustered together: to cluster the won alone and look for the
    lost afterwards would count the two by different rules. Clusters without a won call have no
    template.

    Args:
        seen: salesman turns of calls whose outcome is known; at least one.
        encode: a sentence encoder.
    """
    rates = SuccessRates(seen)
    trees = list(_trees(seen, encode))
    cut = choose_cut([tree.dendrogram for tree in trees])
    groups = [(tree, group) for tree in trees for group in _groups(tree, cut)]
    counts = [calls_won(_members(tree, group)) for tree, group in groups]
    priors = [rates.of(tree.cell, "any").mean for tree, _ in groups]
    strength = fit_strength(counts, priors, DEFAULT_STRENGTH)
    shares = _shares(seen)
    templates = [
        _template(tree, group, rates, strength, shares)
        for (tree, group), count in zip(groups, counts, strict=True)
        if count.wins
    ]
    return Clusters(tuple(templates), cut, rates, strength)


def _trees(seen: Sequence[Sighting], encode: Encode) -> Iterator[_Tree]:
    cells: defaultdict[Cell, defaultdict[str, list[Sighting]]]
    cells = defaultdict(lambda: defaultdict(list))
    for sighting in sorted(seen, key=lambda s: (s.call, s.turn)):
        cells[sighting.cell][sighting.text].append(sighting)
    kept = {cell: _commonest(said) for cell, said in sorted(cells.items()) if _any_won(said)}
    texts = sorted({text for chosen in kept.values() for text in chosen})
    vectors, row = encode(texts), {text: number for number, text in enumerate(texts)}
    for cell, chosen in kept.items():
        own = Dendrogram(vectors[[row[text] for text in chosen]])
        yield _Tree(cell, chosen, cells[cell], own)


def _any_won(said: dict[str, list[Sighting]]) -> bool:
    return any(s.won for sightings in said.values() for s in sightings)


def _commonest(said: dict[str, list[Sighting]]) -> list[str]:
    return sorted(sorted(said, key=lambda text: (-len(said[text]), text))[:_LARGEST_CELL])


def _groups(tree: _Tree, cut: float) -> list[list[int]]:
    groups: defaultdict[int, list[int]] = defaultdict(list)
    for number, label in enumerate(tree.dendrogram.labels(cut).tolist()):
        groups[label].append(number)
    return sorted(groups.values())


def _members(tree: _Tree, group: Sequence[int]) -> list[Sighting]:
    return [sighting for number in group for sighting in tree.said[tree.texts[number]]]


def _template(
    tree: _Tree,
    group: Sequence[int],
    rates: SuccessRates,
    strength: float,
    shares: dict[Segment, float],
) -> Template:
    members = _members(tree, group)
    winning = [n for n in group if any(s.won for s in tree.said[tree.texts[n]])]
    medoid = tree.dendrogram.medoid(winning, [len(tree.said[tree.texts[n]]) for n in winning])
    counts, segment = calls_won(members), _segment(members, shares)
    return Template(
        cell=tree.cell,
        text=tree.texts[medoid],
        segment=segment,
        counts=counts,
        success=shrunk(counts, rates.of(tree.cell, segment).mean, strength),
        usual=rates.of_intent(tree.cell.intent),
        members=tuple(members),
    )


def _shares(seen: Sequence[Sighting]) -> dict[Segment, float]:
    """The share of calls with each segment of customers."""
    calls = {s.call: s.segment for s in seen}
    return {segment: n / len(calls) for segment, n in Counter(calls.values()).items()}


def _segment(members: Sequence[Sighting], shares: dict[Segment, float]) -> Segment:
    """The one segment of customers to whom it was said, unless that may well be chance."""
    calls = {s.call: s.segment for s in members}
    segment, *others = sorted(set(calls.values()))
    return "any" if others or shares[segment] ** len(calls) > _BY_CHANCE else segment
