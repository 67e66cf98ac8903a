"""Measure a customer model: perplexity, acts, slots, variety, copies, role.

All figures are about held-out templates: wording, the salesman's too, that training never met.
Acts are read by instruments that had no part in training the model: the judge's ear, which was
trained on sentences of other authors, and the planner's intent reader.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence

import numpy as np
from pydantic import BaseModel, ConfigDict

from ai_salesman.agents.intent import embedded_intent_reader
from ai_salesman.conversation.sentences import split_sentences
from ai_salesman.conversation.slots import fill_slots, slots_in
from ai_salesman.conversation.taxonomy import CustomerAct
from ai_salesman.corpus.customer_prompt import decided
from ai_salesman.corpus.fillers import embedded_fillers
from ai_salesman.evaluation.ear_training import embedded_ear
from ai_salesman.models.base import ChatRequest, Message
from ai_salesman.models.encoder import MiniLMEncoder, embedded_encoder
from ai_salesman.models.local import LocalModel
from ai_salesman.simulators.act_reader import embedded_head
from ai_salesman.simulators.role_guard import RoleGuard
from ai_salesman.training.base_metrics import (
    copied_grams,
    copied_whole,
    distinct,
    reply_perplexity,
)
from ai_salesman.training.customer_examples import CustomerExample
from ai_salesman.training.own_tokenizer import BUYS, prompt_text

__all__ = ["ActShares", "CustomerMetrics", "lines_of", "measure_customer"]

_MOST_TOKENS = 56
_TEMPERATURE = 0.8
_PERPLEXITY_EXAMPLES = 1_500


class ActShares(BaseModel):
    """Share of lines whose wanted act an instrument finds."""

    model_config = ConfigDict(frozen=True)

    judges_ear: float
    """It is the likeliest act of some sentence."""
    intent_reader: float
    """It is the reading of the turn."""


class CustomerMetrics(BaseModel):
    """The figures of one customer model."""

    model_config = ConfigDict(frozen=True)

    examples: int
    """Held-out turns."""
    measured: int
    """How many of them lines were made for."""
    perplexity: float
    """Per token of held-out lines, the act given."""
    perplexity_deciding: float
    """Per token of act and line, the state given."""
    acts: ActShares
    """Of greedy lines for one act and no short answer."""
    acts_written: ActShares
    """Of the held-out, hand-written lines for the same prompts: what the instruments can see."""
    slots_exact: float
    """Share of greedy lines that mention exactly the wanted slots, where any is wanted."""
    agrees_with_agenda: float
    """Share of sampled decisions that are the agenda's, over turns with a known state."""
    likeliest_is_agendas: float
    """The same for the likeliest decision."""
    names_an_act: float
    """Share of sampled decisions that name an act at all."""
    distinct_1: float
    """Distinct words per word of sampled lines."""
    distinct_2: float
    distinct_1_written: float
    """The same of hand-written training lines for prompts of the same number."""
    distinct_2_written: float
    copied_whole: float
    """Share of sampled lines that equal a training line, word for word."""
    copied_8_grams: float
    """Share of their 8-word sequences that occur in training lines."""
    role_inversion: float
    """Share of sampled lines in which the role guard hears a salesman."""


def measure_customer(
    model: LocalModel,
    held_out: Sequence[CustomerExample],
    learned: Sequence[CustomerExample],
    measured: int = 300,
    seed: int = 1,
) -> CustomerMetrics:
    """Measure `model`.

    Args:
        model: a customer model.
        held_out: turns of another split than the one learned from.
        learned: turns that training met.
        measured: most turns to make lines for.
        seed: of the choice of turns, of slot values and of sampling.
    """
    rng = np.random.default_rng(seed)
    chosen = _some(held_out, measured, rng)
    single = [e for e in chosen if len(e.wanted.acts) == 1 and not e.wanted.answer]
    slotted = [example for example in chosen if example.wanted.slots]
    known = _some([example for example in held_out if example.mind], measured, rng)
    sampled = lines_of(model, chosen, _TEMPERATURE, seed=seed)
    choices = [decided(r)[0] for r in lines_of(model, known, _TEMPERATURE, seed, decides=True)]
    likeliest = [decided(r)[0] for r in lines_of(model, known, 0.0, decides=True)]
    written = [example.line for example in _some(learned, len(chosen), rng)]
    lines = sorted({example.line for example in learned})
    greedy = lines_of(model, single, 0.0)
    encoder = embedded_encoder()
    acts = [example.wanted.acts[0] for example in single]
    some = _some(held_out, _PERPLEXITY_EXAMPLES, rng)
    return CustomerMetrics(
        examples=len(held_out),
        measured=len(chosen),
        perplexity=reply_perplexity(model, [_pair(example.said()) for example in some]),
        perplexity_deciding=reply_perplexity(
            model, [_pair(example.chosen()) for example in some if example.mind]
        ),
        acts=_act_shares(greedy, acts, encoder, rng),
        acts_written=_act_shares([example.line for example in single], acts, encoder, rng),
        slots_exact=_mean(
            [
                set(slots_in(line)) == set(example.wanted.slots)
                for line, example in zip(lines_of(model, slotted, 0.0), slotted, strict=True)
            ]
        ),
        agrees_with_agenda=_agreement(choices, known),
        likeliest_is_agendas=_agreement(likeliest, known),
        names_an_act=_mean([act is not None for act in choices]),
        distinct_1=distinct(sampled, 1),
        distinct_2=distinct(sampled, 2),
        distinct_1_written=distinct(written, 1),
        distinct_2_written=distinct(written, 2),
        copied_whole=copied_whole(sampled, lines),
        copied_8_grams=copied_grams(sampled, lines),
        role_inversion=_inverted(_filled(sampled, rng), encoder),
    )


def lines_of(
    model: LocalModel,
    examples: Sequence[CustomerExample],
    temperature: float,
    seed: int = 0,
    decides: bool = False,
) -> list[str]:
    """What the model says to each example's prompt."""
    turns = [example.chosen() if decides else example.said() for example in examples]
    requests = [
        ChatRequest(
            messages=(Message(role="system", content=plan), Message(role="user", content=words)),
            max_tokens=_MOST_TOKENS,
            temperature=temperature,
            seed=seed + 1_000 * i,
        )
        for i, (plan, words, _) in enumerate(turns)
    ]
    return [reply.text for reply in model.answer(requests)]


def _pair(turn: tuple[str, str, str]) -> tuple[str, str]:
    plan, words, reply = turn
    return prompt_text(plan, words, BUYS), reply


def _some(
    examples: Sequence[CustomerExample], most: int, rng: np.random.Generator
) -> list[CustomerExample]:
    return [examples[int(i)] for i in rng.permutation(len(examples))[:most]]


def _agreement(acts: Sequence[CustomerAct | None], examples: Sequence[CustomerExample]) -> float:
    return _mean([act is example.act for act, example in zip(acts, examples, strict=True)])


def _filled(lines: Sequence[str], rng: np.random.Generator) -> list[str]:
    fillers = embedded_fillers()
    trade = fillers.trade_names()[0]
    return [fill_slots(line, fillers.sample(trade, rng))[0] for line in lines]


def _act_shares(
    lines: Sequence[str],
    acts: Sequence[CustomerAct],
    encoder: MiniLMEncoder,
    rng: np.random.Generator,
) -> ActShares:
    texts = _filled(lines, rng)
    return ActShares(
        judges_ear=_mean(
            [act.value in _heard(t, encoder) for t, act in zip(texts, acts, strict=True)]
        ),
        intent_reader=_mean(
            [act is read for act, read in zip(acts, asyncio.run(_intents(texts)), strict=True)]
        ),
    )


def _heard(text: str, encoder: MiniLMEncoder) -> set[str]:
    sentences = split_sentences(text)
    if not sentences:
        return set()
    opinions = embedded_ear("customer").hear(sentences, encoder.encode_now(sentences))
    return {opinion.label for opinion in opinions}


async def _intents(texts: Sequence[str]) -> list[CustomerAct]:
    reader = embedded_intent_reader()
    return [(await reader.read(text)).act for text in texts]


def _inverted(texts: Sequence[str], encoder: MiniLMEncoder) -> float:
    guard = RoleGuard(encoder, embedded_head())

    async def read() -> list[bool]:
        return [await guard.is_selling(text) for text in texts]

    return _mean(asyncio.run(read()))


def _mean(values: Collection[bool]) -> float:
    return sum(values) / len(values) if values else 0.0
