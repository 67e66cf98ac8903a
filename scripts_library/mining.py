"""Mine scripts from won calls: cluster what salesmen say, and keep what sells.

The paper mines its library from high-conversion calls: annotate by intent, extract, embed and
cluster (arXiv 2511.12133, by its abstract and summaries). How each step is done here is ours. A
template is kept when it was said in enough won calls, is well formed, succeeds, and is new.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from ai_salesman.conversation.errors import InputError
from ai_salesman.conversation.facts import Strict
from ai_salesman.conversation.taxonomy import CustomerAct, Stage
from ai_salesman.corpus.dialogue import CorpusDialogue
from ai_salesman.scripts_library.delexicalise import is_template
from ai_salesman.scripts_library.rates import CellRate, calls_won
from ai_salesman.scripts_library.script import Pack, Script
from ai_salesman.scripts_library.sightings import Sighting, corpus_digest, sightings
from ai_salesman.scripts_library.templates import Clusters, Encode, Template, cluster_turns

__all__ = ["Dropped", "MinedLibrary", "MiningSettings", "mine_scripts", "sells"]

_AGAINST = 0.05
"""Level of the test by which a template's own calls speak against it."""


class MiningSettings(Strict):
    """What becomes a script."""

    min_support: Annotated[int, Field(ge=1)] = 5
    """Fewest won calls in which a template must have been said."""
    certainty: Annotated[float, Field(ge=0, lt=1)] = 0.5
    """Least probability that calls with the template are won more often than others in which the
    customer did the same."""
    twin_cosine: Annotated[float, Field(gt=0, le=1)] = 0.90
    """A template at least this near to a script of the library, or to a template said in more
    won calls, is left out. Stricter than the library's check, so that the pack passes it."""


class Dropped(Strict):
    """How many templates were left out, by the first reason that held."""

    rare: int = 0
    """Said in too few won calls."""
    malformed: int = 0
    """No whole sentence, too long, or with a figure that belongs to one offer."""
    weak: int = 0
    """Does not succeed more often than what else answers the same act."""
    twin_of_library: int = 0
    """The library says it already."""
    twin_of_mined: int = 0
    """A template of the same pack says it already."""


class MinedLibrary(Strict):
    """What was mined, and from what."""

    pack: Pack
    corpus: str
    """Digest of the dialogues."""
    won: int
    lost: int
    turns: int
    """Salesman turns of calls with a known outcome."""
    templates: int
    """Clusters of turns that hold a won call."""
    cut: float
    """Least mean cosine within a cluster."""
    base_rate: float
    cell_strength: float
    """Calls' worth of belief in the base rate, before a cell's own calls count."""
    template_strength: float
    """Calls' worth of belief in a cell's rate, before a template's own calls count."""
    dropped: Dropped
    by_stage: dict[Stage, int]
    without: tuple[CustomerAct, ...]
    """Customer acts that no mined script answers."""
    cells: tuple[CellRate, ...]


def mine_scripts(
    dialogues: Sequence[CorpusDialogue],
    library: Sequence[Script],
    encode: Encode,
    settings: MiningSettings | None = None,
) -> MinedLibrary:
    """Mine a pack from dialogues; their order does not matter.

    Args:
        dialogues: calls with outcomes, labelled; what is not labelled is left out.
        library: scripts that are there already.
        encode: a sentence encoder.
        settings: what becomes a script.

    Raises:
        InputError: there is nothing to learn from: no call, no label, or no won call.
    """
    settings = settings or MiningSettings()
    seen = list(sightings(dialogues))
    _check(dialogues, seen)
    clusters, digest = cluster_turns(seen, encode), corpus_digest(dialogues)
    kept, dropped = _choose(clusters, library, encode, settings)
    source = f"mined:{digest}"
    scripts = tuple(sorted((_script(t, source) for t in kept), key=lambda script: script.id))
    counts, answered = calls_won(seen), {script.intent for script in scripts}
    return MinedLibrary(
        pack=Pack(pack=f"mined-{digest}", source=source, scripts=scripts),
        corpus=digest,
        won=counts.wins,
        lost=counts.losses,
        turns=len(seen),
        templates=len(clusters.templates),
        cut=clusters.cut,
        base_rate=clusters.rates.base,
        cell_strength=clusters.rates.strength,
        template_strength=clusters.strength,
        dropped=dropped,
        by_stage={stage: sum(s.stage is stage for s in scripts) for stage in Stage},
        without=tuple(act for act in CustomerAct if act not in answered),
        cells=clusters.rates.table(),
    )


def sells(template: Template, certainty: float) -> bool:
    """Is the template likely to succeed more often than what else answers the same act?

    The posterior alone is lenient with a bad line among good ones, which it shrinks to its good
    neighbours; so its own calls, unshrunk, may not be significantly worse either.
    """
    from scipy.stats import binom

    counts = template.counts
    by_chance = float(binom.cdf(counts.wins, counts.calls, template.usual))
    return by_chance >= _AGAINST and template.success.chance_above(template.usual) > certainty


def _check(dialogues: Sequence[CorpusDialogue], seen: Sequence[Sighting]) -> None:
    if not dialogues:
        raise InputError("the corpus holds no dialogue to mine from; choose another file or split")
    if not seen:
        raise InputError(
            "no salesman turn has labels (stage, strategy, the customer's act before it) in a call "
            "with a known outcome; label the corpus first"
        )
    if not any(sighting.won for sighting in seen):
        raise InputError(
            f"none of the {calls_won(seen).calls} labelled calls was won (outcome 'agreed'); "
            "scripts are mined from won calls"
        )


def _choose(
    clusters: Clusters, library: Sequence[Script], encode: Encode, settings: MiningSettings
) -> tuple[list[Template], Dropped]:
    reasons: Counter[str] = Counter()
    fit = []
    for template in clusters.templates:
        if reason := _unfit(template, settings):
            reasons[reason] += 1
        else:
            fit.append(template)
    fit.sort(key=lambda t: (-t.counts.wins, -t.success.mean / t.usual, t.cell, t.text))
    kept = _without_twins(fit, library, encode, settings.twin_cosine, reasons)
    return kept, Dropped(**reasons)


def _unfit(template: Template, settings: MiningSettings) -> str | None:
    if template.counts.wins < settings.min_support:
        return "rare"
    if not is_template(template.text):
        return "malformed"
    return None if sells(template, settings.certainty) else "weak"


def _without_twins(
    templates: Sequence[Template],
    library: Sequence[Script],
    encode: Encode,
    twin_cosine: float,
    reasons: Counter[str],
) -> list[Template]:
    """The templates that nothing says yet: neither the library nor one before them."""
    vectors = encode([template.text for template in templates])
    known = _nearest(vectors, encode([script.text for script in library]))
    kept: list[int] = []
    for number, near in enumerate(known):
        if near >= twin_cosine:
            reasons["twin_of_library"] += 1
        elif _nearest(vectors[[number]], vectors[kept])[0] >= twin_cosine:
            reasons["twin_of_mined"] += 1
        else:
            kept.append(number)
    return [templates[number] for number in kept]


def _nearest(vectors: NDArray[np.float32], others: NDArray[np.float32]) -> Sequence[float]:
    """The highest cosine of each vector with any of `others`; -1 where there are none."""
    best: list[float] = (vectors @ others.T).max(axis=1, initial=-1.0).tolist()
    return best


def _script(template: Template, source: str) -> Script:
    cell = template.cell
    name = hashlib.sha256(f"{cell.intent}: {template.text}".encode()).hexdigest()[:8]
    return Script(
        id=f"mined.{cell.stage}.{cell.strategy}.{name}",
        stage=cell.stage,
        intent=cell.intent,
        strategy=cell.strategy,
        text=template.text,
        segment=template.segment,
        source=source,
        wins=template.counts.wins,
        losses=template.counts.losses,
        alpha=round(template.success.alpha, 3),
        beta=round(template.success.beta, 3),
    )
