"""What puts a listener off: repetition, tall claims, contradictions, heaps of words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from ai_salesman.simulators.heard import Context
from ai_salesman.simulators.prices_heard import Money

__all__ = ["is_salad", "repetition_of", "suspicions_in"]

_WORD = re.compile(r"[a-z']+")
_SMALL_WORDS = (
    "the a an and or but so to of for in on at it is are was be you your i i'm we our that this"
    " with as what do does can would have me my if not no how when"
)
_STOP = frozenset(_SMALL_WORDS.split())


def repetition_of(text: str, earlier: Sequence[str]) -> float:
    """How much of `text` this salesman has said before: shared words and word pairs.

    1 for a turn said again word for word, near 0 for another thought on the same topic.
    """
    grams = _grams(text)
    if not grams or not earlier:
        return 0.0
    total = sum(grams.values())
    return max(sum((grams & _grams(other)).values()) / total for other in earlier)


def _grams(text: str) -> Counter[tuple[str, ...]]:
    words = [word for word in _WORD.findall(text.lower()) if word not in _STOP]
    return Counter([(word,) for word in words] + list(pairwise(words)))


_TALL = re.compile(
    r"\b(?:guaranteed? (?:\w+ )?(?:results?|profits?|sales|income|growth|success|customers"
    r"|returns)|guarantee you (?:will|that|more)"
    r"|(?:double|triple|tripled?) your|100 ?(?:%|percent)|never (?:fails?|goes down|breaks?)"
    r"|(?:get|make you) rich|no risk (?:at all|whatsoever)|risk[- ]free"
    r"|every ?body (?:accepted|wins)|covers everything|best in the world|miracle|fluent in (?:a"
    r"|two|three) \w+|no exclusions|for life|can't lose|cannot lose)\b",
    re.I,
)
_TOO_MUCH_OFF = 40.0


def suspicions_in(text: str, money: Money, context: Context) -> tuple[str, ...]:
    """What a wary listener stumbles over, each in words."""
    found = [f"'{match[0]}' sounds too good" for match in _TALL.finditer(text)][:2]
    if money.discount is not None and money.discount > _TOO_MUCH_OFF:
        found.append(f"{money.discount:.0f} percent off sounds too good")
    if money.price is not None and context.price is not None:
        expected = context.price * (1 - context.discount / 100)
        named = (context.price, expected, context.price * (1 - (money.discount or 0.0) / 100))
        if min(abs(money.price - price) / price for price in named) > 0.02:
            found.append(f"first it was {context.price:g}, now it is {money.price:g}")
    return tuple(found)


def is_salad(sentence: str) -> bool:
    """A heap of words: hardly any small words, or the same word over and over."""
    words = re.findall(r"[a-z']+|\d+", sentence.lower())
    if len(words) < 5:
        return False
    small = sum(word in _STOP for word in words)
    return len(set(words)) < 0.5 * len(words) or (len(words) >= 6 and small == 0)
