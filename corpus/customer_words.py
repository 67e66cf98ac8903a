"""Put a customer act into words: filled templates, sometimes two in a turn, roughened."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from ai_salesman.conversation.slots import fill_slots, slots_in
from ai_salesman.conversation.taxonomy import CustomerAct, Style
from ai_salesman.corpus.customer_lines import CustomerLine
from ai_salesman.corpus.dialogue import Split
from ai_salesman.corpus.noise import roughen
from ai_salesman.corpus.splits import split_templates

__all__ = ["CustomerPhrases", "Spoken"]

_LEADS: Mapping[CustomerAct, tuple[CustomerAct, ...]] = {
    act: (CustomerAct.ACKNOWLEDGE,)
    for act in CustomerAct
    if act.value.startswith(("objection_", "ask_")) or act is CustomerAct.HESITATE
} | {
    CustomerAct.AGREE: (CustomerAct.INTEREST,),
    CustomerAct.ASK_PRICE: (CustomerAct.ACKNOWLEDGE, CustomerAct.INTEREST),
    CustomerAct.ASK_PROCESS: (CustomerAct.ACKNOWLEDGE, CustomerAct.INTEREST),
}
"""Acts that may go before another in one turn; the second is what the turn means."""
_TWO_IN_A_TURN = 0.12


class Spoken(NamedTuple):
    """A customer turn in plain words."""

    text: str
    slots: tuple[str, ...]
    templates: tuple[str, ...]


class CustomerPhrases:
    """Says what an act means, from the templates of one split."""

    def __init__(self, lines: Sequence[CustomerLine], split: Split):
        splits = split_templates((line.id, line.act) for line in lines)
        self._by_act: defaultdict[CustomerAct, list[CustomerLine]] = defaultdict(list)
        for line in lines:
            if splits[line.id] is split:
                self._by_act[line.act].append(line)

    def say(
        self,
        act: CustomerAct,
        style: Style,
        values: Mapping[str, str],
        rng: np.random.Generator,
        again: bool = False,
    ) -> Spoken:
        """A turn that means `act`, for the first time in its call or `again`."""
        lines = [self._line(act, style, rng, again)]
        if act in _LEADS and rng.random() < _TWO_IN_A_TURN:
            leads = _LEADS[act]
            lines.insert(0, self._line(leads[int(rng.integers(len(leads)))], style, rng))
        text = " ".join(fill_slots(line.text, values)[0] for line in lines)
        slots = slots_in(" ".join(line.text for line in lines))
        return Spoken(roughen(text, rng), tuple(slots), tuple(line.id for line in lines))

    def _line(
        self, act: CustomerAct, style: Style, rng: np.random.Generator, again: bool = False
    ) -> CustomerLine:
        lines = self._by_act[act]
        wanted = (style, None) if again else (style,)
        options = [line for line in lines if line.style in wanted] or lines
        return options[int(rng.integers(len(options)))]
