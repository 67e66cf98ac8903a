"""Was the simulated customer sound in this call? Signals from 0 (sound) to 1, by words alone.

A sick simulator makes good scores worthless, so these stand beside every score. They need no
model, so they can be recomputed for any stored call.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from ai_salesman.conversation.episode import Episode
from ai_salesman.conversation.figures import find_figures
from ai_salesman.conversation.sentences import split_sentences
from ai_salesman.conversation.taxonomy import Speaker, StopReason
from ai_salesman.evaluation.drift import contradictions

__all__ = ["UNHEALTHY_FROM", "health_of", "is_healthy", "unhealthy_signals"]

UNHEALTHY_FROM: Mapping[str, float] = {
    "role_inversion": 0.3,
    "repetition": 0.3,
    "early_disclosure": 0.5,
    "over_agreeable": 0.5,
    "persona_drift": 0.5,
    "goodbye_loop": 0.5,
}
"""Value of each signal from which a call counts as unhealthy."""

_SELLING = re.compile(
    r"\b(?:(?:i'm|i am|this is \w+) calling (?:from|about|on behalf|to offer)"
    r"|(?:our|my company's) (?:plan|product|service|offer|team|customers|clients)"
    r"|we (?:offer|can offer|provide|guarantee) (?:you|a|an|our)|i can offer you"
    r"|would you like to (?:sign|hear|buy|order|try|get started|know more)"
    r"|(?:may|can|shall) i (?:sign you up|put you down|tell you about (?:our|the)"
    r"|send you (?:our|the))"
    r"|how (?:can|may) i (?:help|assist) you|thank you for your interest|what brings you"
    r"|let me know if you (?:have|need) (?:any|more)|as an ai|i'm an ai|as a language model"
    r"|for only \$|special offer for you|glad you(?:'re| are) interested)\b",
    re.IGNORECASE,
)
_AGREES = re.compile(
    r"\b(?:i'll take it|sign me up|count me in|i'm in\b(?!\s+\w)|let's do it|we have a deal"
    r"|i'll buy|put me down|(?<!that )i want (?:it|to (?:buy|order|sign))|where do i sign|i accept"
    r"|go ahead and (?:send|set))",
    re.IGNORECASE,
)
_EARLY_TURNS = 2
_TELLS_MUCH = 45
"""Words in one early turn, unasked, from which a customer pours itself out."""
_LEAST_WORDS = 4
_PER_DRIFT = 0.5
"""Weight of one contradiction: the first makes the call unhealthy."""
_FAREWELL = re.compile(
    r"\b(?:good ?bye|bye(?:[- ]bye)?|take care|see you|so long|have a (?:good|great|nice|lovely)"
    r" (?:day|one|evening|weekend|afternoon)|all the best|thanks? (?:you )?(?:again )?for (?:your"
    r" (?:time|call)|calling))\b",
    re.IGNORECASE,
)
_FAREWELL_WORDS = 15
"""A longer turn says something besides goodbye."""
_CIVIL_FAREWELLS = 2
"""Farewells at the end of any call: one of each side."""


def health_of(episode: Episode) -> dict[str, float]:
    """The health signals of a call, each from 0 (sound) to 1."""
    customer = [turn.text for turn in episode.turns if turn.speaker is Speaker.CUSTOMER]
    return {
        "role_inversion": _role_inversion(customer),
        "repetition": _repetition(customer),
        "early_disclosure": _early_disclosure(episode),
        "over_agreeable": _over_agreeable(episode),
        "persona_drift": min(1.0, _PER_DRIFT * len(contradictions(episode.persona, customer))),
        "goodbye_loop": _goodbye_loop([turn.text for turn in episode.turns]),
    }


def unhealthy_signals(health: Mapping[str, float]) -> tuple[str, ...]:
    """The signals that reach their bounds, in the order of `UNHEALTHY_FROM`."""
    return tuple(name for name, bound in UNHEALTHY_FROM.items() if health.get(name, 0.0) >= bound)


def is_healthy(health: Mapping[str, float]) -> bool:
    """Whether every signal lies below its bound. Unknown signals are ignored."""
    return not unhealthy_signals(health)


def _role_inversion(customer: Sequence[str]) -> float:
    """Share of the customer's turns that sell; an empty turn is no customer either."""
    if not customer:
        return 0.0
    inverted = sum(not text.strip() or bool(_SELLING.search(text)) for text in customer)
    return round(min(1.0, inverted / len(customer)), 4)


def _repetition(customer: Sequence[str]) -> float:
    """Share of the customer's longer sentences that it had said before."""
    said = [_plain(s) for text in customer for s in split_sentences(text)]
    long = [sentence for sentence in said if len(sentence.split()) >= _LEAST_WORDS]
    return round(1 - len(set(long)) / len(long), 4) if long else 0.0


def _early_disclosure(episode: Episode) -> float:
    """How much the customer tells in its first turns before anything was asked about."""
    told, asked = 0, False
    early = [t for t in episode.turns if t.speaker is Speaker.CUSTOMER][:_EARLY_TURNS]
    for turn in episode.turns:
        if turn.speaker is Speaker.SALESMAN:
            asked = asked or bool(re.search(r"\b(?:what|how|which|tell me)\b.*\?", turn.text, re.I))
        elif turn in early and not asked:
            budget = any(figure.kind == "money" for figure in find_figures(turn.text))
            told = max(told, len(turn.text.split()) + (_TELLS_MUCH // 2 if budget else 0))
    return round(min(1.0, max(0, told - _TELLS_MUCH // 2) / _TELLS_MUCH), 4)


def _over_agreeable(episode: Episode) -> float:
    """1 when the customer commits without having heard a price, half when in its first turn."""
    price_heard = False
    customer_turns = 0
    for turn in episode.turns:
        if turn.speaker is Speaker.SALESMAN:
            price_heard |= any(f.kind == "money" for f in find_figures(turn.text))
            continue
        customer_turns += 1
        agreed = bool(_AGREES.search(turn.text)) and "?" not in turn.text
        last = episode.stop is StopReason.AGREED and turn.index == episode.turns[-1].index
        if agreed or last:
            return 1.0 if not price_heard else 0.5 * (customer_turns == 1)
    return 0.5 if episode.stop is StopReason.AGREED and not price_heard else 0.0


def _goodbye_loop(turns: Sequence[str]) -> float:
    """Farewells at the end beyond one of each side: four in a row make a call unhealthy."""
    run = 0
    for text in reversed(turns):
        if not _FAREWELL.search(text) or len(text.split()) > _FAREWELL_WORDS or "?" in text:
            break
        run += 1
    return min(1.0, max(0, run - _CIVIL_FAREWELLS) / 4)


def _plain(sentence: str) -> str:
    return re.sub(r"[^a-z0-9 ]", "", sentence.lower()).strip()
