"""Hear what sort of answer a question wants."""

from __future__ import annotations

import re

from ai_salesman.conversation.taxonomy import SalesAct
from ai_salesman.simulators.heard import Question

__all__ = ["question_of"]

_WORDINGS: tuple[tuple[Question, str], ...] = (
    ("wellbeing", r"\bhow (?:are you|have you been|do you do|is (?:the|your) day|was your)\b"),
    (
        "callback",
        r"\b(?:call|ring|phone|try|reach) (?:you )?(?:back|again|another|on|tomorrow|next)\b"
        r"|\b(?:what|which) (?:day|time|hour)\b|\bwhen (?:would|could|should|may|shall) (?:i"
        r"|we)\b|\bsuits? you better\b"
        r"|\banother (?:day|time|moment)\b.*\bcall\b",
    ),
    (
        "permission",
        r"\b(?:good|bad|poor|right|convenient) (?:moment|time)\b|\b(?:a|one|two|three|half a"
        r"|thirty|few|couple of)"
        r" (?:minutes?|seconds?|moment|quick|questions?|things)\b.*\?|\b(?:may|can|could"
        r"|shall) i (?:carry|go|ask|continue|tell|explain|just|have|finish)\b"
        r"|\b(?:if|is) (?:now is|that's|that is|it's|now) (?:okay|all right|fine|ok)\b"
        r"|\bhave you got a\b|\bcaught you\b|\bgo on\?",
    ),
    (
        "decider",
        r"\bwho else\b|\banyone else\b|\bsomebody else\b|\b(?:decide|decides|decision"
        r").{0,20}\b(?:alone|together|who|yourself|with)\b"
        r"|\bwho (?:would )?(?:decide|has a say|makes)\b|\bother person\b",
    ),
    (
        "quantity",
        r"\bhow (?:many|much|often|long|big|old|far)\b|\bwhat (?:percentage|share|number)\b"
        r"|\bscale (?:from|of)\b|\broughly\b",
    ),
    (
        "doubts",
        r"\b(?:hold(?:s|ing) you back|worr(?:y|ies) you|stand(?:s|ing)? in the way|missing"
        r"|against it|bothers? you about (?:it|this)"
        r"|stops you|what (?:would|do) you (?:need|have) to (?:hear|see|know|believe)"
        r"|what else (?:would|do|goes|is)|makes you (?:hesitate|unsure|doubt)"
        r"|biggest (?:doubt|concern)|too good|why the hesitation|what lies behind"
        r"|what is it that)\b",
    ),
    (
        "supplier",
        r"\b(?:who|which) .{0,30}\b(?:with now|use now|supplier|provider|looks after"
        r"|handles?)\b|\b(?:current|present|existing) (?:supplier|provider|insurer|contract"
        r"|one)\b"
        r"|\bdo you already (?:have|use)\b|\bdone (?:it )?(?:today|now|so far)\b",
    ),
    (
        "agreement",
        r"\b(?:does|did|would|is|am|have|do) (?:that|this|it|i|you).{0,40}\b(?:make sense"
        r"|sound|answer|right|fair|clear|fit|suit|help|close|touch|enough|useful|see it|put it"
        r"|agree|follow|about right|strike|mean anything|missed?|what you wanted)\b"
        r"|,? (?:right|correct|is that so|isn't it|don't you|fair)\?$|\bhow does that (?:sound"
        r"|look|strike)\b|\bwhere does that leave\b|\bwhat do you think\b|\bleft (?:anything"
        r"|out)\b",
    ),
)
_QUESTION_CUES = tuple((kind, re.compile(cue, re.IGNORECASE)) for kind, cue in _WORDINGS)


_GO_ON = re.compile(
    r"\b(?:me to (?:go on|tell|explain|go into|find out|repeat|carry on)|go into|hear (?:more"
    r"|about)|tell you)\b",
    re.IGNORECASE,
)
"""Asking for leave to talk on is not asking for a decision."""


def question_of(sentence: str, act: SalesAct) -> Question | None:
    """The kind of a question; None for a sentence that asks nothing."""
    invites = act in (SalesAct.ASK_OPEN, SalesAct.ASK_CLOSED, SalesAct.ASK_COMMITMENT)
    if not invites and not sentence.rstrip("\"') ").endswith("?"):
        return None
    if act is SalesAct.OTHER:
        return None
    if act is SalesAct.ASK_COMMITMENT and not _GO_ON.search(sentence):
        return "commitment"
    for kind, cue in _QUESTION_CUES:
        if cue.search(sentence):
            return kind
    return "closed" if act is SalesAct.ASK_CLOSED else "open"
