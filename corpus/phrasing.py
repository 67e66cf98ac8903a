"""Put a salesman turn into words: a template, or pieces of several joined.

Joining is what teaches a model trained on the corpus to compose: reaction + body, the
statement of one template with the question of another, and an added sentence that states
one more fact.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

import numpy as np

from ai_salesman.conversation.sentences import split_sentences
from ai_salesman.conversation.slots import slots_in
from ai_salesman.conversation.taxonomy import CustomerAct, Strategy
from ai_salesman.corpus.connectives import Connectives
from ai_salesman.corpus.dialogue import Split
from ai_salesman.corpus.salesman_templates import SalesmanTemplate, template_id
from ai_salesman.corpus.splits import split_templates

__all__ = ["JoinRates", "Phrase", "SalesmanPhrases"]

Key = TypeVar("Key", bound=str)

_S = Strategy
_A = CustomerAct

ADDITIONS: dict[Strategy, tuple[str, ...]] = {
    _S.PRESENT_BENEFIT: ("benefit", "benefit_2", "proof"),
    _S.STATE_PRICE: ("price", "term", "term", "guarantee", "setup"),
    _S.SHARE_PROOF: ("proof", "benefit"),
    _S.ANSWER_QUESTION: ("benefit", "benefit_2", "setup", "guarantee", "eligibility", "term"),
    _S.REFRAME_VALUE: ("benefit", "benefit", "guarantee"),
    _S.REDUCE_RISK: ("guarantee", "term"),
    _S.OFFER_CONCESSION: ("discount", "price"),
    _S.COMPARE: ("benefit", "benefit", "guarantee"),
    _S.EXPLAIN_PROCESS: ("setup", "process", "eligibility"),
    _S.PROPOSE_NEXT_STEP: ("process",),
    _S.ASK_COMMITMENT: ("price", "guarantee"),
    _S.CONFIRM_AGREEMENT: ("price", "process", "term", "setup"),
}
"""Facts that a turn of each strategy may state besides those of its template."""

_NEUTRAL = {_A.ACKNOWLEDGE, _A.PROVIDE_INFO, _A.INTEREST}
_MOST_WORDS = 48
_REACTIONS = (
    "okay right sure understood thanks thank good great fair glad happy nice lovely wonderful i "
    "that oh ah got of no absolutely certainly excellent perfect sorry yes you hello hi fine very "
    "all"
)
_REACTING = frozenset(_REACTIONS.split())
"""First words by which a template already reacts to what the customer said."""


class Phrase(NamedTuple):
    """A delexicalised turn."""

    text: str
    slots: tuple[str, ...]
    templates: tuple[str, ...]


@dataclass(frozen=True)
class JoinRates:
    """Chance of each way to join, tried in this order."""

    question: float = 0.4
    """The template's statement with the closing question of another one."""
    addition: float = 0.4
    """A sentence that states one more fact, where the strategy has facts; drawn twice."""
    reaction: float = 0.4
    """A reaction in front, where the template has none."""


class _Piece(NamedTuple):
    id: str
    text: str


class SalesmanPhrases:
    """Says what a strategy wants, from the templates of one split."""

    def __init__(
        self,
        templates: Sequence[SalesmanTemplate],
        connectives: Connectives,
        split: Split,
        rates: JoinRates | None = None,
    ):
        self._rates = rates or JoinRates()
        splits = split_templates((t.id, t.habit or t.strategy) for t in templates)
        own = [template for template in templates if splits[template.id] is split]
        self._good: defaultdict[Strategy, list[SalesmanTemplate]] = defaultdict(list)
        for template in own:
            if template.habit is None:
                self._good[template.strategy].append(template)
        self._bad = [template for template in own if template.habit is not None]
        self._reactions = _pieces_of(split, connectives.acknowledgements)
        self._additions = _pieces_of(split, connectives.additions)

    def bad(self, act: CustomerAct | None, rng: np.random.Generator) -> SalesmanTemplate:
        """A bad-habit template, one that was written against `act` if there is any."""
        fitting = [template for template in self._bad if act in template.answers]
        return _pick(fitting or self._bad, rng)

    def plain(self, template: SalesmanTemplate) -> Phrase:
        """The template as it stands."""
        return Phrase(template.text, tuple(slots_in(template.text)), (template.id,))

    def good(
        self, strategy: Strategy, act: CustomerAct | None, rng: np.random.Generator
    ) -> Phrase | None:
        """A good turn of `strategy` against `act`; None when no template can say it."""
        candidates = self._candidates(strategy, act)
        if not candidates:
            return None
        template = _pick(candidates, rng)
        sentences, used = split_sentences(template.text), [template.id]
        if rng.random() < self._rates.question:
            self._swap_question(sentences, used, candidates, rng)
        for _ in range(int(rng.binomial(2, self._rates.addition))):
            self._add_fact(sentences, used, strategy, rng)
        if act and rng.random() < self._rates.reaction and not _reacts(sentences[0]):
            self._insert(sentences, used, 0, self._reactions[act], rng)
        text = " ".join(sentences)
        return Phrase(text, tuple(slots_in(text)), tuple(used))

    def _candidates(self, strategy: Strategy, act: CustomerAct | None) -> list[SalesmanTemplate]:
        """Templates written for the act; failing that, ones that would fit most acts."""
        known = self._good[strategy]
        fitting = [t for t in known if act in t.answers]
        return fitting or [t for t in known if t.answers & _NEUTRAL] or known

    def _swap_question(
        self,
        sentences: list[str],
        used: list[str],
        candidates: Sequence[SalesmanTemplate],
        rng: np.random.Generator,
    ) -> None:
        other = _pick(candidates, rng)
        last = split_sentences(other.text)[-1]
        if other.id in used or not last.endswith("?") or len(split_sentences(other.text)) < 2:
            return
        if sentences[-1].endswith("?"):
            if len(sentences) < 2:
                return
            sentences.pop()
        if set(slots_in(last)) & set(slots_in(" ".join(sentences))):
            return
        sentences.append(last)
        used.append(other.id)

    def _add_fact(
        self, sentences: list[str], used: list[str], strategy: Strategy, rng: np.random.Generator
    ) -> None:
        said = set(slots_in(" ".join(sentences)))
        open_slots = [slot for slot in ADDITIONS.get(strategy, ()) if slot not in said]
        if not open_slots:
            return
        slot = open_slots[int(rng.integers(len(open_slots)))]
        at = len(sentences) - (sentences[-1].endswith("?") and len(sentences) > 1)
        self._insert(sentences, used, at, self._additions[slot], rng)

    def _insert(
        self,
        sentences: list[str],
        used: list[str],
        at: int,
        pieces: Sequence[_Piece],
        rng: np.random.Generator,
    ) -> None:
        if not pieces or sum(len(sentence.split()) for sentence in sentences) > _MOST_WORDS:
            return
        piece = pieces[int(rng.integers(len(pieces)))]
        sentences.insert(at, piece.text)
        used.append(piece.id)


def _pieces_of(split: Split, pools: Mapping[Key, tuple[str, ...]]) -> dict[Key, list[_Piece]]:
    """Pool -> its pieces in `split`."""
    pieces = {pool: [_Piece(template_id(pool, t), t) for t in pools[pool]] for pool in pools}
    splits = split_templates((p.id, pool) for pool, items in pieces.items() for p in items)
    return {pool: [p for p in items if splits[p.id] is split] for pool, items in pieces.items()}


def _reacts(sentence: str) -> bool:
    return sentence.split()[0].strip(",.!'").partition("'")[0].lower() in _REACTING


def _pick(options: Sequence[SalesmanTemplate], rng: np.random.Generator) -> SalesmanTemplate:
    return options[int(rng.integers(len(options)))]
