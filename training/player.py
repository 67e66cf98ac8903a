"""A plain copy of a model in training, to sample from: quicker, and in nobody's way."""

from __future__ import annotations

import copy
from typing import Any

import torch

__all__ = ["Player"]


class Player:
    """Follows a model that is trained, adapters merged.

    Args:
        model: as it is before a trainer or an adapter wraps it.
    """

    def __init__(self, model: Any):
        self._network = copy.deepcopy(model).eval().requires_grad_(False)

    def like(self, trained: Any) -> Any:
        """The copy, with the weights that `trained` has now.

        Args:
            trained: the model itself, or the same with a LoRA adapter.
        """
        if not hasattr(trained, "peft_config"):
            self._network.load_state_dict(trained.state_dict())
            return self._network
        with torch.no_grad():
            for name, layer in trained.get_base_model().named_modules():
                if hasattr(layer, "get_delta_weight"):
                    weight = layer.base_layer.weight + layer.get_delta_weight("default")
                    self._network.get_submodule(name).weight.copy_(weight)
        return self._network
