"""Wordings that give a sales act away, whatever the topic: they vote beside the trained head.

The head knows what a thing is about; these know what is done with it. A cue adds its weight
to the act's log-probability, so several weak cues can outvote the head and one cannot.
"""

from __future__ import annotations

import re

from ai_salesman.conversation.figures import find_figures
from ai_salesman.conversation.taxonomy import SalesAct

__all__ = ["cue_votes"]

_A = SalesAct

_CUES: tuple[tuple[SalesAct, float, str], ...] = (
    (
        _A.GREET,
        2.5,
        r"^(?:oh |well |and )?(?:hi|hiya|hello|hey|heya|howdy|hullo|greetings"
        r"|good (?:morning|afternoon|evening|day)|g'day|morning|afternoon|evenin[g']?)\b",
    ),
    (
        _A.INTRODUCE,
        2.5,
        r"\bmy name(?:'s| is)\b|\bname's\b|\bi(?:'m| am) calling (?:from|about|on|for)\b"
        r"|\bthis (?:is|here's) (?-i:[A-Z])\w+|\b(?:speaking|you've got \w+) (?:with|for"
        r"|on the line)\b"
        r"|\breason (?:for|i|why) \w*\s?(?:my )?call|\bon behalf of\b|\bi(?:'m"
        r"| am) (?-i:[A-Z])\w+[ ,]"
        r"|\bi (?:work|call|look after|represent|go by)\b|\bwe haven't spoken\b|\b(?:who"
        r"|why i'm) (?:is )?ringing\b",
    ),
    (
        _A.DISCLOSE,
        3.0,
        r"\b(?:recorded|recording|taped?|monitored)\b|\bsales call\b|\bno obligation\b"
        r"|\bunder no obligation\b|\bby law\b|\brequired to (?:tell|say)|\bcommission\b"
        r"|\bright to refuse\b"
        r"|\b(?:free|feel free) to (?:say no|hang up|stop|tell me)|\bcommercial\b"
        r"|\bcooling[- ]off\b"
        r"|\b(?:automated|virtual|digital) (?:agent|assistant)\b|\bto be (?:transparent|upfront"
        r"|open with you)\b"
        r"|\b(?:not )?commit(?:s|ted)? (?:you )?to anything\b|\bwithdraw\b|\bduty to\b"
        r"|\bcompliance\b",
    ),
    (
        _A.ASK_OPEN,
        1.4,
        r"^(?:(?:and|so|but|okay|right|well|good|then)[, ]+)*(?:what|how(?! (?:many|much|old|big"
        r"|often|long|far))"
        r"|why|where|whereabouts|who|in what)\b.*\?|\btell me (?:a (?:bit"
        r"|little) )?(?:more )?about\b|\bwalk me through\b|\bdescribe\b"
        r"|\b(?:fill me in|i'd love to hear|talk me through)\b|\bi'm curious\b",
    ),
    (
        _A.ASK_CLOSED,
        1.0,
        r"^(?:(?:and|so|but|okay|right|well|good|then)[, ]+)*(?:is|are|do|does|did|have|has|can"
        r"|could|would|will|was|were|may"
        r"|any|which|roughly|how (?:many|much|old|big|often|long|far))\b.*\?",
    ),
    (
        _A.REFLECT,
        2.2,
        r"\b(?:if i (?:hear|heard|understand|understood|boil|have|'ve)|so you(?:'re|r| are| have"
        r"|'ve|'d)?\b(?!.*\?$)"
        r"|you (?:said|mentioned|told me|brought up|reckon)|what i(?:'m| am)? hear(?:ing)?"
        r"|sounds (?:like|as (?:if|though))"
        r"|in other words|what i take from|let me see if i|to paraphrase|play that back"
        r"|(?:what )?i(?:'ve| have)? (?:wrote|noted|jotted|written) down"
        r"|what you(?:'re| are) telling me|from what you(?:'ve| have)|based on what you)\b",
    ),
    (
        _A.EMPATHISE,
        2.2,
        r"\b(?:i (?:can |quite |do |completely |fully |totally )?(?:understand|imagine|see why"
        r"|see how|get (?:that|it|why))"
        r"|(?:that|it) (?:must|sounds) (?:be |have been )?(?:\w+ )?(?:hard|tough|frustrat|tiring"
        r"|annoy|awful|stress|worr|slog|exhaust)"
        r"|sorry (?:to hear|you|about|that)|i'd (?:feel|be|have|ask|think)\b.{0,30}\b(?:same|too"
        r"|as well|top|in your)"
        r"|fair enough|makes sense|(?:you're|you are) right to|no wonder|(?:entirely|perfectly"
        r"|totally|completely) (?:valid|reasonable|fair|understandable|natural)"
        r"|i don't blame you|i hear you|i feel for|anybody would|frustrating)\b",
    ),
    (
        _A.EXPLAIN_BENEFIT,
        1.0,
        r"\b(?:so (?:that )?you (?:can|don't|never|no longer)|you(?:'ll| will|'d| would"
        r"|r \w+ will) (?:no longer|never|be able|save|get|have|see|know|feel|find|reach)"
        r"|helps? you|saves? you|spares? you|means (?:that )?you|gives you|lets you|keeps your?"
        r"|what changes is|you get out of it|for you,? (?:it|that|this) means)\b",
    ),
    (
        _A.STATE_FACT,
        0.8,
        r"\b(?:contract (?:runs|is|lasts)|\d+[- ](?:month|day|year)|notice period|warranty"
        r"|includes?|takes (?:about|around|roughly)|lasts|valid)\b",
    ),
    (
        _A.QUOTE_PRICE,
        1.6,
        r"\b(?:costs?|price (?:is|would|for)|comes? to|you(?:'d| would)? pay|priced|set you back"
        r"|charge|per (?:user|month|year)|a month|fee (?:is|would)|the total)\b.*\d"
        r"|\d.*\b(?:in total|altogether|all in|a month|monthly|per month|a year)\b",
    ),
    (
        _A.OFFER_DISCOUNT,
        2.4,
        r"\b(?:discount|percent off|% off|(?:a )?(?:tenth|third|quarter|half) off|knock|shave"
        r"|waive|rebate|voucher|reduced rate|free of charge|at no (?:extra )?cost"
        r"|for (?:free|nothing)|on us\b|throw in|chuck in|come down to|cheaper for you|half price"
        r"|special (?:rate|offer)|gratis|complimentary|instead of \$?\d|first month free"
        r"|months? (?:is|are) free)\b",
    ),
    (
        _A.SOCIAL_PROOF,
        1.8,
        r"\b(?:(?:other|many|most|our|oldest) (?:customers|clients|shops|families|owners|members"
        r"|people|households)|one (?:of our|customer|owner|client)"
        r"|\w+ (?:customers|clients|shops|businesses|families|households|members"
        r"|owners) (?:already|use|have|in)|already use|swears? by|recommend|rave about|stars\b"
        r"|reviews\b"
        r"|(?:a|another) \w+ (?:like yours|near you|down the road|in your street)|test winner"
        r"|nine out of ten|told me|joined)\b",
    ),
    (
        _A.HANDLE_OBJECTION,
        1.2,
        r"\b(?:as for|on the matter|about your (?:worry|concern|point)|your (?:worry|concern"
        r"|doubt)|i take your point|no problem,? because|you needn't|you don't (?:have|need) to"
        r"|isn't a (?:worry|problem)|but (?:one|think|consider|compare|the|what|most)|(?:seems?"
        r"|looks?) (?:high|expensive|a lot)|whereas|on (?:my|our) word|the risk is ours"
        r"|regarding the)\b",
    ),
    (
        _A.PRESSURE,
        2.6,
        r"\b(?:last (?:chance|offer|one left)|only (?:today|\w+ (?:left|places|spots))|right now or"
        r"|gone (?:forever|tomorrow)|offer (?:ends|expires|is gone)|expires (?:today|tonight|at)"
        r"|before it's too late|you(?:'d| would) be (?:a fool|stupid|crazy)|(?:don't|do not) (?:be"
        r"|hang up|waste)|you(?:'ll| will) regret|now or never|you owe|not taking no|won't take no"
        r"|make up your mind"
        r"|(?:huge|big|biggest) mistake|today only|(?<!no )(?<!any )hurry"
        r"|quick,|no more excuses|why are you being"
        r"|you have to (?:decide|sign|buy)|sign (?:now|today)|ignore it|pathetic|losers?|dithering"
        r"|whether you like it|somebody will have to|seconds,|i(?:'ll| will) just (?:start|sign"
        r"|put)|decide (?:now|today|right)|you can't (?:say no|hang up|afford not))\b",
    ),
    (
        _A.ASK_COMMITMENT,
        3.4,
        r"\b(?:shall (?:i|we) (?:go ahead|set|sign|start|put|book|write|enrol|order|reserve|get|do"
        r"|send you the (?:form|contract|order)|prepare)"
        r"|(?:can|may|could|should) (?:i|we) (?:sign|set|put|enrol|enter|book|count|write|reserve"
        r"|start|go ahead|order|get (?:it|this|you) (?:going|moving|started)|welcome you)"
        r"|(?:would|do) you (?:like|want|care|wish) to (?:take|go ahead|proceed|buy|start|sign"
        r"|try|order|join|renew|sponsor|be our|begin|have it|do it|accept|give it a (?:try|go))"
        r"|do you (?:want|accept|take|agree to) (?:it|this|that|the|our|[$\d])|do we have a deal"
        r"|(?:do|shall|should) we (?:start|begin|do it|make (?:it|a start))|go ahead with"
        r"|are you (?:in|with us)(?=\?)|are you (?:ready|willing) (?:to|for|on)"
        r"|ready to (?:go|start)|your (?:decision|answer|yes|consent)|(?:permission|leave"
        r"|go-ahead) to (?:start|begin)|yes or no|what(?:'s| is| will) it (?:to )?be"
        r"|which is it|is (?:it|that) a (?:yes|deal)|what do you say|shake (?:on it|hands)"
        r"|count you in|(?:could|can) .{2,30} rely on|would you start"
        r"|will you (?:take|join|give)|say yes|want the|are you willing)\b.*\?",
    ),
    (
        _A.NEXT_STEP,
        1.8,
        r"\b(?:i(?:'ll| will|'d| would| can) (?:e-?mail|send|post|call|ring|text|pass|book|come"
        r"|reserve|drop|whatsapp|put it)|we(?:'ll| will|'d)? (?:send|post|come|set|call|book)"
        r"|next step|step one|first step|what happens (?:now|next)|once (?:you|we|your)"
        r"|call (?:you )?back|(?:you )?(?:sign|fill in) (?:it|the|a)|pencil in|set up a (?:call"
        r"|demo|visit|time)"
        r"|give me a (?:bell|ring|call)|bring along)\b",
    ),
    (
        _A.CONFIRM,
        2.0,
        r"\b(?:just to confirm|to confirm|to recap|all set|as agreed|we agreed|i have you down"
        r"|noted,|you're (?:booked|signed|down|off|in)|i've (?:got you|put you|taken you)"
        r"|so that's (?:one|the|a)|we have a deal|consider it done|struck off|you chose"
        r"|you've chosen|what we shook on|done as we speak)\b"
        r"|^(?:perfect|great|super|lovely|righto|champion|excellent|wonderful)\b(?!.*\?)",
    ),
    (
        _A.THANK,
        3.0,
        r"\b(?:thank(?:s| you| ya)?\b|cheers\b|much obliged|grateful|appreciate|^ta\b)",
    ),
    (
        _A.END,
        2.8,
        r"\b(?:good ?bye|bye\b|have (?:a|yourself)\b.{0,30}\b(?:day|evening|weekend|week|afternoon"
        r"|holiday|one)|take care(?! of)|all the best|so long|farewell|good ?night"
        r"|i(?:'ll| will) (?:let you go|leave you|leave it (?:there|at that)|not (?:keep|bother"
        r"|trouble) you)|i wish you|bid you|ta-ra|catch you later|see you|speak soon|toodle)",
    ),
)
_COMPILED = tuple((act, weight, re.compile(p, re.IGNORECASE)) for act, weight, p in _CUES)

_QUESTIONS = frozenset({_A.ASK_OPEN, _A.ASK_CLOSED, _A.ASK_COMMITMENT})
_OFTEN_ASKED = _QUESTIONS | {_A.NEXT_STEP, _A.GREET, _A.PRESSURE, _A.OFFER_DISCOUNT, _A.REFLECT}
_PRICED = re.compile(
    r"\b(?:quid|euros?|pounds?|grand|bucks|dollars?|premium)\b|[$]|\bper (?:user|month)", re.I
)


def cue_votes(sentence: str) -> dict[SalesAct, float]:
    """Act -> log-weight that the wording of `sentence` adds to it."""
    votes = {act: weight for act, weight, cue in _COMPILED if cue.search(sentence)}
    asked = sentence.rstrip("\"') ").endswith("?")
    for act in _A:
        if asked and act not in _OFTEN_ASKED:
            votes[act] = votes.get(act, 0.0) - 1.2
        if not asked and act in _QUESTIONS and act not in votes:
            votes[act] = votes.get(act, 0.0) - 2.0
    if not asked and _names_a_price(sentence) and _A.OFFER_DISCOUNT not in votes:
        votes[_A.QUOTE_PRICE] = votes.get(_A.QUOTE_PRICE, 0.0) + 1.0
    return votes


def _names_a_price(sentence: str) -> bool:
    return bool(_PRICED.search(sentence)) or any(f.kind == "money" for f in find_figures(sentence))
