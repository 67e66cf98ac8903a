"""Campaign files: the shipped ones are sound, and a broken one says where it is broken."""

from __future__ import annotations

from pathlib import Path

import pytest
from places import CAMPAIGNS

from ai_salesman.campaigns.campaign import Campaign, load_campaign
from ai_salesman.conversation.errors import InputError

EXAMPLES = sorted(CAMPAIGNS.glob("*.yaml"))
TEXT = (CAMPAIGNS / "merchant_ads.yaml").read_text(encoding="utf-8")

PACK = """\
pack: mine
stage: presentation
scripts:
  - {id: mine-1, intent: ask_price, strategy: state_price, text: "It is {price}."}
"""
PERSONA = """\
id: mine
name: Ms. Rivera
needs: {visibility: 1.0}
"""


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_is_sound(path: Path) -> None:
    campaign = load_campaign(path)
    assert campaign.name == path.stem
    assert campaign.sheet.in_slot("price")
    assert Campaign.model_validate_json(campaign.model_dump_json()) == campaign


def test_there_are_six_examples() -> None:
    assert len(EXAMPLES) == 6


def written(folder: Path, old: str = "", new: str = "") -> Path:
    """The demo campaign with one passage replaced, or one line added."""
    assert not old or TEXT.count(old) == 1
    path = folder / "mine.yaml"
    path.write_text(TEXT.replace(old, new) if old else f"{TEXT}\n{new}\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("domain: merchant", "domian: merchant", "domian: unknown field; did you mean 'domain'?"),
        (
            "  currency: USD",
            "  curency: USD",
            "sheet.curency: unknown field; did you mean 'currency'?",
        ),
        ("serves: [save_time, ease_of_use]", "serves: [savetime]", "unknown need 'savetime'"),
        (
            "      kind: price\n",
            "      kind: term\n",
            "sheet: facts: one fact must be of kind 'price'",
        ),
        ("tiers: {easy: 0.2", "tiers: {eazy: 0.2", "did you mean 'easy'?"),
        ("tiers: {easy: 0.2", "tiers: {easy: -1", "population.tiers.easy: "),
        ("episodes: 24", "episodes: 0", "episodes: input should be greater than 0; found 0"),
        ("episodes: 24", "episodes: many", "episodes: "),
        ("name: merchant_ads", "name: Merchant Ads", "name: string should match pattern"),
        ("  price: 199 ", "  price: -5 ", "sheet.price: input should be greater than 0; found -5"),
        ("  company:", "  # company:", "sheet.company: this field is required; add it"),
        ("seed: 1 ", "seed: [1 ", "mend it there"),
        ("", "packs: [nowhere.yaml]", "paths start at the campaign's folder"),
        ("  domains: [merchant]", "  personas: [nobody]", "unknown persona 'nobody'"),
    ],
    ids=lambda value: value.strip()[:24] if isinstance(value, str) else None,
)
def test_a_broken_file_names_file_and_field(old: str, new: str, says: str, tmp_path: Path) -> None:
    path = written(tmp_path, old, new)
    with pytest.raises(InputError) as caught:
        load_campaign(path)
    sentence = str(caught.value)
    assert says in sentence
    assert str(tmp_path) in sentence
    assert "\n" not in sentence


def test_a_misfit_names_its_line(tmp_path: Path) -> None:
    path = written(tmp_path, "episodes: 24", "episodes: 0")
    line = (
        path.read_text(encoding="utf-8")
        .splitlines()
        .index(
            next(
                x for x in path.read_text(encoding="utf-8").splitlines() if x.startswith("episodes")
            )
        )
    )
    with pytest.raises(InputError, match=rf"mine\.yaml:{line + 1}: episodes"):
        load_campaign(path)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("{price}", "{prize}", "uses unknown fact {prize}"),
        ("intent: ask_price", "intent: ask_prize", "did you mean 'ask_price'?"),
        ("pack: mine", "pakc: mine", "pakc: unknown field; did you mean 'pack'?"),
    ],
)
def test_a_broken_pack_is_named(old: str, new: str, says: str, tmp_path: Path) -> None:
    (tmp_path / "pack.yaml").write_text(PACK.replace(old, new))
    with pytest.raises(InputError) as caught:
        load_campaign(written(tmp_path, "", "packs: [pack.yaml]"))
    assert says in str(caught.value)
    assert "pack.yaml" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_packs_and_personas_become_part_of_the_campaign(tmp_path: Path) -> None:
    (tmp_path / "pack.yaml").write_text(PACK)
    (tmp_path / "me.yaml").write_text(PERSONA)
    path = written(tmp_path, "  domains: [merchant]", "  personas: [me.yaml]")
    path.write_text(path.read_text() + "\npacks: [pack.yaml]\n")
    before = load_campaign(path)
    assert not any(isinstance(part, str) for part in (*before.packs, *before.population.personas))
    (tmp_path / "me.yaml").write_text(PERSONA + "reserve: 0.5\n")
    assert load_campaign(path).digest() != before.digest(), "another persona is another run"


def test_the_digest_is_of_the_content_alone(tmp_path: Path) -> None:
    commented = written(tmp_path, "", "# a remark")
    demo = load_campaign(CAMPAIGNS / "merchant_ads.yaml")
    assert load_campaign(commented).digest() == demo.digest()
    assert demo.model_copy(update={"seed": 2}).digest() != demo.digest()
