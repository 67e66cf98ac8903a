"""Where the weights of a local model lie: a folder or an id, and perhaps adapters on top.

A model that was trained further with LoRA is a folder that holds only the adapter, and a card that
names the model it was trained from: {"prompt_style": "plan", "base": "embedded:base"}.
"""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path
from typing import NamedTuple

from ai_salesman.conversation.errors import InputError, UnknownNameError
from ai_salesman.models.uri import parse_uri

__all__ = ["ADAPTER_FILE", "CARD_FILE", "Weights", "embedded_folder", "weights_of"]

CARD_FILE = "ai_salesman.json"
"""Marks a folder whose model was trained by this project: {"prompt_style": "plan"}."""
ADAPTER_FILE = "adapter_config.json"
"""Marks a folder that holds an adapter, as peft writes it."""

_BEST = "sft"
"""The salesman that `embedded` means; docs/training.md compares them."""


class Weights(NamedTuple):
    """What is loaded for a local model."""

    source: str
    """Folder, or id of a model that Hugging Face's library can find."""
    adapters: tuple[str, ...] = ()
    """Folders or ids of adapters, in the order in which they are laid on top."""


def weights_of(uri: str) -> Weights | None:
    """The weights that a URI names; None for a model that is not local.

    Raises:
        InputError: the URI is malformed, or names an adapter whose card does not tell its base.
        UnknownNameError: no such weights ship with the package.
    """
    kind, rest = parse_uri(uri)
    if kind == "embedded":
        return _in_folder(embedded_folder(rest))
    if kind != "hf":
        return None
    source, _, adapter = rest.partition("+")
    if adapter:
        return Weights(source, (adapter,))
    return _in_folder(Path(source)) if Path(source).is_dir() else Weights(source)


def embedded_folder(variant: str = "") -> Path:
    """Folder of the embedded weights called `variant`; without a name, of the best salesman.

    Raises:
        UnknownNameError: no such weights ship with the package.
    """
    root = Path(str(resources.files("ai_salesman.models"))) / "embedded"
    folder = root / (variant or _BEST)
    if not (folder / CARD_FILE).exists():
        known = [path.parent.name for path in root.glob(f"*/{CARD_FILE}")]
        raise UnknownNameError("embedded model", variant, known)
    return folder


def _in_folder(folder: Path) -> Weights:
    if (folder / "config.json").exists() or not (folder / ADAPTER_FILE).exists():
        return Weights(str(folder))
    base = weights_of(_base_of(folder))
    assert base is not None
    return Weights(base.source, (*base.adapters, str(folder)))


def _base_of(folder: Path) -> str:
    card = folder / CARD_FILE
    try:
        base = json.loads(card.read_text(encoding="utf-8"))["base"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(
            "does not name the model that this adapter belongs to; write hf:<base>+<adapter>",
            source=card,
        ) from error
    if not isinstance(base, str) or parse_uri(base).kind not in ("embedded", "hf"):
        raise InputError(
            f"'base' must be embedded[:variant] or hf:<path or id>, not {base!r}", source=card
        )
    return base
