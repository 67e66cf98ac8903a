"""The tokenizer of our own models: a byte-level BPE trained for each, with slots as tokens."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from ai_salesman.conversation.slots import SLOT_FORMS

__all__ = [
    "BUYS",
    "END",
    "PAD",
    "PLAN",
    "SELLS",
    "Voice",
    "prompt_text",
    "train_tokenizer",
]

PAD = "<pad>"
PLAN = "<plan>"
END = "<end>"


class Voice(NamedTuple):
    """The marks before what is heard and before what is said."""

    heard: str
    said: str


SELLS = Voice("<customer>", "<salesman>")
BUYS = Voice("<salesman>", "<customer>")

_WORDS = r" ?[\p{L}_]+| ?\p{N}+|'(?:[sdmt]|ll|ve|re)| ?[^\s\p{L}\p{N}_]+|\s+(?!\S)|\s+"
"""What is never joined into one token: as in GPT-2, but a name with underscores is one word. Acts,
stages and strategies thus become single tokens, and a plan a handful of choices."""

_CHAT_TEMPLATE = (
    "{% for m in messages %}"
    "{% if m['role'] == 'system' %}<plan>{{ m['content'] }}"
    "{% elif m['role'] == 'user' %}HEARD{{ m['content'] }}"
    "{% else %}SAID{{ m['content'] }}<end>{% endif %}"
    "{% endfor %}"
    "{% if add_generation_prompt %}SAID{% endif %}"
)


def prompt_text(plan: str, words: str, voice: Voice = SELLS) -> str:
    """What the chat template makes of a prompt; training uses it without the template."""
    return f"{PLAN}{plan}{voice.heard}{words}{voice.said}"


def train_tokenizer(texts: Iterable[str], vocabulary: int, voice: Voice = SELLS) -> Any:
    """A `PreTrainedTokenizerFast` of at most `vocabulary` tokens, trained on `texts`.

    Slots are added tokens that are not special: special ones vanish when text is decoded.
    """
    from tokenizers import (
        AddedToken,
        Regex,
        Tokenizer,
        decoders,
        models,
        pre_tokenizers,
        trainers,
    )
    from transformers import PreTrainedTokenizerFast

    slots = [AddedToken(f"{{{slot}}}", special=False, normalized=False) for slot in SLOT_FORMS]
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(_WORDS), behavior="isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_tokens(slots)
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary - len(slots),
        special_tokens=[PAD, PLAN, *SELLS, END],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    fast: Any = PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=tokenizer,
        pad_token=PAD,
        eos_token=END,
        additional_special_tokens=[PLAN, *SELLS],
        clean_up_tokenization_spaces=False,
    )
    fast.add_tokens(slots)
    template = _CHAT_TEMPLATE.replace("HEARD", voice.heard).replace("SAID", voice.said)
    fast.chat_template = template
    return fast
