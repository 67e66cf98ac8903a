"""A stored call is taken up at a salesman turn: nothing before it is played again."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from ai_salesman.campaigns.branch_choice import AS_RECORDED, Choice
from ai_salesman.campaigns.branch_point import BranchPoint, find_branch_point
from ai_salesman.campaigns.branch_report import branch_report
from ai_salesman.campaigns.branching import RECALLED, Brancher
from ai_salesman.campaigns.campaign import Campaign
from ai_salesman.campaigns.store import RunStore
from ai_salesman.conversation.episode import Episode
from ai_salesman.conversation.errors import InputError, UnknownNameError
from ai_salesman.conversation.taxonomy import Speaker, StopReason, Strategy
from ai_salesman.wiring import open_runner

SALESMAN = """
from pathlib import Path
LOG = Path(__file__).with_suffix(".log")
LINES = ["Good morning, Dana from Wrenfield Listings. This call is recorded for quality.",
         "It is $199 a month. What do you think?", "Shall we go ahead?", "Goodbye then."]

def note(seat, spoken):
    with LOG.open("a") as log:
        log.write(f"{seat} {spoken}\\n")

def salesman(messages):
    spoken = sum(m["role"] == "assistant" for m in messages)
    note("salesman", spoken)
    return LINES[min(spoken, 3)]

def customer(messages):
    spoken = sum(m["role"] == "assistant" for m in messages)
    note("customer", spoken)
    return '{"say": "Hm, number %d.", "act": "hesitate", "stop": null}' % spoken

def planner(messages):
    note("planner", messages[-1]["content"].count("salesman:"))
    return '''{"intent": "hesitate", "intent_probability": 0.9, "interest": 0.5, "trust": 0.5,
               "focus_need": null, "stage": "closing", "strategy": "ask_commitment",
               "facts": [], "end_call": false}'''
"""


@pytest.fixture
def small(merchant_ads: Campaign) -> Campaign:
    """Two calls of at most five turns, one cohort, without a judge."""
    return merchant_ads.model_copy(
        update={"salesman": "script", "episodes": 2, "max_turns": 5, "judges": ()}
    )


@pytest.fixture
def store(tmp_path: Path) -> RunStore:
    """An empty store."""
    return RunStore(f"sqlite:///{tmp_path}/runs.db")


async def play(campaign: Campaign, store: RunStore) -> list[Episode]:
    """The calls that are branched below."""
    async with open_runner(campaign, store, 16) as runner:
        await runner.run("calls", 16)
    return list(store.episodes("calls"))


async def branches(
    store: RunStore, point: BranchPoint, choice: Choice, count: int
) -> list[Episode]:
    """The stored branches of one choice."""
    async with open_runner(point.campaign, store, 16) as runner:
        run = await Brancher(runner, point).play(choice, count)
    return list(store.episodes(run))


def words(episode: Episode) -> list[str]:
    """What was said."""
    return [turn.text for turn in episode.turns]


async def test_the_recorded_choice_in_its_own_luck_gives_the_recorded_call(
    small: Campaign, store: RunStore
) -> None:
    for episode in await play(small, store):
        for turn in (0, 6):
            point = find_branch_point(store, "calls", episode.index, turn)
            (again,) = await branches(store, point, AS_RECORDED, 1)
            assert words(again) == words(episode)
            assert (again.stop, again.offer) == (episode.stop, episode.offer)
            acts = [[t.trace.act for t in call.turns if t.trace] for call in (again, episode)]
            assert acts[0] == acts[1]
            assert again.versions[RECALLED] == "word for word"


async def test_two_choices_are_compared_pair_by_pair(small: Campaign, store: RunStore) -> None:
    judged = small.model_copy(update={"judges": ("claims",), "outcome_weight": 0.0})
    episode = (await play(judged, store))[0]
    point = find_branch_point(store, "calls", 0, 3)
    assert point.turn.index == 4, "a customer's turn stands for the salesman's answer to it"
    choice = Choice(strategy=Strategy.STATE_PRICE)
    original = await branches(store, point, AS_RECORDED, 3)
    other = await branches(store, point, choice, 3)

    assert [e.seed for e in original] == [e.seed for e in other]
    assert len({e.seed for e in other}) == 3
    for branch in other:
        assert words(branch)[:4] == words(episode)[:4]
        turn = branch.turns[4]
        assert turn.outline is not None
        assert turn.outline.strategy is Strategy.STATE_PRICE
        assert "199" in turn.text
        assert any(v.judge == "claims" for v in branch.verdicts)
    assert len({branch.turns[4].text for branch in other}) == 1, "luck differs only afterwards"
    assert len({tuple(words(branch)) for branch in original}) > 1

    report = branch_report(store, point, choice, 3)
    assert report.original.run == "calls-e0t4-original-x3"
    assert report.other is not None
    assert report.other.run == "calls-e0t4-state_price-x3"
    assert report.conversion is not None
    assert report.conversion.pairs == 3
    bought = [sum(e.stop is StopReason.AGREED for e in arm) for arm in (other, original)]
    assert report.conversion.difference == (bought[0] - bought[1]) / 3
    assert report.utility is not None
    assert "With state price at turn 4" in report.sentence
    assert sum(report.original.outcomes.values()) == 3

    stored = store.info(report.other.run)
    assert stored.finished
    assert await branches(store, point, choice, 3) == other, "nothing is played twice"
    assert store.info("calls").id == "calls"
    assert store.info("call").id == "calls", "branches do not hide their run"
    assert store.find(judged.digest()) == ["calls"], "the campaign itself is not a branch"


async def test_given_words_are_spoken_as_given(small: Campaign, store: RunStore) -> None:
    await play(small, store)
    point = find_branch_point(store, "calls", 1, 6)
    text = "It is the best of all, and it is only $12 a month. Shall we go ahead?"
    choice = Choice(say=f"  {text}\n")
    for branch in await branches(store, point, choice, 2):
        turn = branch.turns[6]
        assert turn.text == text
        assert turn.outline is not None
        assert point.turn.outline is not None
        assert turn.outline.strategy == point.turn.outline.strategy
        assert turn.guard is not None
        assert len(turn.guard.problems) == 2, "the guard objects, and changes nothing"
        assert branch.turns[7].speaker is Speaker.CUSTOMER
    await branches(store, point, AS_RECORDED, 2)
    report = branch_report(store, point, choice, 2)
    assert report.other is not None
    assert "'the best'" in report.other.problems[0]
    with pytest.raises(InputError, match="--say: holds no words"):
        await branches(store, point, Choice(say=" "), 1)


async def test_nothing_before_the_turn_is_paid_for_again(
    small: Campaign, store: RunStore, tmp_path: Path
) -> None:
    plugin = tmp_path / "seats.py"
    plugin.write_text(SALESMAN)
    campaign = small.model_copy(
        update={
            "salesman": f"python:{plugin}:salesman",
            "customer": f"llm:python:{plugin}:customer",
            "planner": f"doga:python:{plugin}:planner",
            "episodes": 1,
            "max_turns": 4,
        }
    )
    (episode,) = await play(campaign, store)
    assert len(episode.turns) == 8
    point = find_branch_point(store, "calls", 0, 4)
    log = plugin.with_suffix(".log")
    log.write_text("")
    (again,) = await branches(store, point, AS_RECORDED, 1)
    assert words(again) == words(episode)
    assert Counter(log.read_text().splitlines()) == Counter(
        ["customer 2", "planner 3", "salesman 3", "customer 3"]
    )
    log.write_text("")
    await branches(store, point, Choice(strategy=Strategy.SHARE_PROOF), 1)
    assert log.read_text().splitlines()[0] == "salesman 2", "the plan was read before"


async def test_a_call_that_has_ended_cannot_be_branched(small: Campaign, store: RunStore) -> None:
    episode = (await play(small, store))[0]
    agreed = episode.model_copy(
        update={"turns": episode.turns[:5], "stop": StopReason.AGREED, "index": 3}
    )
    store.save("calls", [agreed])
    with pytest.raises(InputError, match=r"at turn 4 the call had ended \(agreed\)"):
        find_branch_point(store, "calls", 3, 4)
    with pytest.raises(InputError, match="has no salesman turn 99; it has 0, 2, 4"):
        find_branch_point(store, "calls", 3, 99)
    with pytest.raises(UnknownNameError, match="unknown episode '17'"):
        find_branch_point(store, "calls", 17, 0)

    left = agreed.model_copy(update={"stop": StopReason.SALESMAN_ENDED, "index": 4})
    store.save("calls", [left])
    point = find_branch_point(store, "calls", 4, 4)
    (again,) = await branches(store, point, AS_RECORDED, 1)
    assert (again.stop, len(again.turns)) == (StopReason.SALESMAN_ENDED, 5)
    (stayed,) = await branches(store, point, Choice(strategy=Strategy.FOLLOW_UP), 1)
    assert len(stayed.turns) > 5, "what if the salesman had not left?"


async def test_a_customer_of_another_version_is_noted(small: Campaign, store: RunStore) -> None:
    episode = (await play(small, store))[0]
    turns = list(episode.turns)
    turns[1] = turns[1].model_copy(update={"text": "Who is it?"})
    store.save("calls", [episode.model_copy(update={"turns": tuple(turns), "index": 5})])
    point = find_branch_point(store, "calls", 5, 4)
    (again,) = await branches(store, point, AS_RECORDED, 1)
    assert words(again)[1] == "Who is it?", "the transcript stays as recorded"
    assert again.versions[RECALLED] == "differs from turn 1 on"
    report = branch_report(store, point, AS_RECORDED, 1)
    assert report.other is None
    assert report.recalled == "differs from turn 1 on"
    assert json.loads(report.model_dump_json())["conversion"] is None
