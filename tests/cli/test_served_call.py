"""From the words of a call alone, the served salesman says what he said in the campaign."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from ai_salesman.campaigns.campaign import Campaign
from ai_salesman.campaigns.store import RunStore
from ai_salesman.conversation.episode import Episode, transcript_of
from ai_salesman.conversation.taxonomy import Speaker
from ai_salesman.serving.call import ServedSalesman, SpokenCall
from ai_salesman.serving.gathering import Gathering
from ai_salesman.wiring import open_runner

pytest.importorskip("fastapi", reason="serving needs FastAPI: pip install 'ai-salesman[serve]'")


def told(episode: Episode, before: int) -> SpokenCall:
    """What a client would tell of the call before turn `before`."""
    said = transcript_of(episode.turns[:before])
    return SpokenCall(said, episode.persona.lead, episode.seed)


@pytest.mark.parametrize(
    ("salesman", "episodes", "turns"),
    [
        ("script", 1, 4),
        pytest.param("embedded", 1, 2, marks=pytest.mark.slow),
        pytest.param("script", 4, 12, marks=pytest.mark.soak),
        pytest.param("embedded", 2, 6, marks=pytest.mark.soak),
    ],
)
async def test_a_call_is_rebuilt_from_its_words(
    salesman: str, episodes: int, turns: int, merchant_ads: Campaign, tmp_path: Path
) -> None:
    campaign = merchant_ads.model_copy(
        update={"salesman": salesman, "episodes": episodes, "max_turns": turns, "judges": ()}
    )
    store = RunStore(f"sqlite:///{tmp_path}/runs.db")
    async with open_runner(campaign, store, episodes) as runner:
        await runner.run("test", episodes)
        forgetful, attentive = (ServedSalesman(runner.parts, kept) for kept in (0, 100))
        compared = 0
        for episode in store.episodes("test"):
            for turn in episode.turns:
                if turn.speaker is Speaker.SALESMAN:
                    call = told(episode, turn.index)
                    again = await forgetful.answer(call)
                    assert again.turn.text == turn.text
                    assert turn.outline is not None
                    assert again.end == turn.outline.end_call
                    assert (await attentive.answer(call)).turn.text == turn.text
                    compared += 1
        assert compared > turns / 2


async def test_what_comes_together_is_one_group() -> None:
    gathering = Gathering(window=0.02, most=4)

    async def work(number: int) -> int:
        if number == 2:
            raise ValueError("out of order")
        await asyncio.sleep(0.01)
        return number

    async def asked(number: int) -> int:
        return await gathering.do(lambda: work(number))

    results = await asyncio.gather(*(asked(n) for n in range(6)), return_exceptions=True)
    assert [r for r in results if not isinstance(r, ValueError)] == [0, 1, 3, 4, 5]
    assert isinstance(results[2], ValueError), "a failure is its own guest's alone"
    assert gathering.sizes == [4, 2]
    assert await asked(7) == 7
    assert gathering.sizes == [4, 2, 1]
