"""Second-hand listings become campaigns."""

from __future__ import annotations

import json
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from ai_salesman.campaigns.campaign import Campaign
from ai_salesman.campaigns.listing import campaign_from_listing, read_listings
from ai_salesman.conversation.errors import InputError
from ai_salesman.conversation.taxonomy import FactKind


def bike(**item: Any) -> dict[str, Any]:
    """A listing as the data set writes it, with more than we need."""
    return {
        "id": "cb-C_17",
        "turns": [{"role": "customer", "text": "hi"}],
        "persona": {
            "customer": {"target_price": 140.0},
            "salesperson": {"target_price": 200.0},
            "item": {
                "title": "Blue city bike",
                "description": "The frame is in good condition. New brakes last spring. Pick up.",
                "list_price": 210,
                "category": "bikes",
            }
            | item,
        },
    }


def written(tmp_path: Path, *lines: object) -> Path:
    """A JSONL file; strings stand as they are."""
    path = tmp_path / "listings.jsonl"
    texts = [x if isinstance(x, str) else json.dumps(x, ensure_ascii=False) for x in lines]
    path.write_text("\n".join(texts) + "\n", encoding="utf-8")
    return path


def test_a_listing_becomes_a_campaign_of_one_call(tmp_path: Path) -> None:
    campaign = campaign_from_listing(next(read_listings(written(tmp_path, bike()))))
    assert campaign.name == "cb-c-17"
    assert campaign.episodes == 1
    assert campaign.sheet.price == 200
    assert campaign.sheet.product == "the bike from the listing"
    features = [f.wording for f in campaign.sheet.facts.values() if f.kind is FactKind.FEATURE]
    assert features == [
        "the frame is in good condition",
        "it has new brakes last spring",
    ]
    (buyer,) = campaign.population.personas
    assert not isinstance(buyer, str)
    assert (buyer.reserve, buyer.reserve_unit) == (140, "absolute")


def test_without_a_description_the_title_is_the_feature(tmp_path: Path) -> None:
    listing = next(read_listings(written(tmp_path, bike(description=""))))
    assert campaign_from_listing(listing).sheet.facts["feature_1"].wording == "it is Blue city bike"


def test_only_line_breaks_end_a_line(tmp_path: Path) -> None:
    odd = bike(title="A bike\u2028for\x85two")
    found = list(read_listings(written(tmp_path, odd, "", bike())))
    assert [listing.persona.item.title for listing in found] == [
        "A bike\u2028for\x85two",
        "Blue city bike",
    ]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("{", "line 2: not a JSON object; write one listing a line"),
        ("[1, 2]", "line 2: not a JSON object; write one listing a line"),
        ("7", "line 2: not a JSON object; write one listing a line"),
        ({"id": "x"}, "line 2: persona: this field is required"),
        (bike(list_price=0), "line 2: persona.item.list_price: input should be greater than 0"),
        (bike(list_price=None), "line 2: persona.item.list_price: input should be a valid number"),
    ],
    ids=["broken", "list", "number", "no persona", "free", "no price"],
)
def test_a_bad_line_is_one_sentence(line: object, says: str, tmp_path: Path) -> None:
    path = written(tmp_path, bike(), line)
    with pytest.raises(InputError) as caught:
        list(read_listings(path))
    sentence = str(caught.value)
    assert sentence.startswith(f"{path}: {says}")
    assert "\n" not in sentence


def test_a_file_that_cannot_be_read_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        list(read_listings(tmp_path / "nowhere.jsonl"))
    (tmp_path / "photo.jsonl").write_bytes(b"\xff\xd8\xff\xe0")
    with pytest.raises(InputError, match=r"photo\.jsonl:1: is not UTF-8 text"):
        list(read_listings(tmp_path / "photo.jsonl"))


def test_real_listings_become_sound_campaigns(real_dialogues: Path) -> None:
    path = real_dialogues / "craigslistbargain" / "dialogues.jsonl"
    campaigns = [campaign_from_listing(listing) for listing in islice(read_listings(path), 50)]
    assert len(campaigns) == 50
    for campaign in campaigns:
        again = Campaign.model_validate(campaign.model_dump(mode="json"))
        assert again == campaign
        assert again.sheet.in_slot("benefit")
