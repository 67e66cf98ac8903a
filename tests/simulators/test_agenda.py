"""Whole calls with hand-written salesmen, good and bad."""

import pytest
from calls_played import GOOD, NONSENSE, PRESSURE, play

from ai_salesman.conversation.taxonomy import CustomerAct, StopReason, Tier
from ai_salesman.simulators.population import Population, draw


def people(tier: Tier, count: int = 8):
    return draw(Population(tiers={tier: 1.0}), "merchant", count, seed=3)


async def won(agenda, sheet, lines, personas) -> int:
    calls = [await play(agenda, sheet, persona, lines) for persona in personas]
    return sum(call[-1].stop is StopReason.AGREED for call in calls)


async def test_a_good_call_wins_easy_customers_and_few_adversarial_ones(agenda, sheet):
    easy = await won(agenda, sheet, GOOD, people(Tier.EASY))
    adversarial = await won(agenda, sheet, GOOD, people(Tier.ADVERSARIAL))
    assert easy >= 5
    assert adversarial <= 2


@pytest.mark.parametrize("lines", [NONSENSE, PRESSURE])
async def test_nonsense_and_pressure_win_nobody(agenda, sheet, lines):
    everybody = [persona for tier in Tier for persona in people(tier, 4)]
    assert await won(agenda, sheet, lines, everybody) == 0


async def test_a_nonsense_caller_who_asks_for_the_order_wins_nobody(agenda, sheet):
    lines = [*NONSENSE[:2], "It costs $200 a month.", "Shall we go ahead and sign you up?"] * 2
    everybody = [persona for tier in Tier for persona in people(tier, 4)]
    assert await won(agenda, sheet, lines, everybody) == 0


async def test_a_good_call_moves_interest_trust_and_utility_up(agenda, sheet):
    replies = await play(agenda, sheet, people(Tier.EASY)[0], GOOD[:5])
    first, last = replies[0].trace, replies[-1].trace
    assert last.interest > first.interest
    assert last.trust > first.trust
    assert last.utility > first.utility


async def test_the_terms_agreed_are_those_heard(agenda, sheet):
    lines = [*GOOD[:6], "I can give you 10 percent off the first year.", *GOOD[7:]]
    calls = [await play(agenda, sheet, persona, lines) for persona in people(Tier.EASY)]
    offers = [call[-1].offer for call in calls if call[-1].stop is StopReason.AGREED]
    assert any((o.price, o.list_price, o.discount_percent) == (180, 200, 10) for o in offers)


async def test_a_dearer_offer_wins_fewer(agenda, sheet):
    personas = people(Tier.EASY, 6) + people(Tier.MEDIUM, 6)
    dear = [line.replace("$200", "$600") for line in GOOD]
    assert await won(agenda, sheet, dear, personas) < await won(agenda, sheet, GOOD, personas)


async def test_asked_to_commit_before_a_price_it_asks_the_price(agenda, sheet):
    lines = [*GOOD[:2], "Shall we go ahead and set it up for you?"]
    replies = await play(agenda, sheet, people(Tier.EASY)[0], lines)
    assert replies[-1].trace.act is CustomerAct.ASK_PRICE


async def test_the_same_seed_gives_the_same_answers_and_never_a_sentence_twice(agenda, sheet):
    persona = people(Tier.MEDIUM)[1]
    one = [reply.text for reply in await play(agenda, sheet, persona, GOOD, seed=5)]
    two = [reply.text for reply in await play(agenda, sheet, persona, GOOD, seed=5)]
    assert one == two
    assert len(set(one)) == len(one)


async def test_responding_leaves_the_given_state_alone(agenda, sheet):
    replies = await play(agenda, sheet, people(Tier.EASY)[0], GOOD[:3])
    before = replies[1].state.model_dump_json()
    await play(agenda, sheet, people(Tier.EASY)[0], GOOD[:4])
    assert replies[1].state.model_dump_json() == before


async def test_every_way_to_end_a_call_can_be_reached(agenda, sheet):
    callback = [*GOOD[:8], "Shall I call you back on Thursday afternoon, then?"]
    stops = set()
    for lines in (GOOD, PRESSURE, NONSENSE, callback):
        for tier in Tier:
            for persona in people(tier, 5):
                stops.add((await play(agenda, sheet, persona, lines))[-1].stop)
    assert stops >= {
        StopReason.AGREED,
        StopReason.REFUSED,
        StopReason.HUNG_UP,
        StopReason.DO_NOT_CALL,
        StopReason.CALLBACK,
    }
