"""Hear what sort of answer a question wants."""

from __future__ import annotations

import re

from ai_salesman.conversation.taxonomy import SalesAct
from ai_salesman.simulators.heard import Question

__all__ = ["question_of"]

_QUESTION_CUES: tuple[tuple[Question, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(cue, re.IGNORECASE))
    for kind, cue in (
        ("wellbeing", r"\bhow (?:are you|have you been|do you do|is (?:the|your) day|was your)\b"),
        (
            "callback",
            r"\b(?:call|ring|phone|try|reach) (?:you )?(?:back|again|another|on|tomorrow|next)\b"
            r"|\b(?:what|which) (?:day|time|hour)\b|\bwhen (?:would|could|should|may|shall) (?:i|we)\b|\bsuits? you better\b"
            r"|\banother (?:day|time|moment)\b.*\bcall\b",
        ),
        (
            "permission",
            r"\b(?:good|bad|poor|right|convenient) (?:moment|time)\b|\b(?:a|one|two|three|half a|thirty|few|couple of)"
            r" (?:minutes?|seconds?|moment|quick|questions?|things)\b.*\?|\b(?:may|can|could|shall) i (?:carry|go|ask|continue|tell|explain|just|have|finish)\b"
            r"|\b(?:if|is) (?:now is|that's|that is|it's|now) (?:okay|all right|fine|ok)\b|\bhave you got a\b|\bcaught you\b|\bgo on\?",
        ),
        (
            "decider",
            r"\bwho else\b|\banyone else\b|\bsomebody else\b|\b(?:decide|decides|decision).{0,20}\b(?:alone|together|who|yourself|with)\b"
            r"|\bwho (?:would )?(?:decide|has a say|makes)\b|\bother person\b",
        ),
        ("quantity", r"\bhow (?:many|much|often|long|big|old|far)\b|\bwhat (?:percentage|share|number)\b|\bscale (?:from|of)\b|\broughly\b"),
        (
            "doubts",
            r"\b(?:hold(?:s|ing) you back|worr(?:y|ies) you|stand(?:s|ing)? in the way|missing|against it|bothers? you about (?:it|this)"
            r"|stops you|what (?:would|do) you (?:need|have) to (?:hear|see|know|believe)|what else (?:would|do|goes|is)|makes you (?:hesitate|unsure|doubt)"
            r"|biggest (?:doubt|concern)|too good|why the hesitation|what lies behind|what is it that)\b",
        ),
        (
            "supplier",
            r"\b(?:who|which) .{0,30}\b(?:with now|use now|supplier|provider|looks after|handles?)\b|\b(?:current|present|existing) (?:supplier|provider|insurer|contract|one)\b"
            r"|\bdo you already (?:have|use)\b|\bdone (?:it )?(?:today|now|so far)\b",
        ),
        (
            "agreement",
            r"\b(?:does|did|would|is|am|have|do) (?:that|this|it|i|you).{0,40}\b(?:make sense|sound|answer|right|fair|clear|fit|suit|help|close|touch|enough|useful|see it|put it|agree|follow|about right|strike|mean anything|missed?|what you wanted)\b"
            r"|,? (?:right|correct|is that so|isn't it|don't you|fair)\?$|\bhow does that (?:sound|look|strike)\b|\bwhere does that leave\b|\bwhat do you think\b|\bleft (?:anything|out)\b",
        ),
    )
)


def question_of(sentence: str, act: SalesAct) -> Question | None:
    """The kind of a question; None for a sentence that asks nothing."""
    invites = act in (SalesAct.ASK_OPEN, SalesAct.ASK_CLOSED, SalesAct.ASK_COMMITMENT)
    if not invites and not sentence.rstrip("\"') ").endswith("?"):
        return None
    if act is SalesAct.OTHER:
        return None
    if act is SalesAct.ASK_COMMITMENT:
        return "commitment"
    for kind, cue in _QUESTION_CUES:
        if cue.search(sentence):
            return kind
    return "closed" if act is SalesAct.ASK_CLOSED else "open"


