"""How a model is asked for a plan and a reply in training: as it will be asked at work.

The embedded models have marks of their own; any other base model is asked through its chat
template, with an instruction that names the words a plan is made of.
"""

from __future__ import annotations

from typing import Any

from ai_salesman.conversation.errors import InputError
from ai_salesman.conversation.slots import FACT_SLOTS
from ai_salesman.corpus.plan_prompt import SEPARATOR, plan_messages

__all__ = ["PromptForm"]


class PromptForm:
    """Prompts for one tokenizer.

    Raises:
        InputError: the tokenizer loses slots, has no chat template, or has nothing to pad with.
    """

    def __init__(self, tokenizer: Any, source: str):
        self._tokenizer = tokenizer
        _check(tokenizer, source)

    def open(self, context: str) -> str:
        """The prompt that asks for a plan and a reply."""
        return self._rendered(context, None)

    def planned(self, context: str, plan: str) -> str:
        """The prompt that gives the plan (its separator included) and asks for the reply."""
        return self._rendered(context, f"{plan}{SEPARATOR}")

    def _rendered(self, context: str, begun: str | None) -> str:
        messages = [message.model_dump() for message in plan_messages(context, begun)]
        text: str = self._tokenizer.apply_chat_template(
            messages,
            tokenize=False,
            add_generation_prompt=begun is None,
            continue_final_message=begun is not None,
        )
        return text


def _check(tokenizer: Any, source: str) -> None:
    if tokenizer.chat_template is None:
        raise InputError(
            "the base model has no chat template; use an instruct model", source=source
        )
    if tokenizer.pad_token_id is None or tokenizer.eos_token_id is None:
        raise InputError("its tokenizer needs a pad and an end token", source=source)
    for slot in FACT_SLOTS:
        text = f"pay {{{slot}}} now"
        ids = tokenizer(text, add_special_tokens=False)["input_ids"]
        if tokenizer.decode(ids, skip_special_tokens=True) != text:
            raise InputError(
                f"its tokenizer loses the slot {{{slot}}}; add it as a token "
                "that is not special, or train the base with: ai-salesman train base",
                source=source,
            )
