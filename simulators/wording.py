"""Words for what the customer does: by act, style and mood, never the same sentence twice."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib import resources
from pathlib import Path

from pydantic import RootModel

from ai_salesman.conversation.files import load_yaml, validate
from ai_salesman.conversation.slots import fill_slots, slots_in
from ai_salesman.conversation.taxonomy import CustomerAct, Style
from ai_salesman.corpus.customer_prompt import Wanted
from ai_salesman.corpus.customer_templates import CustomerTemplates
from ai_salesman.simulators.choice import Choice
from ai_salesman.simulators.mind import AgendaState

__all__ = [
    "BARGAINING",
    "Answers",
    "load_answers",
    "put_into_words",
    "remembered",
    "said_between",
    "slot_words",
    "speaking_style",
    "wanted_of",
]

_HESITATES: Mapping[Style, float] = {
    Style.PLAIN: 0.14,
    Style.CHATTY: 0.2,
    Style.TERSE: 0.06,
    Style.FORMAL: 0.07,
}
_SOFT_STARTS = re.compile(
    r"^(?:The|That|That's|It|It's|We|We've|We're|You|You'd|There|There's|My|Our|This|If|For|What|How|Is|Can|Do|Does|Could|Not|Maybe)\b"
)
_TIMES = (
    "tomorrow morning",
    "on Thursday afternoon",
    "early next week",
    "on Friday before lunch",
    "one evening next week",
    "on Monday around ten",
)


BARGAINING = frozenset({"name_price", "raise_price", "last_price", "take_price"})
"""Short answers of `phrases/bargaining.yaml`, which the customer model was not taught."""


class Answers(RootModel[dict[str, dict[Style, tuple[str, ...]]]]):
    """Short answers by name and style."""

    def of(self, name: str, style: Style) -> tuple[str, ...]:
        """The wordings of `name` in `style`; plain ones where there are none."""
        forms = self.root[name]
        return forms.get(style) or forms[Style.PLAIN]


@lru_cache(maxsize=1)
def load_answers() -> Answers:
    """The short answers that ship with the package."""
    room = Path(str(resources.files("ai_salesman.simulators"))) / "phrases"
    paths = (room / "answers.yaml", room / "bargaining.yaml")
    files = [validate(load_yaml(path), Answers, source=path).root for path in paths]
    return Answers({name: forms for file in files for name, forms in file.items()})


def put_into_words(
    choice: Choice, templates: Mapping[CustomerAct, CustomerTemplates], answers: Answers
) -> tuple[str, AgendaState]:
    """The customer's turn, and the state that remembers what was said and done."""
    state, parts = choice.state, []
    values = slot_words(state, choice.need)
    if choice.answer:
        said, state = _pick(
            answers.of(choice.answer, speaking_style(state)), choice.answer, state, values
        )
        parts.append(said)
    if not choice.bare or not any(parts):  # every short answer of this kind was given before
        said, state = _sentence(choice.act, choice.need, templates, state, values)
        parts.append(said if parts else _hesitate(said, choice, answers, state))
    state = _counted(state, choice.act)
    if choice.then is not None:
        said, state = _sentence(choice.then, None, templates, state, values)
        parts.append(said)
        state = _counted(state, choice.then)
    text = " ".join(part for part in parts if part)
    return text, state.model_copy(update={"last_act": choice.then or choice.act})


def wanted_of(choice: Choice, slots: Sequence[str]) -> Wanted:
    """The turn that `put_into_words` makes of `choice`, for a model to word.

    `slots` are those that the turn may mention.
    """
    state = choice.state
    bargains = choice.answer in BARGAINING
    acts = () if choice.bare and not bargains else (choice.act,)
    last = choice.then or choice.act
    return Wanted(
        style=speaking_style(state),
        acts=(*acts, choice.then) if choice.then else acts,
        answer="" if bargains else choice.answer,
        again=bool(state.act_counts.get(last.value, 0)),
        slots=tuple(slots),
    )


def remembered(choice: Choice, line: str) -> AgendaState:
    """The state after `choice` was put into `line`, unfilled, by other means than templates."""
    state = _counted(choice.state, choice.act)
    if choice.then is not None:
        state = _counted(state, choice.then)
    state = _having_said(state, line)
    return state.model_copy(update={"last_act": choice.then or choice.act})


def _having_said(state: AgendaState, text: str) -> AgendaState:
    """The state that remembers a sentence, unfilled, and the price that was named in it."""
    changes: dict[str, object] = {"said": (*state.said, text)}
    if "budget" in slots_in(text) and state.would_name is not None:
        changes |= {"offers": (*state.offers, state.would_name), "would_name": None}
    return state.model_copy(update=changes)


def said_between(before: AgendaState, after: AgendaState) -> tuple[str, ...]:
    """The templates, unfilled, that were spoken between two states."""
    return after.said[len(before.said) :]


def _sentence(
    act: CustomerAct,
    need: str | None,
    templates: Mapping[CustomerAct, CustomerTemplates],
    state: AgendaState,
    values: Mapping[str, str],
) -> tuple[str, AgendaState]:
    forms = templates[act]
    style = speaking_style(state)
    candidates: Sequence[str] = forms.of_style(style)
    if act.value.startswith("objection_") and state.act_counts.get(act.value, 0) and forms.again:
        candidates = forms.again
        values = {slot: words for slot, words in values.items() if slot != "budget"}
    if need is not None:
        candidates = [text for text in candidates if {"need", "problem"} & set(slots_in(text))]
    else:
        values = {slot: words for slot, words in values.items() if slot not in ("need", "problem")}
    everything = [text for style_forms in forms.forms.values() for text in style_forms]
    return _pick(
        candidates,
        act.value,
        state,
        values,
        fallback=(*forms.of_style(style), *everything, *forms.spare),
    )


def _pick(
    candidates: Sequence[str],
    kind: str,
    state: AgendaState,
    values: Mapping[str, str],
    fallback: Sequence[str] = (),
) -> tuple[str, AgendaState]:
    """A sentence not yet said whose slots can be filled; stable when others drop out."""
    for pool in (candidates, fallback):
        fit = [
            text for text in pool if text not in state.said and set(slots_in(text)) <= set(values)
        ]
        if fit:
            text = state.luck.pick(fit, f"words:{kind}", state.act_counts.get(kind, 0))
            return fill_slots(text, values)[0], _having_said(state, text)
    return "", state


def speaking_style(state: AgendaState) -> Style:
    """The persona's style; a chatty one turns plain when its patience runs out."""
    style = state.scene.persona.style
    return Style.PLAIN if style is Style.CHATTY and state.patience < 0.2 else style


def _hesitate(text: str, choice: Choice, answers: Answers, state: AgendaState) -> str:
    style = state.scene.persona.style
    key = choice.act.value
    if choice.stop is not None or not _SOFT_STARTS.match(text):
        return text
    if not state.luck.chance(_HESITATES[style], f"hesitate:{key}", state.turns):
        return text
    filler = state.luck.pick(answers.of("hesitation", style), "hesitation", state.turns)
    return f"{filler} {text[0].lower()}{text[1:]}"


def _counted(state: AgendaState, act: CustomerAct) -> AgendaState:
    counts = {**state.act_counts, act.value: state.act_counts.get(act.value, 0) + 1}
    return state.model_copy(update={"act_counts": counts})


def slot_words(state: AgendaState, need: str | None) -> dict[str, str]:
    """Slot -> words. Names and prices only when they were heard."""
    persona, luck = state.scene.persona, state.luck
    topic = state.scene.needs[need or _first_need(state)]
    values = {
        "need": topic.phrase,
        "problem": topic.problem,
        "business": persona.business,
        "competitor": persona.competitor,
        "product": state.names.get("product", "it"),
        "callback_time": _time(state) or luck.pick(_TIMES, "callback time"),
    }
    if "company" in state.names:
        values["company"] = state.names["company"]
    if state.price is not None:
        values["price"] = money(state.net_price or state.price, state)
    if state.would_name is not None:
        values["budget"] = money(state.would_name, state)
    return values


def _first_need(state: AgendaState) -> str:
    return max(state.scene.weights, key=lambda name: state.scene.weights[name])


def _time(state: AgendaState) -> str | None:
    """The time that the caller proposed, as an adverbial."""
    named = state.names.get("callback_time")
    if named is None:
        return None
    ready = named.lower().startswith(("on ", "next ", "this ", "tomorrow", "early"))
    return named if ready else f"on {named}"


def money(amount: float, state: AgendaState) -> str:
    """An amount as it is spoken: '$150 a month'."""
    sign = "$" if state.scene.currency == "USD" else f"{state.scene.currency} "
    figure = f"{amount:,.0f}" if abs(amount - round(amount)) < 0.01 else f"{amount:,.2f}"
    period = f" a {state.period}" if state.period and state.period != "once" else ""
    return f"{sign}{figure}{period}"
