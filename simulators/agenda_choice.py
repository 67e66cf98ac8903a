"""What the customer does next: from the mind and what was heard to one or two acts."""

from __future__ import annotations

from ai_salesman.conversation.taxonomy import CustomerAct, SalesAct, StopReason
from ai_salesman.simulators.bargain_choice import bargain
from ai_salesman.simulators.choice import (
    Choice,
    is_blocked,
    raise_doubt,
    refuse,
    standing_doubt,
    tell,
)
from ai_salesman.simulators.decision import acceptance, is_overpriced, utility
from ai_salesman.simulators.heard import Heard
from ai_salesman.simulators.mind import AgendaState, Doubt, usual_remedies
from ai_salesman.simulators.mind_settings import MindSettings

__all__ = ["choose"]

_A = CustomerAct


def choose(state: AgendaState, heard: Heard, cfg: MindSettings) -> Choice:
    """The customer's reaction to a turn that its mind has taken in."""
    rules = (_leave, _at_nonsense, _at_farewell, _at_start, _at_callback, bargain, _at_decision)
    for rule in rules:
        choice = rule(state, heard, cfg)
        if choice is not None:
            return choice
    return _in_between(state, heard, cfg)


def _leave(state: AgendaState, heard: Heard, cfg: MindSettings) -> Choice | None:
    """Out of patience, pushed after a no, or told enough."""
    luck = state.luck
    if state.pressure and state.refusals and SalesAct.PRESSURE in heard.acts:
        stop = luck.chance(0.45 + 0.4 * (1 - state.trust), "do_not_call", state.pressure)
        if stop:
            return Choice(_A.DO_NOT_CALL, state, stop=StopReason.DO_NOT_CALL)
        return Choice(_A.REFUSE, state, stop=StopReason.REFUSED)
    if state.patience <= cfg.hang_up:
        if luck.chance(0.25 * (1 - state.trust) + 0.1 * state.pressure, "do_not_call"):
            return Choice(_A.DO_NOT_CALL, state, stop=StopReason.DO_NOT_CALL)
        rude = state.pressure or state.nonsense > 1 or state.scene.persona.traits.trust < 0.2
        return Choice(_A.HOSTILE if rude else _A.GOODBYE, state, stop=StopReason.HUNG_UP)
    if state.refusals and SalesAct.THANK not in heard.acts and state.refusals >= 2:
        return Choice(_A.REFUSE, state, stop=StopReason.REFUSED)
    return None


def _at_nonsense(state: AgendaState, heard: Heard, _cfg: MindSettings) -> Choice | None:
    if not heard.nonsense:
        return None
    if state.nonsense >= 3 or state.patience < 0.15:
        return Choice(_A.GOODBYE, state, stop=StopReason.HUNG_UP)
    annoyed = state.nonsense == 2 and state.scene.persona.traits.trust < 0.45
    return Choice(_A.HOSTILE if annoyed else _A.CONFUSED, state)


def _at_farewell(state: AgendaState, heard: Heard, _cfg: MindSettings) -> Choice | None:
    if not heard.farewell or heard.questions:
        return None
    stop = StopReason.REFUSED if state.refusals else StopReason.SALESMAN_ENDED
    return Choice(_A.GOODBYE, state, stop=stop)


def _at_start(state: AgendaState, heard: Heard, _cfg: MindSettings) -> Choice | None:
    """The first words: who is this, is it a good moment."""
    if state.turns > 1:
        return None
    luck, traits = state.luck, state.scene.persona.traits
    if SalesAct.INTRODUCE not in heard.acts and "company" not in heard.names:
        return Choice(_A.GREET, state)
    if luck.chance(0.45 * (1 - traits.patience), "busy"):
        return Choice(_A.BUSY, state)
    early = standing_doubt(state, _A.OBJECTION_TRUST) or standing_doubt(state, _A.OBJECTION_NEED)
    if early and luck.chance(0.75 * early.strength * (1 - traits.trust), "early doubt"):
        return raise_doubt(state, early)
    if luck.chance(0.25 * traits.talkativeness, "small talk"):
        return Choice(_A.OFF_TOPIC, state, answer="permit")
    if heard.asked and set(heard.asked) & set(state.scene.weights) and traits.talkativeness > 0.6:
        return tell(state, heard, answer="permit")
    if "permission" in heard.questions:
        warm = "permit" if traits.patience + traits.trust > 0.9 else "permit_grudgingly"
        return Choice(_A.ACKNOWLEDGE, state, answer=warm, bare=True)
    return Choice(_A.ACKNOWLEDGE, state)


def _at_callback(state: AgendaState, heard: Heard, _cfg: MindSettings) -> Choice | None:
    """A later call is proposed, and there is a reason of mine to have one."""
    proposed = "callback" in heard.remedies or "callback" in heard.questions
    if not proposed or state.refusals:
        return None
    waiting = _open(state, _A.OBJECTION_TIMING) or _open(state, _A.OBJECTION_AUTHORITY)
    wished = state.last_act in (_A.BUSY, _A.CALLBACK)
    undecided = state.last_act is _A.HESITATE and state.interest > 0.3
    if not (waiting or wished or undecided) or state.trust < 0.15 or state.interest < 0.12:
        return None
    return Choice(_A.CALLBACK, state, answer="callback_yes", stop=StopReason.CALLBACK)


def _at_decision(state: AgendaState, heard: Heard, cfg: MindSettings) -> Choice | None:
    """Asked for a yes: the decision of INSTRUMENTS.md."""
    if "commitment" not in heard.questions:
        return None
    state = state.model_copy(update={"asked_to_buy": state.asked_to_buy + 1})
    if state.price is None:
        if utility(state, cfg) < cfg.threshold - 2 * cfg.far_below and state.asked_to_buy > 1:
            return refuse(state)
        return Choice(_A.ASK_PRICE, state)
    # One draw a call: asking again brings nothing unless something has changed.
    if state.luck.chance(acceptance(state, cfg), "accept") and not is_blocked(state):
        return Choice(_A.AGREE, state, stop=StopReason.AGREED)
    return _not_yet(state, heard, cfg)


def _not_yet(state: AgendaState, heard: Heard, cfg: MindSettings) -> Choice:
    gap = cfg.threshold - utility(state, cfg)
    if gap > cfg.far_below:
        state = state.model_copy(update={"far_below": state.far_below + 1})
        if state.far_below >= 2:
            return refuse(state)
    due = _due(state, heard, cfg, asked=True)
    if due is not None:
        return raise_doubt(state, due)
    if state.open_doubts:
        return _come_back(state, state.open_doubts[-1])
    if state.asked_to_buy >= 3 or (state.asked_to_buy >= 2 and gap > 0.2):
        return refuse(state)
    return Choice(_A.HESITATE, state)


def _come_back(state: AgendaState, doubt: Doubt) -> Choice:
    """The same doubt again; after three rounds it becomes a no."""
    if doubt.times_raised >= 3:
        if doubt.act in (_A.OBJECTION_AUTHORITY, _A.OBJECTION_TIMING) and state.interest > 0.4:
            return Choice(_A.CALLBACK, state, stop=None)
        return refuse(state)
    return raise_doubt(state, doubt)


def _in_between(state: AgendaState, heard: Heard, cfg: MindSettings) -> Choice:
    """No decision asked: answer, doubt, ask, or just follow."""
    unsettled = next((d for d in state.open_doubts if d.times_answered >= d.times_raised), None)
    if unsettled is not None and state.last_act is unsettled.act:
        return _come_back(state, unsettled)
    due = _due(state, heard, cfg, asked=False)
    if due is not None and "doubts" not in heard.questions:
        return raise_doubt(state, due)
    if heard.questions:
        return _answer(state, heard, cfg)
    return _react(state, heard, cfg)


def _due(state: AgendaState, heard: Heard, cfg: MindSettings, *, asked: bool) -> Doubt | None:
    """A latent doubt whose moment has come; one at a time."""
    if state.open_doubts and not asked:
        return None
    for doubt in state.luck.order([d for d in state.doubts if d.status == "latent"], "doubts"):
        eager = _eagerness(state, heard, doubt, cfg, asked)
        if state.luck.chance(eager, f"raise:{doubt.act.value}", state.turns):
            return doubt
    if is_overpriced(state, cfg) and all(d.act is not _A.OBJECTION_PRICE for d in state.doubts):
        return Doubt(
            act=_A.OBJECTION_PRICE,
            strength=0.3 + 0.4 * state.scene.persona.traits.price_sensitivity,
            resolved_by=usual_remedies(_A.OBJECTION_PRICE)[:2],
        )
    return None


def _eagerness(
    state: AgendaState, heard: Heard, doubt: Doubt, cfg: MindSettings, asked: bool
) -> float:
    """Chance that a latent doubt comes out now."""
    told = bool(heard.served) or heard.informs
    late = state.price is not None or SalesAct.NEXT_STEP in heard.acts
    match doubt.act:
        case _A.OBJECTION_PRICE:
            if state.price is None:
                return 0.0
            return 0.95 if is_overpriced(state, cfg) else 0.35 * doubt.strength
        case _A.OBJECTION_NEED:
            return (0.05 + 0.5 * told) * doubt.strength * (1 - 0.6 * state.interest)
        case _A.OBJECTION_TRUST:
            return (0.05 + 0.6 * told) * doubt.strength * (1 - 0.6 * state.trust)
        case _A.OBJECTION_COMPETITOR:
            probed = "supplier" in heard.questions
            return 0.9 if probed else 0.45 * doubt.strength * told
        case _:
            return 0.97 if asked else (0.3 * doubt.strength if late else 0.03)


def _answer(state: AgendaState, heard: Heard, cfg: MindSettings) -> Choice:
    """Answer the last question of the turn, as it is the one still in the ear."""
    luck, question = state.luck, heard.questions[-1]
    match question:
        case "wellbeing":
            return Choice(_A.OFF_TOPIC, state)
        case "permission":
            return Choice(_A.ACKNOWLEDGE, state, answer="permit", bare=True)
        case "decider":
            alone = standing_doubt(state, _A.OBJECTION_AUTHORITY) is None
            if alone:
                return Choice(_A.PROVIDE_INFO, state, answer="decide_alone", bare=True)
            doubt = standing_doubt(state, _A.OBJECTION_AUTHORITY)
            assert doubt is not None
            return raise_doubt(state, doubt)
        case "doubts":
            return _name_doubt(state, heard)
        case "callback":
            return Choice(_A.HESITATE, state)
        case "quantity":
            return tell(state, heard, answer="figure")
        case "supplier":
            return Choice(_A.PROVIDE_INFO, state, answer="supplier", bare=True)
        case "agreement":
            return _agreement(state, heard, cfg)
    undisclosed = [need for need in state.scene.weights if need not in state.disclosed]
    willing = 0.35 + 0.5 * state.scene.persona.traits.talkativeness + 0.3 * state.trust
    if luck.chance(willing, "tell", state.turns) and (undisclosed or heard.asked):
        return tell(state, heard)
    if question == "closed":
        mine = set(heard.asked) & set(state.scene.weights)
        return Choice(_A.PROVIDE_INFO, state, answer="yes" if mine else "hardly", bare=True)
    return Choice(_A.PROVIDE_INFO, state, answer="vague", bare=True)


def _name_doubt(state: AgendaState, heard: Heard) -> Choice:
    """Asked what stands in the way: say it."""
    waiting = [d for d in state.doubts if d.status != "resolved"]
    if not waiting:
        return tell(state, heard) if state.interest < 0.4 else Choice(_A.ASK_PROCESS, state)
    return raise_doubt(state, max(waiting, key=lambda d: (d.status == "raised", d.strength)))


def _agreement(state: AgendaState, heard: Heard, cfg: MindSettings) -> Choice:
    """'Does that make sense? Did I get that right?'"""
    mine = {**heard.asked, **heard.served}.keys() & state.scene.weights.keys()
    follow = _next_question(state, cfg)
    if heard.served and mine and state.interest > 0.35:
        return Choice(_A.INTEREST, state, then=follow)
    if mine:
        return tell(state, heard, answer="right")
    if heard.asked or heard.served:
        return tell(state, heard, answer="not_quite")
    if state.interest > 0.45:
        return Choice(_A.ACKNOWLEDGE, state, then=follow)
    return Choice(_A.HESITATE if state.interest < 0.3 else _A.ACKNOWLEDGE, state)


def _react(state: AgendaState, heard: Heard, cfg: MindSettings) -> Choice:
    """Nothing was asked: react to what was told."""
    settled = any("settled" in e and "not settled" not in e for e in state.events)
    follow = _next_question(state, cfg)
    if settled:
        return Choice(_A.ACKNOWLEDGE, state, answer="settled", bare=True, then=follow)
    talk = state.scene.persona.traits.talkativeness
    if set(heard.served) & set(state.scene.weights) and state.interest > 0.35:
        if follow and state.luck.chance(0.6, "question", state.turns):
            return Choice(follow, state)
        return Choice(_A.INTEREST, state)
    if state.luck.chance(0.3 * talk, "volunteer", state.turns) and len(state.disclosed) < 3:
        return tell(state, heard)
    if follow and state.luck.chance(0.3 + 0.5 * state.interest, "question", state.turns):
        return Choice(follow, state)
    if heard.price is not None and state.interest < 0.45:
        return Choice(_A.HESITATE, state)
    return Choice(_A.ACKNOWLEDGE, state)


def _next_question(state: AgendaState, cfg: MindSettings) -> CustomerAct | None:
    """What an interested customer wants to know next."""
    if state.interest < 0.35:
        return None
    if state.price is None:
        return _A.ASK_PRICE if len(state.served) >= 1 else _A.ASK_DETAIL
    asked = state.act_counts
    if acceptance(state, cfg) > 0.5 and asked.get(_A.ASK_PROCESS.value, 0) < 1:
        return _A.ASK_PROCESS
    if asked.get(_A.ASK_DETAIL.value, 0) < 2 and len(state.served) < len(state.scene.weights):
        return _A.ASK_DETAIL
    return None


def _open(state: AgendaState, act: CustomerAct) -> bool:
    return any(d.act is act for d in state.open_doubts)
