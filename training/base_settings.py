"""How the embedded salesman is built and trained."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["BaseSettings", "Count", "Rate"]

Count = Annotated[int, Field(gt=0)]
Rate = Annotated[float, Field(gt=0)]
"""Of learning."""


class BaseSettings(BaseModel):
    """Size of the model, and its training. The defaults are those of the shipped weights."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    vocabulary: Annotated[int, Field(ge=320)] = 4096
    hidden: Count = 320
    intermediate: Count = 864
    layers: Count = 6
    heads: Count = 5
    positions: Count = 256
    """Most tokens of prompt and reply together."""
    steps: Count = 1000
    batch_tokens: Count = 1536
    """Padded tokens in one step."""
    rate: Rate = 1.5e-3
    """Highest learning rate, reached after the warm-up; a cosine takes it to a tenth."""
    warm_up: Count = 60
    weight_decay: float = 0.1
    clip: float = 1.0
    """Largest gradient norm."""
    seed: int = 1
    checkpoint_every: Count = 200
    measured: Annotated[int, Field(ge=4)] = 200
    """Held-out examples that replies are generated for when the model is measured."""
