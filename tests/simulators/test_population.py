"""Drawing customers: deterministic, extendable, in the wanted mix."""

from collections import Counter
from pathlib import Path

import pytest

from ai_salesman.conversation.errors import InputError, UnknownNameError
from ai_salesman.conversation.taxonomy import CustomerAct, Tier
from ai_salesman.simulators.population import Crowd, Population, builtin_personas, draw


def test_more_episodes_extend_the_list():
    population = Population(spread=0.1)
    assert draw(population, "merchant", 20, 1)[:8] == draw(population, "merchant", 8, 1)


def test_a_crowd_of_a_million_is_made_one_by_one():
    crowd = Crowd(Population(), "merchant", 1_000_000, 1)
    assert len(crowd) == 1_000_000
    assert crowd[:3] == draw(Population(), "merchant", 3, 1)
    assert crowd[999_999] == crowd[-1] != crowd[0]
    with pytest.raises(IndexError):
        crowd[1_000_000]


def test_another_seed_is_another_list():
    assert draw(Population(), "merchant", 8, 1) != draw(Population(), "merchant", 8, 2)


def test_a_short_list_shows_every_tier():
    drawn = draw(Population(), "merchant", 10, 1)
    assert {persona.tier for persona in drawn} == set(Tier)


def test_the_tier_mix_is_kept():
    mix = {Tier.EASY: 0.5, Tier.HARD: 0.3, Tier.ADVERSARIAL: 0.2}
    tiers = Counter(p.tier for p in draw(Population(tiers=mix), "any", 100, 7))
    assert all(abs(tiers[tier] - 100 * share) <= 3 for tier, share in mix.items())


def test_domains_are_honoured():
    drawn = draw(Population(domains=("insurance",), tiers={Tier.EASY: 1}), "insurance", 6, 1)
    assert {persona.domain for persona in drawn} <= {"insurance", "any"}


def test_an_unknown_persona_is_named_with_the_nearest():
    with pytest.raises(UnknownNameError, match="ana_rivera_bakery"):
        draw(Population(personas=("ana_rivera_bakry",)), "any", 1, 1)


TRADES = ("merchant", "telecom", "insurance", "education", "energy", "software")


@pytest.mark.parametrize("trade", TRADES)
@pytest.mark.parametrize("tier", Tier)
def test_every_trade_has_two_people_of_its_own_in_every_tier(trade: str, tier: Tier):
    own = [p for p in builtin_personas().values() if p.domain == trade and p.tier is tier]
    assert len(own) >= 2
    assert len({p.style for p in own}) > 1
    assert len({(p.objections, p.authority, p.timing) for p in own}) == len(own)
    assert len({tuple(p.needs.items()) for p in own}) == len(own)


@pytest.mark.parametrize("trade", TRADES)
def test_a_short_campaign_meets_most_of_them_before_anybody_calls_thrice(trade: str):
    for seed in range(10):
        met = Counter(p.name for p in draw(Population(domains=(trade,)), trade, 24, seed))
        assert len(met) >= 14
        assert max(met.values()) <= 3


def test_the_people_are_as_far_apart_as_a_telephone_book():
    personas = builtin_personas().values()
    assert len({p.name for p in personas}) == len(personas)
    assert len({p.background for p in personas}) == len(personas)
    hagglers = [
        p
        for p in personas
        if p.traits.price_sensitivity >= 0.7
        and any(o.act is CustomerAct.OBJECTION_PRICE for o in p.objections)
    ]
    assert len(hagglers) >= 10
    assert sum(p.authority == "must_ask" for p in personas) >= 10
    assert sum(p.timing == "later" for p in personas) >= 10


SOUND = """
id: me
name: "Ms. Me"
needs: {save_time: 0.5, lower_cost: 0.5}
"""


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("save_time", "save_tiem", "needs: unknown need 'save_tiem'; did you mean 'save_time'?"),
        (
            "save_time: 0.5, lower_cost",
            "reliability",
            "needs: none of reliability is a need of this campaign; "
            "weigh at least one of lower_cost, save_time",
        ),
    ],
)
def test_a_need_that_the_campaign_lacks(tmp_path: Path, old: str, new: str, message: str):
    path = tmp_path / "me.yaml"
    path.write_text(SOUND.replace(old, new))
    with pytest.raises(InputError) as error:
        Population(personas=("me.yaml",)).with_files(tmp_path, ("save_time", "lower_cost"))
    assert str(error.value) == f"{path}: {message}"


def test_a_persona_may_have_needs_of_other_trades_too(tmp_path: Path):
    path = tmp_path / "me.yaml"
    path.write_text(SOUND.replace("lower_cost", "reliability"))
    population = Population(personas=(str(path), "lena_brandt_nurse"))
    assert len(population.with_files(tmp_path, ("save_time",)).personas) == 2
