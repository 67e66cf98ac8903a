"""Choose among sampled drafts: which may be spoken, and which is best.

A draft is delexicalised. Facts enter only when its slots are filled, so a model cannot invent a
price; a draft that repeats an earlier turn or lacks the planned facts is passed over.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ai_salesman.agents.base import CallView
from ai_salesman.agents.fact_choice import slot_values
from ai_salesman.agents.fluency import faults_in
from ai_salesman.conversation.outline import Outline
from ai_salesman.conversation.sentences import split_sentences
from ai_salesman.conversation.slots import FACT_SLOTS, fill_slots, slots_in
from ai_salesman.conversation.taxonomy import Speaker, Strategy
from ai_salesman.models.base import Encoder

__all__ = ["nearest_to_scripts", "speakable_drafts"]

_AFTER_CONSENT = frozenset(
    {Strategy.CONFIRM_AGREEMENT, Strategy.SCHEDULE_CALLBACK, Strategy.RESPECT_NO}
)
"""Strategies that follow a word that was given."""
_TAKES_CONSENT = re.compile(
    r"\b(?:(?:that|it)(?:'s| is) (?:all )?settled|as (?:we said|agreed|promised)"
    r"|i(?:'ve| have) (?:entered|noted|booked)|welcome (?:aboard|on board))\b",
    re.IGNORECASE,
)
"""Words that take something for agreed."""


async def nearest_to_scripts(
    encoder: Encoder, drafts: Sequence[str], call: CallView, outline: Outline
) -> int:
    """Index of the draft nearest to the outline's scripts and least like earlier turns."""
    values = slot_values(call, outline)
    scripts = [fill_slots(script.text, values)[0] for script in outline.scripts]
    earlier = [turn.text for turn in call.turns if turn.speaker is Speaker.SALESMAN]
    vectors = await encoder.encode([*drafts, *scripts, *earlier])
    count = len(drafts)
    own, others = vectors[:count], vectors[count:]
    cosine = own @ others.T
    near = cosine[:, : len(scripts)].max(axis=1, initial=0.0)
    repeated = cosine[:, len(scripts) :].max(axis=1, initial=0.0)
    return int((near - repeated).argmax())


def speakable_drafts(drafts: Sequence[str], call: CallView, outline: Outline) -> list[str]:
    """The drafts, filled, that state most of the planned facts in the most fluent words.

    None offers a discount of its own, or claims consent that was not given.
    """
    values = slot_values(call, outline)
    wanted = set(outline.key_facts)
    # A trained model may add facts of the sheet, but never offers a discount unasked.
    allowed = (set(values) - {"discount"}) | wanted
    spoken = {_bare(turn.text) for turn in call.turns}
    kept: list[tuple[int, int, str]] = []
    for draft in drafts:
        slots = set(slots_in(draft))
        text, missing = fill_slots(draft, values)
        if missing or not slots <= allowed or _bare(text) in spoken or not _is_sound(text):
            continue
        if outline.strategy not in _AFTER_CONSENT and _TAKES_CONSENT.search(text):
            continue
        kept.append((len((wanted & set(FACT_SLOTS)) - slots), faults_in(draft), text))
    fewest = min(((lacking, faults) for lacking, faults, _ in kept), default=(0, 0))
    if wanted and fewest[0] == len(wanted):
        return []
    return [text for lacking, faults, text in kept if (lacking, faults) == fewest]


def _is_sound(text: str) -> bool:
    """More than a word or two, and no sentence said twice."""
    sentences = [_bare(sentence) for sentence in split_sentences(text)]
    return len(text.split()) >= 3 and len(set(sentences)) == len(sentences)


def _bare(text: str) -> str:
    return re.sub(r"\W+", " ", text.lower()).strip()
