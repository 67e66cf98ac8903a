"""The claims of a run, counted by kind, and the worst of them word for word."""

from __future__ import annotations

from collections import Counter

from ai_salesman.campaigns.estimates import Part
from ai_salesman.campaigns.summary import CLAIM_STATUSES
from ai_salesman.conversation.episode import Episode
from ai_salesman.conversation.taxonomy import StopReason
from ai_salesman.conversation.verdict import Claim, Verdict

__all__ = ["Breach", "Ledger", "LedgerBook"]

_QUOTED = 20
"""Claims and breaches of each sort that are given word for word."""


class Breach(Part):
    """One thing that should not have been said, or was left out."""

    call: int
    turn: int
    what: str
    """Status of a claim, or the rule that was broken."""
    quote: str
    note: str = ""


class Ledger(Part):
    """Claims by kind, and what was wrong."""

    kinds: dict[str, dict[str, int]]
    """Kind -> status -> claims; the most frequent kind first."""
    false_claims: tuple[Breach, ...]
    """The first that were not supported."""
    breaches: tuple[Breach, ...]
    """The first breaches of rules."""


class LedgerBook:
    """Counts claims call by call."""

    def __init__(self) -> None:
        self._kinds: dict[str, Counter[str]] = {}
        self._false: list[Breach] = []
        self._breaches: list[Breach] = []

    def enter(self, episode: Episode) -> None:
        """Count one call; those that failed for technical reasons are not."""
        if episode.stop is StopReason.INFRASTRUCTURE_ERROR:
            return
        for verdict in episode.verdicts:
            if isinstance(verdict, Verdict):
                self._count(episode.index, verdict)

    def ledger(self) -> Ledger:
        """What has been counted."""
        kinds = sorted(self._kinds.items(), key=lambda item: (-item[1].total(), item[0]))
        return Ledger(
            kinds={kind: {s: found[s] for s in CLAIM_STATUSES} for kind, found in kinds},
            false_claims=tuple(self._false),
            breaches=tuple(self._breaches),
        )

    def _count(self, call: int, verdict: Verdict) -> None:
        for claim in verdict.claims or ():
            self._kinds.setdefault(claim.kind, Counter())[claim.status] += 1
            if claim.status != "supported" and len(self._false) < _QUOTED:
                self._false.append(_breach(call, claim))
        for issue in verdict.compliance or ():
            if len(self._breaches) < _QUOTED:
                breach = Breach(call=call, turn=issue.turn, what=issue.rule, quote=issue.quote)
                self._breaches.append(breach)


def _breach(call: int, claim: Claim) -> Breach:
    note = claim.note or (f"fact {claim.fact}" if claim.fact else "")
    return Breach(call=call, turn=claim.turn, what=claim.status, quote=claim.quote, note=note)
