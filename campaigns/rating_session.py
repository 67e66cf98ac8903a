"""Which pairs of calls a person is shown, in which order, and which call on which side.

Everybody is asked about the same pairs, or raters could not be compared; order and sides are
drawn for each rater, so that neither speaks for a run.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from random import Random

from ai_salesman.campaigns.pair_store import Side
from ai_salesman.campaigns.pairing import EpisodePair, PlayedRun, pair_episodes
from ai_salesman.conversation.episode import transcript_of
from ai_salesman.conversation.persona import Lead
from ai_salesman.conversation.turn import Turn

__all__ = ["BlindPair", "blind_pairs"]


@dataclass(frozen=True)
class BlindPair:
    """Two calls to one customer, with words only and no name of a run."""

    index: int
    lead: Lead
    left: tuple[Turn, ...]
    right: tuple[Turn, ...]
    left_is: Side
    """Which run's call is on the left; not to be shown."""

    def side(self, left: bool) -> Side:
        """The run whose call stands there."""
        return self.left_is if left else ("b" if self.left_is == "a" else "a")


def blind_pairs(
    a: PlayedRun,
    b: PlayedRun,
    rater: str,
    *,
    rated: Collection[int] = (),
    limit: int | None = None,
    seed: int = 1,
) -> list[BlindPair]:
    """The pairs that this rater has still to rate, in the order to show them.

    Args:
        a: the first run.
        b: the second run; both from `duels.load_pair`.
        rater: name of the person.
        rated: indices that it has rated.
        limit: how many pairs everybody is asked about; all by default.
        seed: fixes which these are, the order and the sides.
    """
    runs = " ".join(sorted((a.info.id, b.info.id)))
    pairs = [pair for pair in pair_episodes(a, b) if _words(pair[0].turns) != _words(pair[1].turns)]
    Random(f"{seed} {runs}").shuffle(pairs)
    chosen = pairs[:limit]
    Random(f"{seed} {runs} {rater}").shuffle(chosen)
    blind = [_blind(pair, Random(f"{seed} {runs} {rater} {pair[0].index}")) for pair in chosen]
    return [pair for pair in blind if pair.index not in rated]


def _words(turns: tuple[Turn, ...]) -> list[str]:
    return [turn.text for turn in turns]


def _blind(pair: EpisodePair, random: Random) -> BlindPair:
    left_is: Side = random.choice(("a", "b"))
    left, right = pair if left_is == "a" else pair[::-1]
    return BlindPair(
        index=left.index,
        lead=left.persona.lead,
        left=transcript_of(left.turns),
        right=transcript_of(right.turns),
        left_is=left_is,
    )
