"""The customer's mind: its state, and what each kind of event does to it.

Every function takes a state and returns a new one; `events` notes in words what happened.
`hear_turn` is the whole update table, in order.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from ai_salesman.conversation.persona import Objection, Remedy
from ai_salesman.conversation.taxonomy import CustomerAct, SalesAct
from ai_salesman.simulators.base import CustomerState, Scene
from ai_salesman.simulators.heard import Heard
from ai_salesman.simulators.luck import Luck
from ai_salesman.simulators.mind_settings import MindSettings

__all__ = ["AgendaState", "Doubt", "awaken", "hear_turn", "usual_remedies"]

_A = CustomerAct


class Doubt(BaseModel):
    """An objection in the customer's head."""

    model_config = ConfigDict(frozen=True)

    act: CustomerAct
    strength: float
    resolved_by: tuple[str, ...]
    status: Literal["latent", "raised", "resolved"] = "latent"
    times_raised: int = 0
    times_answered: int = 0

    def said(self) -> Doubt:
        """The doubt, spoken once more."""
        return self.model_copy(update={"status": "raised", "times_raised": self.times_raised + 1})


class AgendaState(CustomerState):
    """The mind of an agenda customer between two turns."""

    model_config = ConfigDict(frozen=True)

    interest: float
    trust: float
    patience: float
    belief: dict[str, float] = {}
    """Need -> how far I believe that the offer would meet it (coverage x belief)."""
    doubts: tuple[Doubt, ...] = ()
    disclosed: tuple[str, ...] = ()
    """Needs I have spoken of."""
    price: float | None = None
    """List price as heard."""
    period: str = ""
    discount: float = 0.0
    """Percent off, as heard."""
    offers: tuple[float, ...] = ()
    """Prices that I named myself, in order."""
    would_name: float | None = None
    """The price that I would name now; None when I have none to name."""
    names: dict[str, str] = {}
    """company, product, agent, callback_time as heard."""
    turns: int = 0
    """Salesman turns heard."""
    rapport: int = 0
    """Good questions and kind words so far."""
    proofs: int = 0
    served: tuple[str, ...] = ()
    """Needs that something said so far would help with."""
    nonsense: int = 0
    """Turns in a row that I could not make sense of."""
    pressure: int = 0
    asked_to_buy: int = 0
    refusals: int = 0
    far_below: int = 0
    """How often a request for the decision found me far from it."""
    last_act: CustomerAct | None = None
    said: tuple[str, ...] = ()
    """Templates already used in this call."""
    act_counts: dict[str, int] = {}
    events: tuple[str, ...] = ()
    """What moved the mind in the last turn."""

    @property
    def luck(self) -> Luck:
        """The luck of this customer."""
        return Luck(self.scene.seed, self.scene.persona.id)

    @property
    def net_price(self) -> float | None:
        """Price after the discount heard."""
        return None if self.price is None else self.price * (1 - self.discount / 100)

    @property
    def open_doubts(self) -> tuple[Doubt, ...]:
        """Doubts raised and not resolved."""
        return tuple(doubt for doubt in self.doubts if doubt.status == "raised")

    def with_doubt(self, doubt: Doubt) -> AgendaState:
        """The state with the doubt of the same act replaced, or added."""
        others = tuple(d for d in self.doubts if d.act is not doubt.act)
        kept = tuple(doubt if d.act is doubt.act else d for d in self.doubts)
        known = len(others) < len(self.doubts)
        return self.model_copy(update={"doubts": kept if known else (*self.doubts, doubt)})

    def noting(self, event: str, **changes: Any) -> AgendaState:
        """The state with `changes`, traits kept in [0, 1], and a note of the event."""
        for trait in ("interest", "trust", "patience"):
            if trait in changes:
                changes[trait] = min(1.0, max(0.0, changes[trait]))
        return self.model_copy(update={**changes, "events": (*self.events, event)})


_USUAL: dict[CustomerAct, tuple[Remedy, ...]] = {
    _A.OBJECTION_PRICE: ("discount", "guarantee", "price"),
    _A.OBJECTION_NEED: ("feature", "proof", "empathy"),
    _A.OBJECTION_TRUST: ("proof", "guarantee", "empathy"),
    _A.OBJECTION_TIMING: ("term", "process", "callback"),
    _A.OBJECTION_COMPETITOR: ("feature", "proof", "guarantee"),
    _A.OBJECTION_AUTHORITY: ("process", "callback"),
}


def usual_remedies(act: CustomerAct) -> tuple[Remedy, ...]:
    """What helps most people with an objection."""
    return _USUAL[act]


def awaken(scene: Scene) -> AgendaState:
    """The mind of a customer who has just picked up the telephone."""
    persona = scene.persona
    carried = list(persona.objections)
    if persona.authority == "must_ask" and not _has(carried, _A.OBJECTION_AUTHORITY):
        carried.append(Objection(act=_A.OBJECTION_AUTHORITY, strength=0.6))
    if persona.timing == "later" and not _has(carried, _A.OBJECTION_TIMING):
        carried.append(Objection(act=_A.OBJECTION_TIMING, strength=0.6))
    return AgendaState(
        scene=scene,
        interest=persona.traits.openness * 0.7,
        trust=persona.traits.trust,
        patience=persona.traits.patience,
        doubts=tuple(
            Doubt(act=o.act, strength=o.strength, resolved_by=o.resolved_by or _USUAL[o.act])
            for o in carried
        ),
    )


def hear_turn(state: AgendaState, heard: Heard, cfg: MindSettings) -> AgendaState:
    """Everything that one salesman turn does to the mind."""
    state = state.model_copy(
        update={
            "events": (),
            "turns": state.turns + 1,
            "names": {**state.names, **heard.names},
        }
    )
    state = _tire(state, heard, cfg)
    if heard.nonsense:
        return _puzzled(state, cfg)
    state = _take_pressure(state.model_copy(update={"nonsense": 0}), heard, cfg)
    state = _grow_wary(state, heard, cfg)
    state = _feel_heard(state, heard, cfg)
    state = _weigh_proof(state, heard, cfg)
    state = _take_in_benefits(state, heard, cfg)
    state = _meet(_note_price(state, heard))
    return _weigh_answers(state, heard, cfg)


def _tire(state: AgendaState, heard: Heard, cfg: MindSettings) -> AgendaState:
    """Any turn costs patience; length, repetition and evasion cost more."""
    cost = cfg.turn_cost + cfg.length_cost * max(0, heard.words - cfg.length_free)
    notes = []
    if heard.repetition > cfg.repetition_free:
        cost += cfg.repetition_cost * heard.repetition
        notes.append("heard that before")
    if heard.relevance < 0.5 and _wants_answer(state):
        cost += cfg.irrelevance_cost * (1 - heard.relevance)
        notes.append("my question was passed over")
    note = "; ".join(notes) or "another turn of listening"
    return state.noting(f"patience -{cost:.2f}: {note}", patience=state.patience - cost)


def _wants_answer(state: AgendaState) -> bool:
    act = state.last_act
    return act is not None and (act.value.startswith(("ask_", "objection_")))


def _puzzled(state: AgendaState, cfg: MindSettings) -> AgendaState:
    """One turn may have been misheard; it takes several in a row to cost in full."""
    in_a_row = state.nonsense + 1
    weight = min(1.0, in_a_row / cfg.nonsense_turns)
    return state.noting(
        "that made no sense to me",
        patience=state.patience - weight * cfg.nonsense_cost,
        trust=state.trust * (1 - weight * cfg.nonsense_trust),
        nonsense=in_a_row,
    )


def _take_pressure(state: AgendaState, heard: Heard, cfg: MindSettings) -> AgendaState:
    if SalesAct.PRESSURE not in heard.acts:
        return state
    worse = 1.6 if state.refusals else 1.0
    return state.noting(
        "pushed after a no" if state.refusals else "felt pushed",
        trust=state.trust - worse * cfg.pressure_trust,
        patience=state.patience - worse * cfg.pressure_patience,
        pressure=state.pressure + 1,
    )


def _grow_wary(state: AgendaState, heard: Heard, cfg: MindSettings) -> AgendaState:
    for reason in heard.suspicious:
        state = state.noting(reason, trust=state.trust - cfg.suspicion_trust)
    return state


def _feel_heard(state: AgendaState, heard: Heard, cfg: MindSettings) -> AgendaState:
    """Questions about my needs, reflection and empathy, with diminishing returns."""
    about_me = any(need in state.scene.weights for need in heard.asked)
    kind = heard.acts & {SalesAct.EMPATHISE, SalesAct.REFLECT}
    curious = SalesAct.ASK_OPEN in heard.acts
    open_manner = heard.acts & {SalesAct.INTRODUCE, SalesAct.DISCLOSE}
    if open_manner:
        state = state.noting("told me who calls", trust=state.trust + cfg.courtesy_trust)
    if not (about_me or kind or curious) or heard.repetition > 0.6:
        return state
    gain = (0.4 + 0.6 * about_me) * cfg.rapport_decay**state.rapport
    return state.noting(
        "asked about what matters to me" if about_me else "listened to me",
        trust=state.trust + cfg.rapport_trust * gain,
        patience=state.patience + cfg.rapport_patience * gain,
        rapport=state.rapport + 1,
    )


def _weigh_proof(state: AgendaState, heard: Heard, cfg: MindSettings) -> AgendaState:
    """Proof and guarantees raise trust; the second says less than the first."""
    clear = max(heard.remedies.get("proof", 0.0), heard.remedies.get("guarantee", 0.0))
    if clear < 0.5 or heard.suspicious or heard.repetition > 0.6:
        return state
    gain = cfg.proof_trust * clear * 0.5**state.proofs * (1 - state.trust)
    return state.noting("something to go by", trust=state.trust + 2 * gain, proofs=state.proofs + 1)


def _take_in_benefits(state: AgendaState, heard: Heard, cfg: MindSettings) -> AgendaState:
    """Belief in what serves me moves toward trust; interest follows."""
    if not heard.informs:
        return state.noting("interest fades", interest=state.interest - cfg.interest_decay)
    mine = {need: clear for need, clear in heard.served.items() if need in state.scene.weights}
    if not mine:
        if not (heard.price is not None or heard.remedies):
            return state.noting(
                "nothing in it for me", patience=state.patience - cfg.useless_fact_cost
            )
        return state
    belief, interest = dict(state.belief), state.interest
    for need, clear in mine.items():
        before = belief.get(need, 0.0)
        after = before + cfg.belief_rate * max(0.0, clear * state.trust - before)
        belief[need] = after
        interest += cfg.interest_rate * state.scene.weights[need] * (after - before)
    return state.noting(
        f"would help with {', '.join(mine)}",
        belief=belief,
        interest=interest,
        served=tuple(dict.fromkeys([*state.served, *mine])),
    )


def _note_price(state: AgendaState, heard: Heard) -> AgendaState:
    if heard.price is not None and state.price is None:
        state = state.noting(f"it costs {heard.price:g}", price=heard.price, period=heard.period)
    if heard.discount is not None and heard.discount > state.discount:
        state = state.noting(f"{heard.discount:.0f} percent off", discount=heard.discount)
    return state


def _meet(state: AgendaState) -> AgendaState:
    """Asked for no more than I offered, I have no doubt about the price left."""
    price, doubt = state.net_price, _price_doubt(state)
    if price is None or doubt is None or not state.offers or price > state.offers[-1]:
        return state
    settled = doubt.model_copy(update={"status": "resolved"})
    return state.with_doubt(settled).noting("objection price settled: they met my price")


def _price_doubt(state: AgendaState) -> Doubt | None:
    return next((d for d in state.open_doubts if d.act is _A.OBJECTION_PRICE), None)


def _weigh_answers(state: AgendaState, heard: Heard, cfg: MindSettings) -> AgendaState:
    """Each open doubt that this turn speaks to is resolved, or stays and costs patience."""
    for doubt in state.open_doubts:
        worth = _worth(doubt, heard, cfg)
        if worth > 0:
            state = _weigh_answer(state, doubt, worth, heard, cfg)
    return state


def _worth(doubt: Doubt, heard: Heard, cfg: MindSettings) -> float:
    """How well the remedies offered fit this doubt, in [0, 1]."""
    offered = dict(heard.remedies)
    if heard.served:
        offered["feature"] = max(heard.served.values())
    own = [offered[r] for r in offered if r in doubt.resolved_by]
    usual = [cfg.unfit_remedy * offered[r] for r in offered if r in _USUAL[doubt.act]]
    return max([*own, *usual], default=0.0)


def _weigh_answer(
    state: AgendaState, doubt: Doubt, worth: float, heard: Heard, cfg: MindSettings
) -> AgendaState:
    chance = worth * max(
        0.0,
        cfg.resolve_base
        + cfg.resolve_trust * state.trust
        - cfg.resolve_strength * doubt.strength
        + 0.1 * (heard.relevance - 0.5),
    )
    name = doubt.act.value.replace("_", " ")
    answered = doubt.times_answered + 1
    if state.luck.chance(chance, f"resolve:{doubt.act.value}", doubt.times_answered):
        eased = doubt.model_copy(update={"status": "resolved", "times_answered": answered})
        return state.with_doubt(eased).noting(f"{name} settled", interest=state.interest + 0.03)
    softer = doubt.strength * (1 - (1 - cfg.softening) * worth)
    kept = doubt.model_copy(update={"strength": softer, "times_answered": answered})
    return state.with_doubt(kept).noting(
        f"{name} not settled by that", patience=state.patience - cfg.unsettled_cost
    )


def _has(objections: Sequence[Objection], act: CustomerAct) -> bool:
    return any(objection.act is act for objection in objections)
