"""Lay a LoRA adapter on a model: its weights are added to the model's, and nothing is slower.

Plain adapters (Hu et al., 2022) are merged here, so that the embedded ones need no library; other
kinds are left to peft.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ai_salesman.conversation.errors import MissingPartError
from ai_salesman.models.weights import ADAPTER_FILE

__all__ = ["with_adapter"]

_TENSORS = "adapter_model.safetensors"
_PREFIX = "base_model.model."
_SPECIAL = ("use_dora", "use_rslora", "modules_to_save", "rank_pattern", "alpha_pattern")
"""Options that change how an adapter is merged."""


def with_adapter(model: Any, adapter: str) -> Any:
    """`model` with the adapter merged into its weights.

    Args:
        model: a causal language model of transformers.
        adapter: folder, or id for peft.

    Raises:
        MissingPartError: the adapter does not fit or cannot be read, or peft is needed and missing.
    """
    try:
        scale = _plain_scale(Path(adapter))
        if scale is None:
            return _by_peft(model, adapter)
        _merge(model, Path(adapter) / _TENSORS, scale)
    except (OSError, ValueError, RuntimeError, AttributeError, KeyError) as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise MissingPartError(f"{adapter}: the adapter cannot be loaded ({reason})") from error
    return model


def _plain_scale(folder: Path) -> float | None:
    """The factor of a plain LoRA adapter; None for any other."""
    if not (folder / _TENSORS).exists():
        return None
    config = json.loads((folder / ADAPTER_FILE).read_text(encoding="utf-8"))
    plain = config.get("peft_type") == "LORA" and config.get("bias", "none") == "none"
    if not plain or any(config.get(option) for option in _SPECIAL):
        return None
    return float(config["lora_alpha"]) / float(config["r"])


def _merge(model: Any, tensors: Path, scale: float) -> None:
    import torch
    from safetensors import safe_open

    with safe_open(str(tensors), framework="pt") as file, torch.no_grad():
        for name in file.keys():  # noqa: SIM118 - the file is no mapping
            head, found, _ = name.partition(".lora_A.")
            if not found:
                continue
            down = file.get_tensor(name).float()
            up = file.get_tensor(name.replace(".lora_A.", ".lora_B.")).float()
            weight = model.get_submodule(head.removeprefix(_PREFIX)).weight
            weight.copy_(weight.float() + scale * up @ down)


def _by_peft(model: Any, adapter: str) -> Any:
    try:
        from peft import PeftModel
    except ImportError as error:
        raise MissingPartError(
            f"{adapter}: this kind of adapter needs peft; run: pip install 'ai-salesman[train]'"
        ) from error
    return PeftModel.from_pretrained(model, adapter).merge_and_unload()
