"""Sampled turns for GRPO: groups, seeds, and the corpus' own turn among them."""

from __future__ import annotations

import copy
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from tiny_model import make_tiny_model

from ai_salesman.training.player import Player
from ai_salesman.training.rollouts import Sampling, bar_of, rollouts_of
from ai_salesman.training.stage import StartingPoint, open_start, with_lora

PLAN = "ask_price presentation state_price {price}"


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> StartingPoint:
    """A tiny base model."""
    folder = tmp_path_factory.mktemp("base")
    make_tiny_model(folder)
    return open_start(f"hf:{folder}")


def rolled(
    start: StartingPoint, shown: dict[str, list[str]], step: int = 0, spoken: float = 0.5
) -> dict[str, Any]:
    """Two groups of three turns, the first spoken, of at most 40 tokens."""
    prompts = [start.form.open(words) for words in ("how much is it", "no thanks")]
    by_prompt = {prompts[0]: shown["price"]} if shown else {}
    roll_out = rollouts_of(start.model, start.tokenizer, Sampling(3, spoken, 1.0, 40), by_prompt)
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


def test_the_last_of_a_group_is_the_corpus_own_plan(start: StartingPoint) -> None:
    found = rolled(start, {"price": [PLAN]})
    said = found["completion_ids"]
    assert text(start, said[2]) == f"{PLAN} |"
    assert said[2][-1] == bar_of(start.tokenizer)
    assert PLAN not in [text(start, tokens) for tokens in (*said[:2], *said[3:])]
    assert found["spoken"] == [True, True, False, False, False, False]


def test_the_others_are_sampled_as_they_would_be_without_it(start: StartingPoint) -> None:
    plain = rolled(start, {})["completion_ids"]
    shown = rolled(start, {"price": [PLAN]})["completion_ids"]
    assert [shown[row] for row in (0, 1, 3, 4, 5)] == [plain[row] for row in (0, 1, 3, 4, 5)]


def test_a_plan_alone_is_short_and_a_share_of_groups_speaks(start: StartingPoint) -> None:
    assert max(map(len, rolled(start, {}, spoken=0.0)["completion_ids"])) <= 24
    assert rolled(start, {}, spoken=1.0)["spoken"] == [True] * 6


def test_a_step_samples_the_same_turns_again_and_another_step_others(start: StartingPoint) -> None:
    first, again, later = (rolled(start, {}, step) for step in (0, 0, 1))
    assert first == again
    assert first["completion_ids"] != later["completion_ids"]


@pytest.mark.filterwarnings("default")  # what peft warns of is its own
def test_a_player_speaks_as_the_model_with_its_adapter_does(start: StartingPoint) -> None:
    pytest.importorskip("peft", reason="the extra 'train' is not installed")
    trained = with_lora(copy.deepcopy(start.model), 4)
    with torch.no_grad():
        for name, weight in trained.named_parameters():
            if "lora_B" in name:
                weight.normal_(std=0.1)
    tokens = torch.tensor([[5, 6, 7, 8]])
    wanted = trained.eval()(input_ids=tokens).logits
    found = Player(start.model).like(trained)(input_ids=tokens).logits
    assert torch.allclose(found, wanted, atol=1e-4)
    assert not torch.allclose(found, start.model.eval()(input_ids=tokens).logits, atol=1e-2)
