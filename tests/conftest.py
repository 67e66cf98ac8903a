"""What many tests share: the demo campaign and the encoder, loaded once."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import torch
from places import CAMPAIGNS

from ai_salesman.campaigns.campaign import Campaign, load_campaign
from ai_salesman.models.encoder import MiniLMEncoder, embedded_encoder

torch.set_num_threads(1)


@pytest.fixture(scope="session")
def merchant_ads() -> Campaign:
    """The demo campaign."""
    return load_campaign(CAMPAIGNS / "merchant_ads.yaml")


@pytest.fixture(scope="session")
def encoder() -> MiniLMEncoder:
    """The sentence encoder."""
    return embedded_encoder()


@pytest.fixture(scope="session")
def real_dialogues() -> Path:
    """Real dialogues, where the machine has them."""
    folder = os.environ.get("REAL_DIALOGUES")
    if not folder:
        pytest.skip("REAL_DIALOGUES is not set: no real dialogues on this machine")
    return Path(folder)
