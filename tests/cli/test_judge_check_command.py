"""`judge-check` as its users meet it: on stored calls, so that nothing has to be played."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from places import CAMPAIGNS

from ai_salesman.campaigns.campaign import load_campaign
from ai_salesman.campaigns.judge_check import (
    SALESMEN,
    campaigns_to_play,
    fault_of,
    run_to_use,
    stored_calls,
)
from ai_salesman.campaigns.store import RunStore
from ai_salesman.conversation.episode import Episode
from ai_salesman.conversation.outline import IntentReading, Outline
from ai_salesman.conversation.persona import Persona
from ai_salesman.conversation.taxonomy import CustomerAct, Speaker, Stage, StopReason, Strategy
from ai_salesman.conversation.turn import CustomerTrace, GuardAction, Turn

TALK = """\
S: Hello Ms. Rivera, this is Dana from Wrenfield Listings. This call is recorded for quality. \
I'm calling about being found by people nearby. Is this a good moment?
C: Yes, I have a minute.
S: How do new people find your bakery today?
C: Mostly word of mouth, the afternoons are quiet.
S: So the afternoons are what hurts. What have you tried?
C: We printed flyers once.
S: Then this fits: your business comes up on the map when people nearby search for what you sell.
C: How much is it?
S: It is $199 a month.
C: No, thank you.
S: That's all right. Thank you for your time, goodbye.
"""


def episode(run: str, index: int) -> Episode:
    turns = tuple(
        Turn(
            index=place,
            speaker=Speaker.SALESMAN if line.startswith("S") else Speaker.CUSTOMER,
            text=line[3:],
            guard=GuardAction() if line.startswith("S") else None,
        )
        for place, line in enumerate(TALK.splitlines())
    )
    customer = Persona(id="p", name="Ms. Rivera", business="bakery", needs={"visibility": 1.0})
    return Episode(
        run=run, index=index, seed=index, persona=customer, turns=turns, stop=StopReason.REFUSED
    )


@pytest.fixture
def store(tmp_path: Path) -> str:
    """A store with one run of six calls."""
    url = f"sqlite:///{tmp_path / 'calls.db'}"
    opened = RunStore(url)
    campaign = load_campaign(CAMPAIGNS / "merchant_ads.yaml")
    opened.begin("calls", campaign.model_copy(update={"salesman": "script", "episodes": 6}))
    opened.save("calls", [episode("calls", index) for index in range(6)])
    return url


def check(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `ai-salesman judge-check` in `folder`."""
    environment = {k: v for k, v in os.environ.items() if k != "REAL_DIALOGUES"}
    return subprocess.run(
        [sys.executable, "-m", "ai_salesman", "judge-check", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
        env=environment,
    )


def test_defects_in_stored_calls_are_judged_and_the_page_written(
    tmp_path: Path, store: str
) -> None:
    done = check(
        tmp_path, "--run", "calls", "--store", store, "--calls", "6", "--out", "checked",
        "--defect", "missing_disclosure", "--defect", "forbidden_claim", "--json",
    )  # fmt: skip
    found = json.loads(done.stdout)
    assert found["sound"] == 6, done.stderr
    verdicts = {d["defect"]: d["verdict"] for d in found["defects"]}
    assert verdicts["missing_disclosure"] == "seen"
    assert done.returncode == int(any(v in ("missed", "leaks") for v in verdicts.values()))
    assert "missing_disclosure" in (tmp_path / "checked" / "judges.md").read_text()
    assert (tmp_path / "checked" / "judges.svg").stat().st_size > 1_000


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--defect", "paddin"), "did you mean 'padding'"),
        (("--run", "nowhere"), "unknown run 'nowhere'"),
        (("--real",), "REAL_DIALOGUES is not set"),
        ((), "no campaigns in examples"),
    ],
)
def test_bad_input_is_one_sentence(
    tmp_path: Path, store: str, arguments: tuple[str, ...], said: str
) -> None:
    done = check(tmp_path, "--store", store, *arguments)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_each_campaign_is_played_by_each_salesman(store: str) -> None:
    campaign = load_campaign(CAMPAIGNS / "merchant_ads.yaml")
    planned = campaigns_to_play([campaign], 30, seed=4)
    assert [(c.salesman, c.planner) for c in planned] == list(SALESMEN)
    assert sum(c.episodes for c in planned) >= 45
    assert run_to_use(RunStore(store), planned[0])[1] is False


def test_calls_are_taken_from_each_run_in_turn(store: str) -> None:
    opened = RunStore(store)
    opened.begin("more", load_campaign(CAMPAIGNS / "solar_panels.yaml"))
    opened.save("more", [episode("more", 0)])
    names = [call.name for call in stored_calls(opened, ["calls", "more"])]
    assert names[:3] == ["calls/0", "more/0", "calls/1"]
    assert len(names) == 7


def answered(call: Episode, act: CustomerAct, strategy: Strategy, stage: Stage) -> Episode:
    """The call, with the record that its fourth exchange answers `act` by `strategy`."""
    trace = CustomerTrace(act=act, interest=0.5, trust=0.5, patience=0.5)
    plan = Outline(intent=IntentReading(act=act, probability=1), stage=stage, strategy=strategy)
    turns = list(call.turns)
    turns[5] = turns[5].model_copy(update={"trace": trace})
    turns[6] = turns[6].model_copy(update={"outline": plan})
    return call.model_copy(update={"turns": tuple(turns)})


def test_what_is_not_sound_is_said_by_the_record() -> None:
    """No judge is asked, so that none can flatter itself."""
    call = episode("r", 0)
    act, done = CustomerAct, Strategy
    failed = call.model_copy(update={"stop": StopReason.INFRASTRUCTURE_ERROR})
    free = [turn.model_copy(update={"guard": None}) for turn in call.turns]
    pushed = answered(call, act.REFUSE, done.ASK_COMMITMENT, Stage.CLOSING)
    let_go = answered(call, act.REFUSE, done.RESPECT_NO, Stage.CLOSING)
    deaf = answered(call, act.OBJECTION_PRICE, done.SHARE_PROOF, Stage.PRESENTATION)
    met = answered(call, act.OBJECTION_PRICE, done.REFRAME_VALUE, Stage.OBJECTION_HANDLING)
    assert fault_of(call) is None and fault_of(let_go) is None and fault_of(met) is None
    assert fault_of(failed) == "infrastructure error"
    assert fault_of(call.model_copy(update={"turns": call.turns[:5]})) == "ended in the opening"
    assert fault_of(call.model_copy(update={"turns": tuple(free)})) == "turns without a guard"
    assert fault_of(pushed) == "no plan to respect a no"
    assert fault_of(deaf) == "no plan for most doubts"
