"""Every defect does what it says, and nothing else."""

from __future__ import annotations

import re

import pytest

from ai_salesman.conversation.facts import FactSheet
from ai_salesman.conversation.outline import IntentReading, Outline
from ai_salesman.conversation.persona import Lead
from ai_salesman.conversation.taxonomy import CustomerAct, Speaker, Stage, Strategy
from ai_salesman.conversation.turn import CustomerTrace, Turn
from ai_salesman.evaluation.cells import CELLS
from ai_salesman.evaluation.defects.base import Draw, Scene
from ai_salesman.evaluation.defects.edits import sentences_of
from ai_salesman.evaluation.defects.registry import DEFECTS

_PLAN = {
    0: Stage.OPENING,
    2: Stage.NEEDS_DISCOVERY,
    4: Stage.BUSINESS_ANALYSIS,
    6: Stage.BUSINESS_ANALYSIS,
    8: Stage.PRESENTATION,
    10: Stage.PRESENTATION,
    12: Stage.OBJECTION_HANDLING,
    14: Stage.OPERATIONAL_GUIDANCE,
    16: Stage.CLOSING,
}
_ACTS = {11: CustomerAct.OBJECTION_PRICE, 15: CustomerAct.AGREE}


def recorded(line: str, index: int, acts: dict[int, CustomerAct]) -> Turn:
    """A turn with what its player wrote down about it."""
    if line.startswith("S: "):
        outline = Outline(
            intent=IntentReading(act=CustomerAct.ACKNOWLEDGE, probability=0.5),
            stage=_PLAN[index],
            strategy=Strategy.OPEN_QUESTION,
        )
        return Turn(index=index, speaker=Speaker.SALESMAN, text=line[3:], outline=outline)
    trace = CustomerTrace(
        act=acts.get(index, CustomerAct.PROVIDE_INFO), interest=0.5, trust=0.5, patience=0.5
    )
    return Turn(index=index, speaker=Speaker.CUSTOMER, text=line[3:], trace=trace)


def scene_of(sound: str, sheet: FactSheet, acts: dict[int, CustomerAct]) -> Scene:
    lines = sound.strip().splitlines()
    turns = tuple(recorded(line, index, acts) for index, line in enumerate(lines))
    return Scene(turns, sheet, Lead(name="Ms. Rivera", business="bakery"))


@pytest.fixture
def bought(sound: str, sheet: FactSheet) -> Scene:
    """A call that ended in a sale."""
    return scene_of(sound, sheet, _ACTS)


@pytest.fixture
def refused(sound: str, sheet: FactSheet) -> Scene:
    """The same words, but the customer refuses in the end."""
    return scene_of(sound, sheet, {11: CustomerAct.OBJECTION_PRICE, 15: CustomerAct.REFUSE})


def words(scene: Scene) -> list[str]:
    return [turn.text for turn in scene.turns]


@pytest.mark.parametrize("name", DEFECTS)
def test_every_defect_finds_its_occasion_and_changes_the_call(
    name: str, bought: Scene, refused: Scene
) -> None:
    planted = [
        turns for scene in (bought, refused) if (turns := DEFECTS[name].plant(scene, Draw(1)))
    ]
    assert planted
    for turns in planted:
        assert [turn.text for turn in turns] != words(bought)
        assert [turn.index for turn in turns] == list(range(len(turns)))
        assert all(turn.text for turn in turns)


@pytest.mark.parametrize("name", DEFECTS)
def test_the_same_draw_plants_the_same(name: str, refused: Scene) -> None:
    before = words(refused)
    first = DEFECTS[name].plant(refused, Draw("7 a"))
    second = DEFECTS[name].plant(refused, Draw("7 a"))
    assert first == second
    assert words(refused) == before


@pytest.mark.parametrize("name", DEFECTS)
def test_the_customer_is_left_alone(name: str, refused: Scene) -> None:
    """Only do-not-call and a missing refusal may be put into the customer's mouth."""
    turns = DEFECTS[name].plant(refused, Draw(3)) or ()
    theirs = {turn.text for turn in refused.turns if turn.speaker is Speaker.CUSTOMER}
    new = [t.text for t in turns if t.speaker is Speaker.CUSTOMER and t.text not in theirs]
    assert len(new) <= (name == "continued_after_do_not_call")


@pytest.mark.parametrize("name", DEFECTS)
def test_cells_are_known_and_each_has_one_role(name: str) -> None:
    defect = DEFECTS[name]
    assert {*defect.targets, *defect.may_move} <= set(CELLS)
    assert not set(defect.targets) & set(defect.may_move)
    assert all(defect.may_move.values())


def test_the_halves_of_the_forms_share_nothing() -> None:
    for name in ("pressure", "padding", "superlative", "judge_instruction"):
        dev, published = (set(Draw(1, split).forms(name, 99)) for split in ("dev", "published"))
        assert dev and published
        assert not dev & published
        assert dev | published == set(Draw(1).forms(name, 99))


def test_a_wrong_price_replaces_the_right_one_everywhere(bought: Scene) -> None:
    turns = DEFECTS["wrong_price"].plant(bought, Draw(2)) or ()
    ours = " ".join(turn.text for turn in turns if turn.speaker is Speaker.SALESMAN)
    assert "$199" not in ours
    assert "$80 a month into flyers" in ours, "the customer's own figures stay"
    named = re.findall(r"\$\d+(?= a month)", ours)
    assert len(set(named) - {"$80"}) == 1, "one wrong price throughout"


def test_an_ignored_objection_loses_only_its_reply(bought: Scene) -> None:
    turns = DEFECTS["ignored_objection"].plant(bought, Draw(2)) or ()
    changed = [p for p, turn in enumerate(turns) if turn.text != bought.turns[p].text]
    assert changed == [12]


def test_no_refusal_is_planted_where_the_customer_bought(bought: Scene) -> None:
    assert DEFECTS["pressure_after_refusal"].plant(bought, Draw(1)) is None
    assert DEFECTS["continued_after_do_not_call"].plant(bought, Draw(1)) is None


def test_titles_do_not_end_sentences() -> None:
    assert sentences_of("Hello Ms. Rivera. Is it you?") == ["Hello Ms. Rivera.", "Is it you?"]
