"""The weights that ship with the package."""

from __future__ import annotations

import pytest

from ai_salesman.conversation.errors import UnknownNameError
from ai_salesman.conversation.slots import SLOT_FORMS, slots_in
from ai_salesman.conversation.taxonomy import CustomerAct, Stage, Strategy
from ai_salesman.corpus.plan_prompt import (
    SEPARATOR,
    Plan,
    call_context,
    plan_messages,
    read_completion,
)
from ai_salesman.models.act_hints import act_hints_of
from ai_salesman.models.base import ChatRequest
from ai_salesman.models.encoder import embedded_encoder
from ai_salesman.models.registry import load_model
from ai_salesman.models.weights import embedded_folder

SALESMEN = ("base", "sft", "grpo")
ASKED = call_context([Strategy.INTRODUCE, Strategy.PRESENT_BENEFIT], "ask_price! ask_detail?")


@pytest.mark.parametrize("name", SALESMEN)
async def test_an_embedded_salesman_says_a_plan(name: str) -> None:
    model = load_model(f"embedded:{name}")
    assert model.prompt_style == "plan"
    plan = Plan(CustomerAct.ASK_PRICE, Stage.PRESENTATION, Strategy.STATE_PRICE, ("price",))
    messages = plan_messages(ASKED, f"{plan.text()}{SEPARATOR}")
    # Three drafts, as a salesman at work asks for.
    requests = [
        ChatRequest(messages=messages, max_tokens=72, temperature=0.5, seed=seed)
        for seed in range(3)
    ]
    said = [slots_in((await model.chat(request)).text) for request in requests]
    assert any("price" in slots for slots in said)
    assert {slot for slots in said for slot in slots} <= set(SLOT_FORMS)


@pytest.mark.parametrize("name", SALESMEN)
async def test_an_embedded_salesman_plans_for_itself(name: str) -> None:
    model = load_model(f"embedded:{name}")
    request = ChatRequest(messages=plan_messages(ASKED), max_tokens=96, temperature=0.0)
    found = read_completion((await model.chat(request)).text)
    assert found.plan is not None
    assert found.reply


@pytest.mark.parametrize("name", [*SALESMEN, "customer"])
def test_embedded_weights_are_small_and_have_a_card(name: str) -> None:
    folder = embedded_folder(name)
    assert sum(path.stat().st_size for path in folder.iterdir()) < 20_000_000
    assert (folder / "MODEL_CARD.md").read_text(encoding="utf-8").startswith("# ")


@pytest.mark.parametrize("name", SALESMEN)
async def test_an_embedded_salesman_hears_by_hints(name: str) -> None:
    hints = act_hints_of(f"embedded:{name}", embedded_encoder())
    assert hints
    assert (await hints.hear("And what would that cost me?")).startswith("ask_price")


def test_all_embedded_weights_together_are_small() -> None:
    root = embedded_folder("base").parent
    assert sum(path.stat().st_size for path in root.rglob("*")) < 80_000_000


def test_other_embedded_weights_there_are_none() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'sft'"):
        load_model("embedded:stf")
