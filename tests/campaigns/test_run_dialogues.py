"""The calls of a run become dialogues that a library can learn from."""

from __future__ import annotations

from planned import planned_call

from ai_salesman.campaigns.campaign import Campaign
from ai_salesman.campaigns.run_dialogues import dialogues_of_run
from ai_salesman.conversation.taxonomy import CustomerAct, Stage, StopReason, Strategy
from ai_salesman.scripts_library.sightings import sightings

PRICE = "It is {price}, and you can stop at the end of any month."


def test_a_filled_script_is_the_script_again(merchant_ads: Campaign) -> None:
    episode = planned_call(3, PRICE, sold=True)
    assert "two coffees" in episode.turns[1].text
    (dialogue,) = dialogues_of_run([episode], merchant_ads.sheet)
    asked, told = dialogue.turns
    assert told.text == PRICE and told.slots == ("price",)
    assert (told.stage, told.strategy) == (Stage.PRESENTATION, Strategy.STATE_PRICE)
    assert asked.act is CustomerAct.ASK_PRICE
    assert (dialogue.id, dialogue.outcome) == ("r-3", StopReason.AGREED)


def test_other_words_lose_the_names_of_the_sheet(merchant_ads: Campaign) -> None:
    episode = planned_call(0, PRICE, sold=False)
    words = f"With {merchant_ads.sheet.company} it costs $199 a month."
    asked, told = episode.turns
    changed = episode.model_copy(update={"turns": (asked, told.model_copy(update={"text": words}))})
    (sighting,) = sightings(dialogues_of_run([changed], merchant_ads.sheet))
    assert sighting.text == "With {company} it costs {price}."
    assert not sighting.won and sighting.segment == "business"


def test_turns_without_a_plan_have_no_labels(merchant_ads: Campaign) -> None:
    episode = planned_call(0, PRICE, sold=True)
    bare = tuple(turn.model_copy(update={"outline": None}) for turn in episode.turns)
    (dialogue,) = dialogues_of_run([episode.model_copy(update={"turns": bare})], merchant_ads.sheet)
    assert all(turn.stage is None and turn.act is None for turn in dialogue.turns)
    assert list(sightings([dialogue])) == []
