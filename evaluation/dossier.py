"""What a conduct judge works from: the reading of a call and its telling moments."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ai_salesman.conversation.taxonomy import CustomerAct, SalesAct, Speaker
from ai_salesman.conversation.verdict import Claim, ComplianceIssue
from ai_salesman.evaluation.claims import ledger_of
from ai_salesman.evaluation.compliance import issues_of
from ai_salesman.evaluation.reader import ReadCall, ReadTurn, Sentence
from ai_salesman.evaluation.refusals import refuses_plainly
from ai_salesman.evaluation.wording import content_words

__all__ = ["OBJECTIONS", "QUESTIONS", "Dossier", "Moment", "open_dossier"]

_A = CustomerAct
OBJECTIONS = frozenset(act for act in _A if act.value.startswith("objection_")) | {_A.HESITATE}
_CURT = frozenset({_A.REFUSE, _A.HESITATE, _A.CONFUSED, _A.HOSTILE})
"""Acts that a short answer to a question is easily taken for."""
QUESTIONS = frozenset({_A.ASK_PRICE, _A.ASK_DETAIL, _A.ASK_PROCESS})

_SURE = 0.4
_SURE_OBJECTION = 0.7
_AGREES = 0.6
_NEED_COSINE = 0.42
_FILLER = 0.6
_TWIN_COSINE = 0.93
_TWIN_WORDS = 4


@dataclass(frozen=True, eq=False)
class Moment:
    """A sentence of the customer that calls for something, and the turn that should give it."""

    sentence: Sentence
    turn: ReadTurn
    reply: ReadTurn | None


@dataclass(frozen=True, eq=False)
class Dossier:
    """A call with its ledger and its breaches."""

    read: ReadCall
    ledger: tuple[Claim, ...]
    issues: tuple[ComplianceIssue, ...]

    @cached_property
    def said(self) -> tuple[Sentence, ...]:
        """All sentences of the salesman that may earn something."""
        return tuple(s for turn in self.read.salesman for s in turn.sentences if not s.idle)

    @cached_property
    def heard(self) -> tuple[Sentence, ...]:
        """All sentences of the customer."""
        return tuple(s for turn in self.read.customer for s in turn.sentences)

    def earns(self, sentence: Sentence) -> bool:
        """Whether a sentence of the salesman may earn something: neither idle nor said before,
        nor such as fits anything."""
        if sentence.idle or sentence in self.repeats:
            return False
        return sentence.meant("filler") < _FILLER

    @cached_property
    def opening(self) -> tuple[Sentence, ...]:
        """The salesman's sentences of the first two turns."""
        return tuple(s for turn in self.read.salesman[:2] for s in turn.sentences if not s.idle)

    def moments(self, acts: frozenset[CustomerAct]) -> list[Moment]:
        """Sentences of the customer that do one of `acts`, one for each turn and act."""
        seen: dict[tuple[int, CustomerAct], Moment] = {}
        for turn in self.read.customer:
            for sentence in turn.sentences:
                act = CustomerAct(sentence.act)
                if act in acts and self._does(sentence, act, turn):
                    moment = Moment(sentence, turn, self.read.reply_to(turn))
                    seen.setdefault((turn.position, act), moment)
        return list(seen.values())

    def _does(self, sentence: Sentence, act: CustomerAct, turn: ReadTurn) -> bool:
        """Whether the ear is sure enough: an answer to a question is information before it is
        an objection, and a turn that agrees objects to nothing."""
        if act in OBJECTIONS and any(s.chance(_A.AGREE) >= _AGREES for s in turn.sentences):
            return False
        if act in _CURT and self._is_answer(turn) and not refuses_plainly(sentence):
            return False
        chance = sentence.chance(*OBJECTIONS) if act in OBJECTIONS else sentence.chance(act)
        if act not in OBJECTIONS or not self._is_answer(turn):
            return chance >= _SURE
        return self._has_heard_offer(turn) and chance >= _SURE_OBJECTION

    def _has_heard_offer(self, turn: ReadTurn) -> bool:
        """Whether anything of the offer was told between the opening and a turn: before that
        there is little to doubt."""
        opening = self.read.salesman[0].index if self.read.salesman else 0
        return any(opening < told < turn.index for told in self.facts_told.values())

    def _is_answer(self, turn: ReadTurn) -> bool:
        """Whether a turn of the customer answers a question about its situation."""
        before = self.read.turns[turn.position - 1].sentences if turn.position else ()
        return bool(before) and before[-1].chance(SalesAct.ASK_OPEN, SalesAct.ASK_CLOSED) >= _SURE

    @cached_property
    def information(self) -> tuple[Sentence, ...]:
        """What the customer told of its situation."""
        return tuple(
            s
            for s in self.heard
            if not s.asks
            and len(s.text.split()) >= 4
            and (s.act is _A.PROVIDE_INFO or (self.needs_in(s) and s.chance(_A.PROVIDE_INFO) > 0.1))
        )

    def needs_in(self, sentence: Sentence) -> list[str]:
        """Needs of the sheet that a sentence voices."""
        lower = sentence.text.lower()
        return [
            name
            for name, need in self.read.sheet.needs.items()
            if any(sign.lower() in lower for sign in need.signs)
            or float(np.max(self.read.vectors.needs[name] @ sentence.vector)) >= _NEED_COSINE
        ]

    @cached_property
    def needs(self) -> dict[str, Sentence]:
        """Needs that the customer voiced, each with the first sentence that did."""
        voiced: dict[str, Sentence] = {}
        for sentence in self.information:
            for name in self.needs_in(sentence):
                voiced.setdefault(name, sentence)
        return voiced

    @cached_property
    def facts_told(self) -> dict[str, int]:
        """Supported facts that the salesman stated, each with the turn of its first mention."""
        told: dict[str, int] = {}
        for claim in self.ledger:
            if claim.status == "supported" and claim.fact is not None:
                told.setdefault(claim.fact, claim.turn)
        return told

    def facts_in(self, turn: ReadTurn) -> set[str]:
        """Supported facts stated in one turn."""
        return {
            claim.fact
            for claim in self.ledger
            if claim.turn == turn.index and claim.status == "supported" and claim.fact
        }

    def states_fact(self, sentence: Sentence) -> bool:
        """Whether a sentence states a fact of the sheet."""
        return any(c.quote == sentence.text and c.status == "supported" for c in self.ledger)

    def stating(self, fact: str) -> Sentence | None:
        """The sentence that first stated a fact."""
        quotes = (c.quote for c in self.ledger if c.fact == fact and c.status == "supported")
        quote = next(quotes, None)
        return next((s for s in self.said if s.text == quote), None)

    @cached_property
    def repeats(self) -> tuple[Sentence, ...]:
        """Sentences that the salesman had said before, word for word or nearly so."""
        known = [s for s in self.said if len(s.text.split()) >= _TWIN_WORDS]
        if not known:
            return ()
        vectors = np.stack([s.vector for s in known])
        alike = np.tril(vectors @ vectors.T, k=-1).max(axis=1, initial=0.0)
        twins = zip(known, alike, strict=True)
        return tuple(s for s, most in twins if most >= _TWIN_COSINE or self._holds_earlier(s))

    def _holds_earlier(self, sentence: Sentence) -> bool:
        """Whether a whole earlier sentence is in it, after a word such as "again"."""
        text = sentence.text.lower()
        return any(
            earlier.turn < sentence.turn
            and len(earlier.text.split()) >= _TWIN_WORDS
            and earlier.text.lower().rstrip(".!?") in text
            for earlier in self.said
        )

    @cached_property
    def customers_words(self) -> frozenset[str]:
        """Content words of what the customer told."""
        return frozenset(word for s in self.information for word in content_words(s.text))

    def before(self, turn: ReadTurn, speaker: Speaker) -> Iterator[Sentence]:
        """Sentences of one side before a turn."""
        for earlier in self.read.turns[: turn.position]:
            if earlier.speaker is speaker:
                yield from earlier.sentences

    def customer_after(self, position: int) -> tuple[Sentence, ...]:
        """The customer's sentences after a place in the transcript."""
        later = (turn for turn in self.read.customer if turn.position > position)
        return tuple(s for turn in later for s in turn.sentences)


def open_dossier(read: ReadCall) -> Dossier:
    """The dossier of a call."""
    return Dossier(read, ledger_of(read), issues_of(read))
