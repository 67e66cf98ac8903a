"""Whose fault was a lost call, and was a won one given away? A plain reading by rules.

For the reader only: it looks at the persona and at the customer's own mind, which no judge
sees, and it feeds no score. The first rule that fits a lost call decides, in this order:

    simulator  unhealthy               a health signal reached its bound
    simulator  hung_up_at_once         the customer said no in its first turn, and nothing was
                                       found against the salesman's first words
    simulator  refused_though_willing  the customer said no though its own mind put the utility
                                       well above its threshold, at a price it knew
    customer   cannot_afford           its reserve price lies below the lowest price allowed
                                       (an economic reading: trust may carry one or two over it)
    customer   no_authority            it must ask somebody, and asked for another call
    customer   not_now                 its time is later, and it asked for another call
    agent      false_claim             a claim was contradicted by the sheet, or forbidden
    agent      pressure                the compliance ledger has pressure, and the customer shows
                                       it: its trust fell, or without a mind to read, it left
                                       with a no within its next two turns
    agent      poor_opening            the customer said no in its first turn, and the conduct
                                       judge gave the opening a low score
    agent      price_withheld          the customer asked the price, and none was ever named
    agent      objection_ignored       the conduct judge gave objection handling a low score
    agent      repeated_itself         the salesman said a whole turn again
    agent      no_price                no price was named in a call of several turns
    agent      no_ask                  nobody asked for the decision in a call of several turns
    agent      ignored_no              pressure after a refusal, or calls on after do-not-call
    agent      gave_up                 the salesman, or the cap on turns, ended a call that the
                                       customer had not left
    unclear    none                    nothing of this

A won call was *helped* when the simulator was unhealthy: the customer was no measure of the
salesman.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Literal

from pydantic import BaseModel, ConfigDict

from ai_salesman.conversation.episode import Episode
from ai_salesman.conversation.facts import FactSheet
from ai_salesman.conversation.figures import find_figures
from ai_salesman.conversation.taxonomy import Capability, CustomerAct, Speaker, StopReason
from ai_salesman.conversation.turn import Turn
from ai_salesman.conversation.verdict import Verdict
from ai_salesman.evaluation.health import health_of, unhealthy_signals

__all__ = ["Attribution", "Fault", "Reading", "attribute", "attribution_of", "helped"]

Fault = Literal["agent", "simulator", "customer", "unclear"]

_NO = {StopReason.REFUSED, StopReason.HUNG_UP, StopReason.DO_NOT_CALL}
_WILLING = 0.1
"""Utility from which a customer would rather buy; 0 is as likely as not."""
_LOW_SCORE = 3.0
_SEVERAL = 4
"""Salesman turns by which a price and a question for the decision may be expected."""
_LEAST_WORDS = 6
_OFFENCE = 0.05
"""Trust that a push costs at least."""
_SOON = 2
"""Turns within which a customer leaves because of a push."""
_ASKS_PRICE = re.compile(
    r"\bhow much\b|\bwhat(?:'s| is| would| does| do)? .{0,25}\b(?:cost|price|charge|fee)\b"
    r"|\bthe price\?",
    re.IGNORECASE,
)
_ASKS_TO_BUY = re.compile(
    r"\b(?:(?:shall|should|can|could|may) (?:we|i)|would you like|do you want"
    r"|are you (?:ready|happy)|how about|why don't we|ready to|let's)\b.{0,60}"
    r"\b(?:go ahead|set (?:it|this|that|you)? ?up|start|sign|order|take it|book|proceed|join"
    r"|put you down|have it|get going|send (?:you )?the (?:form|contract|papers)|try it|deal"
    r"|want it)\b"
    r"|\bdo you want it\b|\bdo we have a deal\b|\bcan i count (?:you|on)\b"
    r"|\bis (?:it|that) a yes\b|\bwhat do you say\b|\byour (?:yes|decision)\b"
    r"|\bwill you take it\b",
    re.IGNORECASE,
)


class Reading(BaseModel):
    """Why one call was lost."""

    model_config = ConfigDict(frozen=True)

    fault: Fault
    rule: str
    turn: int | None = None
    """The turn that shows it, where one does."""
    note: str = ""


class Attribution(BaseModel):
    """The readings of a run, counted."""

    model_config = ConfigDict(frozen=True)

    lost: dict[Fault, int]
    """Fault -> lost calls."""
    rules: dict[str, int]
    """Rule -> lost calls, most frequent first."""
    helped: int
    """Won calls in which the simulator was unhealthy."""


def attribution_of(readings: Iterable[Reading | None], helped: int) -> Attribution:
    """Count the readings of played calls; None stands for a won one.

    Args:
        readings: one for each call, as `attribute` gives them.
        helped: won calls in which the simulator was unhealthy.
    """
    lost = [reading for reading in readings if reading is not None]
    faults: tuple[Fault, ...] = ("agent", "simulator", "customer", "unclear")
    return Attribution(
        lost={fault: sum(reading.fault == fault for reading in lost) for fault in faults},
        rules=dict(Counter(reading.rule for reading in lost).most_common()),
        helped=helped,
    )


def helped(episode: Episode) -> bool:
    """Whether a won call was given away by an unhealthy simulator."""
    won = episode.stop is StopReason.AGREED
    return won and bool(unhealthy_signals(episode.health or health_of(episode)))


def attribute(episode: Episode, sheet: FactSheet) -> Reading | None:
    """Why the call was lost; None for calls that were won or failed technically."""
    if episode.stop in (StopReason.AGREED, StopReason.INFRASTRUCTURE_ERROR):
        return None
    found = (rule(episode, sheet) for rule in _RULES)
    return next((r for r in found if r is not None), Reading(fault="unclear", rule="none"))


def _simulator(rule: str, turn: int | None, note: str = "") -> Reading:
    return Reading(fault="simulator", rule=rule, turn=turn, note=note)


def _agent(rule: str, turn: int | None, note: str = "") -> Reading:
    return Reading(fault="agent", rule=rule, turn=turn, note=note)


def _unhealthy(episode: Episode, _sheet: FactSheet) -> Reading | None:
    signals = unhealthy_signals(episode.health or health_of(episode))
    return _simulator("unhealthy", None, ", ".join(signals)) if signals else None


def _hung_up_at_once(episode: Episode, sheet: FactSheet) -> Reading | None:
    mine = _turns(episode, Speaker.CUSTOMER)
    if episode.stop not in _NO or len(mine) != 1:
        return None
    rules = (_false_claim, _pressure, _poor_opening)
    against = any(rule(episode, sheet) is not None for rule in rules)
    return None if against else _simulator("hung_up_at_once", mine[0].index)


def _refused_though_willing(episode: Episode, _sheet: FactSheet) -> Reading | None:
    mine = _turns(episode, Speaker.CUSTOMER)
    trace = mine[-1].trace if mine else None
    if episode.stop not in _NO or trace is None or trace.utility < _WILLING:
        return None
    if not _first_price(episode):
        return None
    note = f"utility {trace.utility:.2f} when it said no"
    return _simulator("refused_though_willing", mine[-1].index, note)


def _cannot_afford(episode: Episode, sheet: FactSheet) -> Reading | None:
    persona = episode.persona
    absolute = persona.reserve_unit == "absolute"
    reserve = persona.reserve if absolute else persona.reserve * sheet.price
    lowest = sheet.price * (1 - max((step.percent for step in sheet.discounts), default=0.0) / 100)
    if reserve >= lowest:
        return None
    note = f"would pay at most {reserve:.0f}; the lowest price is {lowest:.0f} {sheet.currency}"
    return Reading(fault="customer", rule="cannot_afford", note=note)


def _no_authority(episode: Episode, _sheet: FactSheet) -> Reading | None:
    if episode.persona.authority != "must_ask" or episode.stop is not StopReason.CALLBACK:
        return None
    return Reading(fault="customer", rule="no_authority", turn=_last(episode, Speaker.CUSTOMER))


def _not_now(episode: Episode, _sheet: FactSheet) -> Reading | None:
    if episode.persona.timing != "later" or episode.stop is not StopReason.CALLBACK:
        return None
    return Reading(fault="customer", rule="not_now", turn=_last(episode, Speaker.CUSTOMER))


def _false_claim(episode: Episode, _sheet: FactSheet) -> Reading | None:
    for verdict in _verdicts(episode):
        for claim in verdict.claims or ():
            if claim.status in ("contradicted", "forbidden"):
                return _agent("false_claim", claim.turn, f"{claim.status}: {claim.quote}")
    return None


def _pressure(episode: Episode, _sheet: FactSheet) -> Reading | None:
    return _breach(episode, "pressure", "pressure")


def _ignored_no(episode: Episode, _sheet: FactSheet) -> Reading | None:
    return _breach(episode, "ignored_no", "pressure_after_refusal", "continued_after_do_not_call")


def _breach(episode: Episode, rule: str, *breaches: str) -> Reading | None:
    for verdict in _verdicts(episode):
        for issue in verdict.compliance or ():
            if issue.rule in breaches and _minded(episode, issue.turn):
                return _agent(rule, issue.turn, f"{issue.rule}: {issue.quote}")
    return None


def _minded(episode: Episode, turn: int) -> bool:
    """Whether the customer took offence at a turn; a judge may hear pressure where it did not."""
    mine = _turns(episode, Speaker.CUSTOMER)
    before = [t.trace for t in mine if t.index < turn and t.trace is not None]
    after = [t for t in mine if t.index > turn]
    if not after or after[0].trace is None:
        return episode.stop in _NO and len(after) <= _SOON
    trust = before[-1].trust if before else episode.persona.traits.trust
    return after[0].trace.trust < trust - _OFFENCE


def _poor_opening(episode: Episode, _sheet: FactSheet) -> Reading | None:
    if episode.stop not in _NO or len(_turns(episode, Speaker.CUSTOMER)) != 1:
        return None
    return _low_score(episode, Capability.OPENING, "poor_opening")


def _price_withheld(episode: Episode, _sheet: FactSheet) -> Reading | None:
    asked = next((t for t in _turns(episode, Speaker.CUSTOMER) if _asks_price(t)), None)
    if asked is None:
        return None
    answers = [t for t in _turns(episode, Speaker.SALESMAN) if t.index > asked.index]
    if not answers or any(map(_names_money, _turns(episode, Speaker.SALESMAN))):
        return None
    return _agent("price_withheld", answers[0].index, f"asked: {asked.text}")


def _objection_ignored(episode: Episode, _sheet: FactSheet) -> Reading | None:
    return _low_score(episode, Capability.OBJECTION_HANDLING, "objection_ignored")


def _low_score(episode: Episode, capability: Capability, rule: str) -> Reading | None:
    for verdict in _verdicts(episode):
        cell = verdict.capabilities.get(capability)
        if cell is not None and cell.score is not None and cell.score <= _LOW_SCORE:
            turn = cell.evidence[0].turn if cell.evidence else None
            return _agent(rule, turn, f"{capability.value} {cell.score:.1f} of 10")
    return None


def _repeated_itself(episode: Episode, _sheet: FactSheet) -> Reading | None:
    said: set[str] = set()
    for turn in _turns(episode, Speaker.SALESMAN):
        words = " ".join(re.findall(r"[a-z0-9]+", turn.text.lower()))
        if words in said and len(words.split()) >= _LEAST_WORDS:
            return _agent("repeated_itself", turn.index, turn.text)
        said.add(words)
    return None


def _no_price(episode: Episode, _sheet: FactSheet) -> Reading | None:
    if len(_turns(episode, Speaker.SALESMAN)) < _SEVERAL or _first_price(episode):
        return None
    return _agent("no_price", _last(episode, Speaker.SALESMAN))


def _no_ask(episode: Episode, _sheet: FactSheet) -> Reading | None:
    spoken = _turns(episode, Speaker.SALESMAN)
    if len(spoken) < _SEVERAL or any(_ASKS_TO_BUY.search(turn.text) for turn in spoken):
        return None
    return _agent("no_ask", spoken[-1].index)


def _gave_up(episode: Episode, _sheet: FactSheet) -> Reading | None:
    if episode.stop not in (StopReason.SALESMAN_ENDED, StopReason.MAX_TURNS):
        return None
    return _agent("gave_up", _last(episode, Speaker.SALESMAN), episode.stop.value)


def _verdicts(episode: Episode) -> list[Verdict]:
    return [verdict for verdict in episode.verdicts if isinstance(verdict, Verdict)]


def _turns(episode: Episode, speaker: Speaker) -> list[Turn]:
    return [turn for turn in episode.turns if turn.speaker is speaker]


def _last(episode: Episode, speaker: Speaker) -> int | None:
    turns = _turns(episode, speaker)
    return turns[-1].index if turns else None


def _names_money(turn: Turn) -> bool:
    return any(figure.kind == "money" for figure in find_figures(turn.text))


def _first_price(episode: Episode) -> Turn | None:
    """The salesman's first turn with an amount of money."""
    return next((t for t in _turns(episode, Speaker.SALESMAN) if _names_money(t)), None)


def _asks_price(turn: Turn) -> bool:
    if turn.trace is not None:
        return turn.trace.act is CustomerAct.ASK_PRICE
    return bool(_ASKS_PRICE.search(turn.text))


_RULES: tuple[Callable[[Episode, FactSheet], Reading | None], ...] = (
    _unhealthy,
    _hung_up_at_once,
    _refused_though_willing,
    _cannot_afford,
    _no_authority,
    _not_now,
    _false_claim,
    _pressure,
    _poor_opening,
    _price_withheld,
    _objection_ignored,
    _repeated_itself,
    _no_price,
    _no_ask,
    _ignored_no,
    _gave_up,
)
"""In order: the first that fits decides."""
