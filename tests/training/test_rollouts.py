"""Sampled turns for GRPO: groups, seeds, and the corpus' own turn among them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from tiny_model import make_tiny_model

from ai_salesman.training.rollouts import rollouts_of
from ai_salesman.training.stage import StartingPoint, open_start

SAID = "ask_price presentation state_price {price} | It comes to {price}."


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> StartingPoint:
    """A tiny base model."""
    folder = tmp_path_factory.mktemp("base")
    make_tiny_model(folder)
    return open_start(f"hf:{folder}")


def rolled(start: StartingPoint, shown: dict[str, list[str]], step: int = 0) -> dict[str, Any]:
    """Two groups of three turns, of at most 12 tokens but for the corpus' own."""
    prompts = [start.form.open(words) for words in ("how much is it", "no thanks")]
    by_prompt = {prompts[0]: shown["price"]} if shown else {}
    roll_out = rollouts_of(start.model, start.tokenizer, 40, 1.0, 3, by_prompt)
    trainer = SimpleNamespace(
        accelerator=SimpleNamespace(unwrap_model=lambda model: model),
        model=start.model,
        args=SimpleNamespace(seed=1),
        state=SimpleNamespace(global_step=step),
    )
    return roll_out([prompt for prompt in prompts for _ in range(3)], trainer)


def text(start: StartingPoint, tokens: list[int]) -> str:
    """Words of a completion."""
    return str(start.tokenizer.decode(tokens, skip_special_tokens=True))


def test_the_last_of_a_group_is_the_corpus_own_turn(start: StartingPoint) -> None:
    found = rolled(start, {"price": [SAID]})["completion_ids"]
    assert text(start, found[2]) == SAID
    assert found[2][-1] == start.tokenizer.eos_token_id
    assert SAID not in [text(start, tokens) for tokens in (*found[:2], *found[3:])]


def test_the_others_are_sampled_as_they_would_be_without_it(start: StartingPoint) -> None:
    plain = rolled(start, {})["completion_ids"]
    shown = rolled(start, {"price": [SAID]})["completion_ids"]
    assert [shown[row] for row in (0, 1, 3, 4, 5)] == [plain[row] for row in (0, 1, 3, 4, 5)]


def test_a_step_samples_the_same_turns_again_and_another_step_others(start: StartingPoint) -> None:
    first, again, later = (rolled(start, {}, step) for step in (0, 0, 1))
    assert first == again
    assert first["completion_ids"] != later["completion_ids"]
