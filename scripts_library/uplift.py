"""Uplift of a script: is a call likelier to be won when it was used than when something else was?

A turn uses the script of its strategy that is nearest to its words, if it is near enough: the
script itself or the cluster of turns around it. Calls with the script are set against the other
calls that came to the same customer act at the same stage. That is an association: salesmen who
use a script may be better in other ways, and customers to whom it is said may be warmer. With many
scripts some differ by luck: hence a corrected p-value, and the uplift shrunk by how little scripts
differ at large.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from pydantic import BaseModel, ConfigDict

from ai_salesman.conversation.errors import InputError
from ai_salesman.conversation.taxonomy import CustomerAct, Stage, Strategy
from ai_salesman.corpus.dialogue import CorpusDialogue
from ai_salesman.scripts_library.coverage import NEAR
from ai_salesman.scripts_library.rates import DEFAULT_STRENGTH, calls_won
from ai_salesman.scripts_library.script import Script
from ai_salesman.scripts_library.shrinkage import Counts, fit_strength
from ai_salesman.scripts_library.sightings import Sighting, sightings
from ai_salesman.scripts_library.templates import Encode

__all__ = ["ScriptUplift", "Uplift", "measure_uplift", "rate_difference"]


class ScriptUplift(BaseModel):
    """One script at one stage, answering one customer act."""

    model_config = ConfigDict(frozen=True)

    script: str
    stage: Stage
    intent: CustomerAct
    text: str
    wins: int
    losses: int
    """Calls in which it was used here."""
    other_wins: int
    other_losses: int
    """Calls that came here without it."""
    uplift: float
    """Share of calls won with it minus the share without it."""
    low: float
    high: float
    """95 % interval (Newcombe, 1998)."""
    p_value: float
    """Fisher's exact test of no difference."""
    p_holm: float
    """Corrected for all scripts that were compared."""
    expected: float
    """The uplift to expect: shrunk towards none, as alike as the scripts of these calls are."""


class Uplift(BaseModel):
    """The uplift of every script that was used."""

    model_config = ConfigDict(frozen=True)

    calls: int
    wins: int
    turns: int
    matched: int
    """Turns that use a script."""
    strength: float
    """Calls' worth of belief that a script does no better than what else is said."""
    scripts: tuple[ScriptUplift, ...]
    """Best lower bound first."""


def measure_uplift(
    dialogues: Iterable[CorpusDialogue],
    scripts: Sequence[Script],
    encode: Encode,
    least_calls: int = 5,
    near: float = NEAR,
) -> Uplift:
    """Uplift of the scripts that were used in at least `least_calls` calls at one place.

    Args:
        dialogues: labelled calls with outcomes, best such that no script was mined from.
        scripts: the library.
        encode: a sentence encoder.
        least_calls: fewest calls with the script, and without it.
        near: cosine from which words count as the script.

    Raises:
        InputError: no turn can be learned from, or no call was won, or none was lost.
    """
    seen = list(sightings(dialogues))
    total = _checked(seen)
    used = _used(seen, scripts, encode, near)
    places = _places(seen, used)
    told = [place for place in places if min(place[2].calls, place[3].calls) >= least_calls]
    usual = [without.rate() for _, _, _, without in told]
    strength = fit_strength([with_it for _, _, with_it, _ in told], usual, DEFAULT_STRENGTH)
    known = {script.id: script for script in scripts}
    raw, corrected = _p_values([(with_it, without) for _, _, with_it, without in told])
    found = [
        _uplift(known[place[0]], place, strength, p_values)
        for place, p_values in zip(told, zip(raw, corrected, strict=True), strict=True)
    ]
    return Uplift(
        calls=total.calls,
        wins=total.wins,
        turns=len(seen),
        matched=sum(name is not None for name in used),
        strength=strength,
        scripts=tuple(
            sorted(found, key=lambda u: (-u.low, -u.uplift, u.script, u.stage, u.intent))
        ),
    )


def rate_difference(one: Counts, other: Counts) -> tuple[float, float, float]:
    """(share won of `one` minus that of `other`, low and high of 95 %); both hold calls."""
    from statsmodels.stats.proportion import confint_proportions_2indep

    low, high = confint_proportions_2indep(
        one.wins, one.calls, other.wins, other.calls, method="newcomb", compare="diff"
    )
    return one.rate() - other.rate(), float(low), float(high)


_Place = tuple[Stage, CustomerAct]


def _checked(seen: Sequence[Sighting]) -> Counts:
    if not seen:
        raise InputError(
            "no salesman turn has labels (stage, strategy, the customer's act before it) in a call "
            "with a known outcome; label the corpus first"
        )
    total = calls_won(seen)
    if not total.wins or not total.losses:
        kind = "won" if not total.wins else "lost"
        raise InputError(f"none of the {total.calls} labelled calls was {kind}; nothing to compare")
    return total


def _used(
    seen: Sequence[Sighting], scripts: Sequence[Script], encode: Encode, near: float
) -> list[str | None]:
    """The script that each turn uses, if any."""
    used: list[str | None] = [None] * len(seen)
    own: defaultdict[Strategy, list[int]] = defaultdict(list)
    for number, sighting in enumerate(seen):
        own[sighting.cell.strategy].append(number)
    for strategy, numbers in own.items():
        fit = sorted((s for s in scripts if s.strategy is strategy), key=lambda s: s.id)
        if not fit:
            continue
        cosine = encode([seen[n].text for n in numbers]) @ encode([s.text for s in fit]).T
        for number, best, height in zip(numbers, cosine.argmax(1), cosine.max(1), strict=True):
            if height >= near:
                used[number] = fit[int(best)].id
    return used


def _places(
    seen: Sequence[Sighting], used: Sequence[str | None]
) -> list[tuple[str, _Place, Counts, Counts]]:
    """(script, place, calls with it, calls at the place without it)."""
    at: defaultdict[_Place, list[Sighting]] = defaultdict(list)
    users: defaultdict[tuple[str, _Place], list[Sighting]] = defaultdict(list)
    for sighting, name in zip(seen, used, strict=True):
        place = (sighting.cell.stage, sighting.cell.intent)
        at[place].append(sighting)
        if name is not None:
            users[name, place].append(sighting)
    found = []
    for (name, place), theirs in sorted(users.items()):
        whole, with_it = calls_won(at[place]), calls_won(theirs)
        without = Counts(whole.wins - with_it.wins, whole.losses - with_it.losses)
        found.append((name, place, with_it, without))
    return found


def _p_values(pairs: Sequence[tuple[Counts, Counts]]) -> tuple[list[float], list[float]]:
    """Fisher's exact test of each pair, and the same after Holm's correction."""
    from scipy.stats import fisher_exact
    from statsmodels.stats.multitest import multipletests

    raw = [float(fisher_exact([list(one), list(other)]).pvalue) for one, other in pairs]
    return raw, multipletests(raw, method="holm")[1].tolist() if raw else []


def _uplift(
    script: Script,
    place: tuple[str, _Place, Counts, Counts],
    strength: float,
    p_values: tuple[float, float],
) -> ScriptUplift:
    _, (stage, intent), with_it, without = place
    uplift, low, high = rate_difference(with_it, without)
    weight = with_it.calls / (with_it.calls + strength)
    return ScriptUplift(
        script=script.id,
        stage=stage,
        intent=intent,
        text=script.text,
        wins=with_it.wins,
        losses=with_it.losses,
        other_wins=without.wins,
        other_losses=without.losses,
        uplift=uplift,
        low=low,
        high=high,
        p_value=p_values[0],
        p_holm=p_values[1],
        expected=weight * uplift,
    )
