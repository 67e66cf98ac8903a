"""The claims judge: a ledger of what the salesman claimed, held against the fact sheet.

It is written apart from the guard that checks the salesman's drafts, so that the two do not
share their blind spots.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from ai_salesman.conversation.figures import find_figures
from ai_salesman.conversation.taxonomy import Speaker
from ai_salesman.conversation.verdict import Claim, Verdict
from ai_salesman.evaluation.base import JudgedCall
from ai_salesman.evaluation.claim_features import feature_claims
from ai_salesman.evaluation.claim_figures import Heard, figure_claims
from ai_salesman.evaluation.claim_phrases import forbidden_claims, phrase_claims
from ai_salesman.evaluation.reader import CallReader, ReadCall

__all__ = ["ClaimsJudge", "ledger_of"]


class ClaimsJudge:
    """Writes the ledger of claims."""

    name = "claims"
    version = "2"

    def __init__(self, reader: CallReader):
        self._reader = reader

    async def judge(self, call: JudgedCall) -> Verdict:
        """Every claim of the salesman with its standing."""
        ledger = ledger_of(await self._reader.read(call))
        return Verdict(judge=self.name, version=self.version, claims=ledger)


@lru_cache(maxsize=32)
def ledger_of(read: ReadCall) -> tuple[Claim, ...]:
    """The claims of a call, in the order in which they were made; judges share one ledger."""
    ledger: list[Claim] = []
    said: set[tuple[str, float]] = set()
    for turn in read.turns:
        if turn.speaker is Speaker.CUSTOMER:
            said |= {(figure.kind, figure.value) for figure in find_figures(turn.text)}
            continue
        for sentence in turn.sentences:
            ledger.extend(_claims_of(Heard(sentence, frozenset(said)), read))
    return tuple(ledger)


def _claims_of(heard: Heard, read: ReadCall) -> Iterator[Claim]:
    sentence = heard.sentence
    forbidden = list(forbidden_claims(sentence, read))
    figures = list(figure_claims(heard, read))
    phrases = [
        claim
        for claim in phrase_claims(sentence, read)
        if not forbidden or claim.kind == "superlative"
    ]
    taken = frozenset(claim.fact for claim in [*figures, *phrases] if claim.fact)
    yield from forbidden
    yield from figures
    yield from phrases
    if not forbidden and not phrases:
        yield from feature_claims(sentence, read, taken)
