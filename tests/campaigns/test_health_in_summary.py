"""What a summary says of the simulator's health, and whose fault lost calls were."""

from __future__ import annotations

from datetime import UTC, datetime

from rich.console import Console

from ai_salesman.campaigns.campaign import Campaign
from ai_salesman.campaigns.store import RunInfo
from ai_salesman.campaigns.summary import RunSummary, summarise
from ai_salesman.cli.summary_view import show_summary
from ai_salesman.conversation.episode import Episode
from ai_salesman.conversation.persona import Persona
from ai_salesman.conversation.taxonomy import Speaker, StopReason
from ai_salesman.conversation.turn import Turn

SOUND = {"over_agreeable": 0.0, "repetition": 0.0}
SICK = {"over_agreeable": 1.0, "repetition": 0.1}


def call(index: int, stop: StopReason, health: dict[str, float], reserve: float = 1.5) -> Episode:
    """A call of two turns."""
    persona = Persona(id="p", name="Ms. Rivera", needs={"visibility": 1.0}, reserve=reserve)
    words = ((Speaker.SALESMAN, "Hello, it is $199 a month."), (Speaker.CUSTOMER, "I see."))
    turns = tuple(Turn(index=i, speaker=who, text=text) for i, (who, text) in enumerate(words))
    return Episode(
        run="r", index=index, seed=1, persona=persona, turns=turns, stop=stop, health=health
    )


def summary(campaign: Campaign) -> RunSummary:
    """Five calls: a sale, a sale that was given away, and three that were lost."""
    episodes = [
        call(0, StopReason.AGREED, SOUND),
        call(1, StopReason.AGREED, SICK),
        call(2, StopReason.SALESMAN_ENDED, SOUND),
        call(3, StopReason.CALLBACK, SOUND, reserve=0.5),
        call(4, StopReason.REFUSED, SOUND),
    ]
    info = RunInfo(
        id="r",
        campaign=campaign,
        started=datetime.now(UTC),
        wall_seconds=1.0,
        completed=5,
        failed=0,
    )
    return summarise(info, episodes)


def test_sound_calls_have_a_conversion_of_their_own(merchant_ads: Campaign) -> None:
    health = summary(merchant_ads).health
    assert health.healthy_share == 0.8
    assert (health.unhealthy["over_agreeable"].successes, health.signals["repetition"]) == (1, 0.02)
    assert health.conversion_healthy_only.rate == 0.25
    assert health.score_healthy_only.mean is None, "nobody judged these calls"


def test_lost_calls_are_counted_by_fault_and_reach_no_score(merchant_ads: Campaign) -> None:
    found = summary(merchant_ads)
    faults = found.health.attribution
    assert faults.lost == {"agent": 1, "simulator": 1, "customer": 1, "unclear": 0}
    assert faults.rules == {"gave_up": 1, "cannot_afford": 1, "hung_up_at_once": 1}
    assert faults.helped == 1
    assert found.conversion.successes == 2


def test_the_reader_is_told(merchant_ads: Campaign) -> None:
    console = Console(width=200, record=True)
    show_summary(summary(merchant_ads), console)
    text = console.export_text()
    assert "80% of calls sound (over agreeable 1); on those score none, conversion 25%" in text
    assert "1 agent, 1 simulator, 1 could not buy, 0 unclear" in text
