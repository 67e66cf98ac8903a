"""Calls played for the trained customer to learn from: the agenda mind in the corpus's world.

The corpus's own buyer has no trust, no price and no reserve, so it cannot teach when to agree.
Here the corpus's salesmen call the agenda mind, in the corpus's trades, with the wording of one
split: no template of another split is ever spoken.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from ai_salesman.conversation.facts import Need
from ai_salesman.conversation.persona import Persona
from ai_salesman.conversation.slots import fill_slots, slots_in
from ai_salesman.conversation.taxonomy import CustomerAct, Strategy, Style
from ai_salesman.corpus.build import split_phrases
from ai_salesman.corpus.customer_split import templates_of
from ai_salesman.corpus.dialogue import Habit, Skill, Split
from ai_salesman.corpus.fillers import embedded_fillers
from ai_salesman.corpus.phrasing import SalesmanPhrases
from ai_salesman.corpus.seller import Move, Seller
from ai_salesman.simulators.agenda_choice import choose
from ai_salesman.simulators.base import Scene
from ai_salesman.simulators.choice import Choice
from ai_salesman.simulators.haggling import next_offer
from ai_salesman.simulators.heard import Context, Heard
from ai_salesman.simulators.learned_choice import choice_of, is_possible
from ai_salesman.simulators.mind import AgendaState, awaken, hear_turn
from ai_salesman.simulators.mind_bands import bands_of
from ai_salesman.simulators.mind_settings import MindSettings
from ai_salesman.simulators.population import Population, draw
from ai_salesman.simulators.prices_heard import hear_money
from ai_salesman.simulators.wording import put_into_words, said_between, wanted_of
from ai_salesman.training.customer_examples import CustomerExample
from ai_salesman.training.customer_split import answers_of
from ai_salesman.training.heard_labels import heard_from_labels

__all__ = ["CallTurn", "play_calls", "play_turns"]

_SPREAD = 0.2
"""Personas vary twice as much as in a campaign: the model must know the whole range."""
_NEEDS = 3
_FALLBACK_PRICE = 100.0
_WANDERS = (
    CustomerAct.ACKNOWLEDGE,
    CustomerAct.PROVIDE_INFO,
    CustomerAct.INTEREST,
    CustomerAct.HESITATE,
    CustomerAct.OFF_TOPIC,
    CustomerAct.CONFUSED,
    CustomerAct.ASK_PRICE,
    CustomerAct.ASK_DETAIL,
    CustomerAct.ASK_PROCESS,
    *(act for act in CustomerAct if act.value.startswith("objection_")),
)
"""What a customer may do against the agenda's choice while it is played: the call goes on."""


class CallTurn(NamedTuple):
    """One turn of a customer in a played call."""

    state: AgendaState
    """The mind that has taken in the turn heard."""
    heard: Heard
    choice: Choice
    """The agenda's, whether or not it was followed."""
    spoken: str
    """The salesman's words."""
    line: str
    """The customer's, delexicalised: those of the act that was followed."""


def play_calls(
    count: int, split: Split, seed: int = 1, max_turns: int = 12
) -> Iterator[CustomerExample]:
    """The customer turns of `count` calls spoken with the words of `split`.

    Args:
        count: how many calls; call i depends on `seed`, `split` and i alone.
        split: whose templates both sides speak with.
        seed: of personas, trades, salesmen and luck.
        max_turns: most salesman turns of a call.
    """
    for turn in play_turns(count, split, seed, max_turns):
        if turn.line:
            wanted = wanted_of(turn.choice, slots_in(turn.line))
            bands = bands_of(turn.state, turn.heard)
            yield CustomerExample(wanted, turn.choice.act, bands, turn.spoken, turn.line)


def play_turns(
    count: int,
    split: Split,
    seed: int = 1,
    max_turns: int = 12,
    personas: Sequence[Persona] = (),
    wander: float = 0.0,
    worth: float = 0.0,
) -> Iterator[CallTurn]:
    """The same calls with the mind behind each turn.

    Args:
        count: how many calls.
        split: whose templates both sides speak with.
        seed: of personas, trades, salesmen and luck.
        max_turns: most salesman turns of a call.
        personas: who is called; empty: all that ship with the package.
        wander: chance that the customer does something else than the agenda chose, so that
            what the agenda would do is also known where it would never have come.
        worth: standard deviation of the logarithm by which the reserve price is varied, so that
            bargains and absurd prices are met, too.
    """
    salesman = split_phrases(split)
    people = draw(Population(personas=tuple(personas), spread=_SPREAD), "any", count, seed)
    for index, persona in enumerate(people):
        rng = np.random.default_rng([seed, list(Split).index(split), index])
        if worth:
            varied = persona.reserve * float(np.exp(worth * rng.normal()))
            persona = persona.model_copy(update={"reserve": varied})
        yield from _Call(persona, salesman, split, rng, wander).play(max_turns)


class _Call:
    """One call while it is played. Single-use."""

    def __init__(
        self,
        persona: Persona,
        salesman: SalesmanPhrases,
        split: Split,
        rng: np.random.Generator,
        wander: float,
    ):
        fillers = embedded_fillers()
        trades = fillers.trade_names()
        self._trade = trades[int(rng.integers(len(trades)))]
        self._values = fillers.sample(self._trade, rng)
        self._salesman, self._rng, self._wander = salesman, rng, wander
        self._templates, self._answers = templates_of(split), answers_of(split)
        self._scene = self._make_scene(persona)
        self._mind = MindSettings()

    def play(self, max_turns: int) -> Iterator[CallTurn]:
        """The customer's turns, until somebody ends the call."""
        skills = list(Skill)
        seller = Seller(skills[int(self._rng.integers(len(skills)))], self._rng)
        state, act, words = awaken(self._scene), None, ""
        for _ in range(max_turns):
            move = seller.move(act)
            text, habit = self._sell(move, act)
            needs = list(self._scene.weights)
            context = Context(
                my_words=words,
                my_act=act,
                price=state.price,
                discount=state.discount,
                offer=state.offers[-1] if state.offers else None,
            )
            heard = heard_from_labels(text, move, habit, self._values, needs, context)
            moved = hear_turn(state, heard, self._mind)
            moved = moved.model_copy(update={"would_name": next_offer(moved, self._mind)})
            choice = choose(moved, heard, self._mind)
            followed = self._wandered(choice, moved, heard)
            words, after = put_into_words(followed, self._templates, self._answers)
            line = " ".join(said_between(followed.state, after))
            yield CallTurn(moved, heard, choice, fill_slots(text, self._values)[0], line)
            if followed.stop or move.strategy is Strategy.RESPECT_NO:
                return
            state, act = after, after.last_act

    def _wandered(self, choice: Choice, state: AgendaState, heard: Heard) -> Choice:
        """The agenda's choice, or now and then another."""
        if not self._wander or self._rng.random() >= self._wander:
            return choice
        acts = [act for act in _WANDERS if is_possible(act, state)]
        act = acts[int(self._rng.integers(len(acts)))]
        return choice_of(act, state, heard, self._mind)

    def _sell(self, move: Move, act: CustomerAct | None) -> tuple[str, Habit | None]:
        phrase = None if move.bad_habit else self._salesman.good(move.strategy, act, self._rng)
        if phrase is not None:
            return phrase.text, None
        bad = self._salesman.bad(act, self._rng)
        return bad.text, bad.habit

    def _make_scene(self, persona: Persona) -> Scene:
        """The persona as somebody who might want what this trade offers."""
        values, rng = self._values, self._rng
        pool = [n for n in embedded_fillers().trades[self._trade]["need"] if n != values["need"]]
        phrases = [values["need"], *(pool[int(i)] for i in rng.permutation(len(pool)))][:_NEEDS]
        weights = np.sort(rng.dirichlet(np.ones(len(phrases))))[::-1]
        price = hear_money(values["price"], Context()).price or _FALLBACK_PRICE
        names = [f"need_{i}" for i in range(len(phrases))]
        styles = list(Style)
        return Scene(
            persona=persona.model_copy(
                update={
                    "business": values["business"],
                    "competitor": values["competitor"],
                    "style": styles[int(rng.integers(len(styles)))],
                }
            ),
            weights=dict(zip(names, map(float, weights), strict=True)),
            needs={
                name: Need(phrase=phrase, problem=values["problem"])
                for name, phrase in zip(names, phrases, strict=True)
            },
            helps={},
            reserve=_reserve(persona, price),
            currency="USD",
            seed=int(rng.integers(2**31)),
        )


def _reserve(persona: Persona, price: float) -> float:
    absolute = persona.reserve_unit == "absolute"
    return price * (1.0 if absolute else persona.reserve)
