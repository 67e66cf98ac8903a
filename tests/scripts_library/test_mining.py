"""Scripts mined from won calls: what is kept, what is dropped, and what the counts mean."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ai_salesman.conversation.errors import InputError
from ai_salesman.conversation.files import load_yaml_model
from ai_salesman.conversation.taxonomy import CustomerAct, Speaker, Stage, StopReason, Strategy
from ai_salesman.corpus.build import CorpusSettings, build_corpus
from ai_salesman.corpus.dialogue import CorpusDialogue, CorpusTurn, Split
from ai_salesman.models.encoder import MiniLMEncoder
from ai_salesman.scripts_library.delexicalise import delexicalised, is_template
from ai_salesman.scripts_library.mining import MinedLibrary, MiningSettings, mine_scripts
from ai_salesman.scripts_library.pack_file import write_pack
from ai_salesman.scripts_library.packs import check_library
from ai_salesman.scripts_library.rates import SuccessRates
from ai_salesman.scripts_library.script import Pack, Script
from ai_salesman.scripts_library.shrinkage import Counts, fit_strength, shrunk
from ai_salesman.scripts_library.sightings import Sighting, sightings, won

COUNTS = st.builds(Counts, st.integers(0, 300), st.integers(0, 300))
RATES = st.floats(0.01, 0.99)


@pytest.fixture(scope="module")
def calls() -> list[CorpusDialogue]:
    return list(build_corpus(CorpusSettings(dialogues=200, seed=3)))


@pytest.fixture(scope="module")
def mined(calls: list[CorpusDialogue], encoder: MiniLMEncoder) -> MinedLibrary:
    return mine_scripts(calls, [], encoder.encode_now, MiningSettings(min_support=2))


def call(name: str, words: str, outcome: StopReason | None) -> CorpusDialogue:
    """The customer asks for the price; the salesman answers."""
    asked = CorpusTurn(speaker=Speaker.CUSTOMER, text="How much is it?", act=CustomerAct.ASK_PRICE)
    told = CorpusTurn(
        speaker=Speaker.SALESMAN,
        text=words,
        stage=Stage.PRESENTATION,
        strategy=Strategy.STATE_PRICE,
    )
    return CorpusDialogue(id=name, split=Split.TRAIN, outcome=outcome, turns=(asked, told))


GOOD = "It is {price}, and you can stop at the end of any month."
BAD = "The price is not something that I talk about on the telephone."


def good_and_bad() -> list[CorpusDialogue]:
    """Twenty calls with each answer; one wins 15 of them, the other 5."""
    outcome = {True: StopReason.AGREED, False: StopReason.REFUSED}
    good = [call(f"good{n}", GOOD, outcome[n < 15]) for n in range(20)]
    return good + [call(f"bad{n}", BAD, outcome[n < 5]) for n in range(20)]


def test_what_sells_is_kept_and_what_does_not_is_dropped(encoder: MiniLMEncoder) -> None:
    found = mine_scripts(good_and_bad(), [], encoder.encode_now)
    (script,) = found.pack.scripts
    assert (script.text, script.wins, script.losses) == (GOOD, 15, 5)
    assert (script.intent, script.strategy) == (CustomerAct.ASK_PRICE, Strategy.STATE_PRICE)
    assert found.dropped.weak == 1
    assert (found.won, found.lost, found.base_rate) == (20, 20, 0.5)


def test_what_the_library_says_is_not_mined_again(encoder: MiniLMEncoder) -> None:
    first = mine_scripts(good_and_bad(), [], encoder.encode_now)
    again = mine_scripts(good_and_bad(), first.pack.scripts, encoder.encode_now)
    assert again.pack.scripts == ()
    assert again.dropped.twin_of_library == 1


def test_too_few_won_calls_are_no_support(encoder: MiniLMEncoder) -> None:
    strict = MiningSettings(min_support=16)
    found = mine_scripts(good_and_bad(), [], encoder.encode_now, strict)
    assert found.pack.scripts == () and found.dropped.rare == 2


def test_every_cluster_is_kept_or_counted_as_dropped(mined: MinedLibrary) -> None:
    dropped = sum(mined.dropped.model_dump().values())
    assert len(mined.pack.scripts) + dropped == mined.templates
    assert len(mined.pack.scripts) >= 20
    assert sum(mined.by_stage.values()) == len(mined.pack.scripts)


def test_mined_scripts_are_templates_without_twins(
    mined: MinedLibrary, encoder: MiniLMEncoder
) -> None:
    scripts = mined.pack.scripts
    assert all(is_template(script.text) for script in scripts)
    report = check_library(scripts, encoder.encode_now([script.text for script in scripts]))
    assert report.twins == ()


def test_each_posterior_holds_the_script_s_own_calls(mined: MinedLibrary) -> None:
    """Its counts are the prior's, worth `template_strength` calls, and the calls' own."""
    for script in mined.pack.scripts:
        assert script.alpha is not None and script.beta is not None
        own = script.alpha + script.beta - script.wins - script.losses
        assert own == pytest.approx(mined.template_strength, abs=0.01)


def test_the_order_of_the_calls_does_not_matter(
    calls: list[CorpusDialogue], mined: MinedLibrary, encoder: MiniLMEncoder
) -> None:
    turned = mine_scripts(calls[::-1], [], encoder.encode_now, MiningSettings(min_support=2))
    assert turned == mined


def test_a_pack_is_written_and_read_again(mined: MinedLibrary, tmp_path: Path) -> None:
    path = tmp_path / "new" / "pack.yaml"
    write_pack(path, mined.pack, "Read me\nfirst.")
    assert path.read_text(encoding="utf-8").startswith("# Read me\n# first.\npack: mined-")
    read = load_yaml_model(path, Pack)
    by_id = {script.id: script for script in mined.pack.scripts}
    assert {script.id: script for script in read.scripts} == by_id


def test_a_pack_that_cannot_be_written(mined: MinedLibrary, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot be written"):
        write_pack(tmp_path / "file" / "pack.yaml", mined.pack)


@pytest.mark.parametrize(
    ("dialogues", "says"),
    [
        ([], "holds no dialogue to mine from"),
        ([call("a", GOOD, None)], "no salesman turn has labels"),
        ([call("a", GOOD, StopReason.INFRASTRUCTURE_ERROR)], "no salesman turn has labels"),
        ([call("a", GOOD, StopReason.REFUSED)], "none of the 1 labelled calls was won"),
    ],
)
def test_nothing_to_mine_from(
    dialogues: list[CorpusDialogue], says: str, encoder: MiniLMEncoder
) -> None:
    with pytest.raises(InputError, match=re.escape(says)):
        mine_scripts(dialogues, [], encoder.encode_now)


def test_the_first_words_answer_a_greeting(calls: list[CorpusDialogue]) -> None:
    first = next(iter(sightings(calls[:1])))
    assert first.turn == 0 and first.cell.intent is CustomerAct.GREET


def test_a_call_counts_once_however_often_it_says_a_thing(calls: list[CorpusDialogue]) -> None:
    seen = list(sightings(calls))
    twice = SuccessRates([*seen, *seen])
    assert twice.table() == SuccessRates(seen).table()
    assert twice.base == sum(won(dialogue) is True for dialogue in calls) / len(calls)


def test_wins_and_losses_of_a_cell_are_those_of_its_segments(
    calls: list[CorpusDialogue],
) -> None:
    seen: list[Sighting] = list(sightings(calls))
    whole: dict[tuple[str, ...], int] = {}
    parts: dict[tuple[str, ...], int] = {}
    for row in SuccessRates(seen).table():
        into = whole if row.segment == "any" else parts
        key = (row.stage, row.intent, row.strategy)
        into[key] = into.get(key, 0) + row.wins + row.losses
    assert whole == parts


@given(COUNTS, RATES, st.floats(0.5, 2000))
def test_a_shrunk_rate_lies_between_the_share_won_and_the_rate_of_its_like(
    counts: Counts, rate: float, strength: float
) -> None:
    mean, raw = shrunk(counts, rate, strength).mean, counts.rate(rate)
    assert min(raw, rate) - 1e-9 <= mean <= max(raw, rate) + 1e-9


@given(COUNTS, COUNTS, RATES, st.floats(0.5, 2000))
def test_counts_of_a_posterior_add_up(
    one: Counts, other: Counts, rate: float, strength: float
) -> None:
    """Learning from two sets of calls at once is learning from one after the other."""
    both = shrunk(Counts(one.wins + other.wins, one.losses + other.losses), rate, strength)
    first = shrunk(one, rate, strength)
    assert both.alpha == pytest.approx(first.alpha + other.wins)
    assert both.beta == pytest.approx(first.beta + other.losses)
    assert both.alpha + both.beta == pytest.approx(strength + one.calls + other.calls)


def test_rates_that_are_alike_are_shrunk_harder_than_rates_that_differ() -> None:
    alike = [Counts(10, 10)] * 20
    differing = [Counts(1, 19), Counts(19, 1)] * 10
    priors = [0.5] * 20
    assert fit_strength(alike, priors, 20.0) > 10 * fit_strength(differing, priors, 20.0)
    assert fit_strength(alike[:2], priors[:2], 20.0) == 20.0


@pytest.mark.parametrize(
    ("said", "template"),
    [
        ("It's $199 a month.", "It's {price}."),
        ("It takes about three days.", "It takes {setup}."),
        ("You get 15 percent off the first year.", "You get {discount}."),
        ("There is a 30-day money-back guarantee.", "There is {guarantee}."),
        ("Rob here, from Corrigan Vans.", "{agent} here, from {company}."),
        ("Thanks,  {customer}.", "Thanks, {customer}."),
    ],
)
def test_figures_and_names_become_slots(said: str, template: str) -> None:
    assert delexicalised(said, {"agent": "Rob", "company": "Corrigan Vans"}) == template


@given(st.text(max_size=60))
def test_delexicalising_twice_changes_nothing(text: str) -> None:
    once = delexicalised(text, {"agent": "Rob"})
    assert delexicalised(once, {"agent": "Rob"}) == once


@pytest.mark.parametrize(
    "text",
    ["Yes.", "It is 42 of them, by the way.", "We start with the.", "It has {wings} and a tail."],
)
def test_what_is_no_template(text: str) -> None:
    assert not is_template(text)


def test_scripts_name_what_they_were_mined_from(mined: MinedLibrary) -> None:
    scripts: tuple[Script, ...] = mined.pack.scripts
    assert {script.source for script in scripts} == {f"mined:{mined.corpus}"}
    assert len({script.id for script in scripts}) == len(scripts)
