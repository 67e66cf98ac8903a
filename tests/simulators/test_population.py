"""Drawing customers: deterministic, extendable, in the wanted mix."""

from collections import Counter

import pytest

from ai_salesman.conversation.errors import UnknownNameError
from ai_salesman.conversation.taxonomy import Tier
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


def test_thirty_personas_ship():
    assert len(builtin_personas()) >= 24
