"""The protocol of SalesLLM over a file of scripts, with a real server and without one."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from serving import Fault, listening, said

from ai_salesman.campaigns.salesllm import SalesLLMRunner
from ai_salesman.campaigns.salesllm_files import SalesTalk, read_scripts, read_talks
from ai_salesman.campaigns.salesllm_summary import summarise_talks
from ai_salesman.conversation.errors import InputError
from ai_salesman.conversation.taxonomy import BuyingIntent, Capability, Metric
from ai_salesman.evaluation.briefed_judge import BriefedJudge
from ai_salesman.models.base import LanguageModel
from ai_salesman.models.endpoint import EndpointModel
from ai_salesman.models.registry import load_model

SCRIPT: dict[str, Any] = {
    "id": "demo_01",
    "language": "english",
    "user_system_prompt": "You are Ann, a sceptical buyer of headphones.",
    "assistant_system_prompt": "You sell the NC-700 headphones at $279. Speak English.",
    "trigger_sentence_en": "Hi, what makes yours different?",
    "trigger_sentence_zh": "你们这款有什么不一样",
    "product_id": 700,
}
JUDGEMENT = {
    "intent": "B",
    "capabilities": {name: {"score": 5} for name in Capability},
    "metrics": {name: {"score": 7} for name in Metric if name is not Metric.SAFETY},
}
JUDGEMENT["metrics"][Metric.SAFETY] = {"score": None}  # type: ignore[index]
PROCESS = round((6 * 5 + 6 * 7) / 12, 4)


def scripts_file(folder: Path, *changes: dict[str, Any]) -> Path:
    """A file with one script for each set of changes."""
    path = folder / "scripts.jsonl"
    lines = [json.dumps(SCRIPT | change, ensure_ascii=False) for change in changes]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


class Model:
    """Plays all three parts, and counts."""

    def __init__(self, fails_on: str = ""):
        self.asked: Counter[str] = Counter()
        self.requests: list[dict[str, Any]] = []
        self._fails_on = fails_on

    async def answer(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        self.requests.append(body)
        first = body["messages"][0]["content"]
        spoken = sum(message["role"] == "assistant" for message in body["messages"])
        seat = "judge" if "auditor" in first else "customer" if "Ann" in first else "salesman"
        self.asked[seat] += 1
        if seat == self._fails_on:
            return Fault(b"gone", status=400).response()
        if seat == "judge":
            return said(json.dumps(JUDGEMENT))
        return said(f"{seat} says {spoken}")


@asynccontextmanager
async def seated(model: Model) -> AsyncIterator[SalesLLMRunner]:
    """A server with the model, in every seat."""
    async with listening(model.answer) as url:
        client = EndpointModel.from_uri(f"openai:small@{url}", 4)
        try:
            yield SalesLLMRunner(client, client, BriefedJudge(client), rounds=2)
        finally:
            await client.aclose()


async def test_a_script_is_played_scored_and_kept(tmp_path: Path) -> None:
    scripts = read_scripts(scripts_file(tmp_path, {}, {"id": "demo_02", "language": "chinese"}))
    out, model = tmp_path / "new" / "out.jsonl", Model()
    async with seated(model) as runner:
        first, second = await runner.run(scripts, out)
        assert model.asked == {"salesman": 4, "customer": 4, "judge": 2}
        assert await runner.run(scripts, out) == [first, second]
        assert model.asked.total() == 10, "nothing is played or judged twice"

    assert first.messages == (
        {"role": "user", "content": SCRIPT["trigger_sentence_en"]},
        {"role": "assistant", "content": "salesman says 0"},
        {"role": "user", "content": "customer says 1"},
        {"role": "assistant", "content": "salesman says 1"},
        {"role": "user", "content": "customer says 2"},
    )
    assert (first.status, first.turn_count, first.ended_by) == ("completed", 4, "rounds")
    assert second.messages[0]["content"] == SCRIPT["trigger_sentence_zh"]
    assert first.score is not None
    assert (first.score.intent, first.score.outcome) == (BuyingIntent.B, 8)
    assert (first.score.process, first.score.total) == (PROCESS, 0.5 * 8 + 0.5 * PROCESS)
    lines = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [line["id"] for line in lines] == ["demo_01", "demo_02"]
    assert set(SCRIPT) < set(lines[0]), "keys of the script are passed through"
    assert lines[0]["product_id"] == 700
    assert "error" not in lines[0]

    seats = {r["messages"][0]["content"]: r["messages"] for r in model.requests}
    customer = seats[SCRIPT["user_system_prompt"]]
    assert customer[2] == {"role": "assistant", "content": SCRIPT["trigger_sentence_zh"]}
    judging = next(prompt for prompt in seats if "auditor" in prompt)
    assert SCRIPT["assistant_system_prompt"] in judging
    assert SCRIPT["user_system_prompt"] not in judging, "the judge reads no hidden persona"

    summary = summarise_talks([first, second], str(out))
    assert (summary.completed, summary.scored, summary.intent[BuyingIntent.B]) == (2, 2, 2)
    assert summary.score.mean == pytest.approx(7.0)


async def test_a_failed_talk_is_an_error_and_is_played_again(tmp_path: Path) -> None:
    scripts, out = read_scripts(scripts_file(tmp_path, {})), tmp_path / "out.jsonl"
    async with seated(Model(fails_on="customer")) as runner:
        (failed,) = await runner.run(scripts, out)
    assert (failed.status, failed.score) == ("error", None)
    assert failed.error is not None
    assert "HTTP 400" in failed.error
    assert len(failed.messages) == 2, "what was said is kept"
    assert summarise_talks([failed], "").score.of == 0

    async with seated(Model(fails_on="judge")) as runner:
        # The same server has another address in this test.
        uri = failed.played_with["salesman"]
        out.write_text(out.read_text().replace(uri, runner.salesman.uri))
        (unjudged,) = await runner.run(scripts, out)
    assert (unjudged.status, len(unjudged.messages)) == ("completed", 5)
    assert unjudged.score is not None
    assert "HTTP 400" in str(unjudged.score.error)
    assert summarise_talks([unjudged], "").judge_failures == 1


def replay(folder: Path, name: str, *texts: str) -> LanguageModel:
    """A model that says these texts over and over."""
    path = folder / f"{name}.jsonl"
    path.write_text("\n".join(json.dumps({"text": text}) for text in texts))
    return load_model(f"replay:{path}")


async def played(
    folder: Path, salesman: LanguageModel, customer: LanguageModel, rounds: int = 20
) -> SalesTalk:
    """One script, unjudged."""
    scripts = read_scripts(scripts_file(folder, {}))
    out = folder / "out.jsonl"
    (talk,) = await SalesLLMRunner(salesman, customer, rounds=rounds).run(scripts, out)
    return talk


async def test_a_talk_ends_by_signal_or_when_it_goes_in_circles(tmp_path: Path) -> None:
    seller = replay(tmp_path, "s", "It is $279.", "Goodbye then.", "As you wish. <end_call/>")
    buyer = replay(tmp_path, "b", "unused", "I don't want it before Friday. Goodbye?", "Bye.")
    talk = await played(tmp_path, seller, buyer)
    assert talk.ended_by == "signal"
    assert [m["content"] for m in talk.messages][-2:] == ["Bye.", "As you wish."]

    (tmp_path / "out.jsonl").unlink()
    loop = replay(tmp_path, "l", "Goodbye.")
    talk = await played(tmp_path, loop, replay(tmp_path, "c", "Bye now."))
    assert (talk.ended_by, talk.turn_count) == ("repeat", 4)


async def test_local_models_play_too(tmp_path: Path) -> None:
    (tmp_path / "me.py").write_text("def buyer(messages):\n    return str(len(messages))\n")
    buyer = load_model(f"python:{tmp_path}/me.py:buyer")
    talk = await played(tmp_path, load_model("embedded"), buyer, rounds=2)
    assert talk.status == "completed"
    assert talk.messages[2]["content"] == "4"
    assert not any("{" in message["content"] for message in talk.messages)


async def test_another_model_needs_another_file(tmp_path: Path) -> None:
    buyer = replay(tmp_path, "b", "No.")
    await played(tmp_path, replay(tmp_path, "s", "Hello."), buyer, rounds=1)
    with pytest.raises(InputError, match=r"holds conversations with salesman replay:.*s\.jsonl"):
        await played(tmp_path, replay(tmp_path, "t", "Hello."), buyer, rounds=1)


async def test_a_line_cut_off_by_an_interrupt_is_played_again(tmp_path: Path) -> None:
    seller, buyer = replay(tmp_path, "s", "Hello."), replay(tmp_path, "b", "No.")
    whole = await played(tmp_path, seller, buyer, rounds=1)
    out = tmp_path / "out.jsonl"
    out.write_text(out.read_text()[:-20])
    assert read_talks(out) == {}
    assert await played(tmp_path, seller, buyer, rounds=1) == whole


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("{", "scripts.jsonl:2: is not JSON"),
        ("[1]", "scripts.jsonl:2: is not a JSON object"),
        (json.dumps({"id": "x"}), "scripts.jsonl:2: language: is missing"),
        (json.dumps(SCRIPT), "scripts.jsonl:2: id: 'demo_01' stands in an earlier line"),
        (
            json.dumps(SCRIPT | {"id": "x", "user_system_prompt": 3}),
            "scripts.jsonl:2: user_system_prompt: input should be a valid string, found 3",
        ),
        (
            json.dumps(SCRIPT | {"id": "x", "trigger_sentence_en": " "}),
            "scripts.jsonl:2: trigger_sentence_en: holds no words",
        ),
    ],
    ids=["json", "object", "missing", "twice", "type", "empty"],
)
def test_a_malformed_line_names_file_line_and_key(line: str, says: str, tmp_path: Path) -> None:
    path = scripts_file(tmp_path, {})
    path.write_text(path.read_text(encoding="utf-8") + line + "\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_scripts(path)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)
