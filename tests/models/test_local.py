"""Local models: the one trained here, others, broken ones, and LangChain's face of them."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from langchain_core.messages import HumanMessage, SystemMessage
from tiny_model import make_tiny_model
from transformers import AutoTokenizer

from ai_salesman.conversation.errors import InputError, MissingPartError
from ai_salesman.models.base import ChatReply, ChatRequest, Message
from ai_salesman.models.batching import Cohort
from ai_salesman.models.chat_text import OwnText, TransformersText
from ai_salesman.models.langchain_face import LocalChatModel
from ai_salesman.models.local import LocalModel
from ai_salesman.models.registry import load_model
from ai_salesman.models.weights import CARD_FILE, embedded_folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("local") / "model"
    make_tiny_model(path)
    return path


def request(words: str, seed: int = 0, temperature: float = 0.7) -> ChatRequest:
    plan = Message(role="system", content="ask_price presentation state_price {price}")
    return ChatRequest(
        messages=(plan, Message(role="user", content=words)),
        max_tokens=12,
        seed=seed,
        temperature=temperature,
    )


def test_a_folder_of_ours_says_how_it_wants_to_be_prompted(folder: Path) -> None:
    assert LocalModel(folder).prompt_style == "plan"
    assert load_model(f"hf:{folder}").uri == f"hf:{folder}"


async def test_a_cohort_hears_what_each_member_would_hear_alone(folder: Path) -> None:
    model = LocalModel(folder)
    requests = [request("How much?", seed=i) for i in range(3)]
    alone = [await model.chat(item) for item in requests]
    cohort = Cohort(3)

    async def member(index: int) -> ChatReply:
        async with cohort.member(index):
            return await model.chat(requests[index])

    assert await asyncio.gather(*map(member, range(3))) == alone
    assert all(0 < reply.use.tokens_out <= 12 and reply.use.tokens_in > 0 for reply in alone)


def test_slots_survive_the_tokenizer(folder: Path) -> None:
    tokenizer = LocalModel(folder).tokenizer
    text = "It comes to {price}, and {term} is all you sign."
    tokens = tokenizer(text, add_special_tokens=False)["input_ids"]
    assert tokenizer.decode(tokens, skip_special_tokens=True) == text
    assert tokenizer.convert_tokens_to_ids("{price}") in tokens


@pytest.mark.parametrize("name", ["base", "customer"])
@pytest.mark.parametrize("begun", [None, "ask_price presentation state_price {price} |", " no "])
def test_prompts_and_replies_are_those_of_transformers(name: str, begun: str | None) -> None:
    given = [
        Message(role="system", content="ask_price presentation"),
        Message(role="user", content="And what's {price}, per month?\n"),
    ]
    if begun is not None:
        given.append(Message(role="assistant", content=begun))
    path = embedded_folder(name)
    ours, theirs = OwnText(path), TransformersText(AutoTokenizer.from_pretrained(path))
    tokens = ours.tokens_of(given)
    assert tokens == theirs.tokens_of(given)
    assert ours.text_of(tokens) == theirs.text_of(tokens)


def test_a_model_without_chat_template_and_padding_still_talks(
    folder: Path, tmp_path: Path
) -> None:
    for file in folder.iterdir():
        if file.name not in (CARD_FILE, "chat_template.jinja"):
            (tmp_path / file.name).write_bytes(file.read_bytes())
    tokenizer = AutoTokenizer.from_pretrained(tmp_path)
    tokenizer.pad_token = None
    tokenizer.save_pretrained(tmp_path)
    model = LocalModel(tmp_path)
    assert model.prompt_style == "chat"
    assert model.tokenizer.chat_template is None
    assert len(model.answer([request("Hello?"), request("Hello there, who is it?")])) == 2


def test_an_over_long_prompt_keeps_its_end(folder: Path) -> None:
    reply = LocalModel(folder).answer([request("word " * 600)])[0]
    assert reply.use.tokens_in <= 256 - 12


@pytest.mark.parametrize("source", ["/no/such/folder", "./nowhere"])
def test_a_missing_folder_is_named(source: str) -> None:
    with pytest.raises(InputError, match=r"no such folder; check the path"):
        LocalModel(source)


def test_a_folder_without_a_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no config\.json here"):
        LocalModel(tmp_path)


def test_a_broken_folder_ends_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    (tmp_path / "model.safetensors").write_bytes(b"no weights")
    with pytest.raises(MissingPartError, match="cannot be loaded") as caught:
        LocalModel(tmp_path)
    assert "\n" not in str(caught.value)


def test_an_unknown_prompt_style_is_named(folder: Path, tmp_path: Path) -> None:
    for file in folder.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / CARD_FILE).write_text(json.dumps({"prompt_style": "poem"}))
    with pytest.raises(InputError, match="found 'poem'"):
        LocalModel(tmp_path)


async def test_langchain_speaks_with_it(folder: Path) -> None:
    local = LocalModel(folder)
    chain = LocalChatModel(local=local, max_tokens=12, seed=4)
    messages = [
        SystemMessage("ask_price presentation state_price {price}"),
        HumanMessage("How much?"),
    ]
    answer = chain.invoke(messages)
    assert answer.content == local.answer([request("How much?", seed=4)])[0].text
    assert (await chain.ainvoke(messages)).content == answer.content
    assert answer.usage_metadata is not None
    assert answer.usage_metadata["output_tokens"] > 0
