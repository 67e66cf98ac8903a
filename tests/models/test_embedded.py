"""The weights that ship with the package."""

from __future__ import annotations

from ai_salesman.conversation.slots import SLOT_FORMS, slots_in
from ai_salesman.conversation.taxonomy import CustomerAct, Stage, Strategy
from ai_salesman.corpus.outline_prompt import outline_prompt
from ai_salesman.models.base import ChatRequest, Message
from ai_salesman.models.registry import embedded_folder, load_model


async def test_the_embedded_salesman_states_the_planned_fact() -> None:
    model = load_model("embedded")
    assert model.prompt_style == "outline"
    plan, words = outline_prompt(
        Stage.PRESENTATION,
        Strategy.STATE_PRICE,
        CustomerAct.ASK_PRICE,
        ("price", "term"),
        "And what would that set me back?",
    )
    messages = (Message(role="system", content=plan), Message(role="user", content=words))
    reply = await model.chat(ChatRequest(messages=messages, max_tokens=72, temperature=0.0))
    assert {"price", "term"} <= set(slots_in(reply.text))
    assert set(slots_in(reply.text)) <= set(SLOT_FORMS)


def test_the_embedded_weights_are_small_and_have_a_card() -> None:
    folder = embedded_folder("salesman")
    size = sum(path.stat().st_size for path in folder.iterdir())
    assert size < 20_000_000
    assert "held-out templates" in (folder / "MODEL_CARD.md").read_text()
