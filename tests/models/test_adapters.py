"""Adapters: a folder that holds one names its base, and is laid on it without any library."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import pytest
import torch
from tiny_model import make_tiny_model

from ai_salesman.conversation.errors import InputError, MissingPartError
from ai_salesman.models.adapters import with_adapter
from ai_salesman.models.local import LocalModel
from ai_salesman.models.weights import CARD_FILE, Weights, embedded_folder, weights_of


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny model."""
    path = tmp_path_factory.mktemp("adapted") / "base"
    make_tiny_model(path)
    return path


@pytest.fixture(scope="module")
def adapter(base: Path) -> Path:
    """A folder with an adapter on it, written by peft."""
    peft = pytest.importorskip("peft", reason="the extra 'train' is not installed")
    config = peft.LoraConfig(r=4, lora_alpha=8, target_modules="all-linear")
    trained = peft.get_peft_model(copy.deepcopy(LocalModel(base).network), config)
    with torch.no_grad():
        for name, weight in trained.named_parameters():
            if "lora_B" in name:
                weight.normal_(std=0.1)
    folder = base.parent / "adapter"
    trained.save_pretrained(folder, save_embedding_layers=False)
    card = {"prompt_style": "plan", "base": f"hf:{base}"}
    (folder / CARD_FILE).write_text(json.dumps(card))
    return folder


pytestmark = pytest.mark.filterwarnings("default")  # what peft warns of is its own


def test_an_adapter_is_merged_as_peft_merges_it(base: Path, adapter: Path) -> None:
    from peft import PeftModel

    network = LocalModel(base).network
    tokens = torch.tensor([[5, 6, 7, 8]])
    wanted = PeftModel.from_pretrained(copy.deepcopy(network), str(adapter)).eval()
    found = with_adapter(copy.deepcopy(network), str(adapter))
    with torch.inference_mode():
        logits = found(input_ids=tokens).logits
        assert torch.allclose(logits, wanted(input_ids=tokens).logits, atol=1e-4)
        assert not torch.allclose(logits, network(input_ids=tokens).logits, atol=1e-2)


def test_a_folder_with_an_adapter_finds_its_base(base: Path, adapter: Path) -> None:
    assert weights_of(f"hf:{adapter}") == Weights(str(base), (str(adapter),))
    assert weights_of(f"hf:{base}+{adapter}") == weights_of(f"hf:{adapter}")
    assert LocalModel.at(f"hf:{adapter}").prompt_style == "plan"
    assert weights_of("openai:gpt-x") is None
    assert weights_of("embedded:base") == Weights(str(embedded_folder("base")))


@pytest.mark.parametrize(
    ("card", "wrong"),
    [
        ("{}", "does not name the model"),
        ("[]", "does not name the model"),
        ('{"base": "openai:gpt-x"}', "'base' must be"),
        ('{"base": 7}', "'base' must be"),
    ],
)
def test_an_adapter_whose_card_names_no_base_is_one_sentence(
    adapter: Path, tmp_path: Path, card: str, wrong: str
) -> None:
    (tmp_path / "adapter_config.json").write_text((adapter / "adapter_config.json").read_text())
    (tmp_path / CARD_FILE).write_text(card)
    with pytest.raises(InputError, match=wrong):
        weights_of(f"hf:{tmp_path}")


def test_an_adapter_that_does_not_fit_is_one_sentence(base: Path, adapter: Path) -> None:
    other = torch.nn.Linear(3, 3)
    with pytest.raises(MissingPartError, match="the adapter cannot be loaded"):
        with_adapter(other, str(adapter))
    with pytest.raises(MissingPartError, match="the adapter cannot be loaded"):
        with_adapter(LocalModel(base).network, str(base.parent / "nowhere"))
