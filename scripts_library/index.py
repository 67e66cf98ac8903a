"""The script library as a persistent Chroma collection.

The folder is named after the library's digest: a changed pack gets a new index, and an
index is never half built, because it is made beside its place and renamed into it. Chroma
lets one process own a folder, so a second process works on a copy of its own.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import filelock
import numpy as np
from numpy.typing import NDArray

from ai_salesman.scripts_library.packs import digest_of
from ai_salesman.scripts_library.script import Script

if TYPE_CHECKING:
    from ai_salesman.models.encoder import MiniLMEncoder

__all__ = ["ScriptIndex", "document_of", "open_index"]

_CHUNK = 5_000
"""Chroma refuses to add more than 5,461 entries at once."""


class ScriptIndex:
    """Nearest scripts by meaning, optionally of one strategy or stage."""

    def __init__(self, collection: Any):
        self._collection = collection

    def nearest(
        self, vectors: NDArray[np.float32], count: int, where: dict[str, str] | None = None
    ) -> list[list[tuple[str, float]]]:
        """For each row of `vectors`, up to `count` (script id, cosine), best first."""
        found = self._collection.query(
            query_embeddings=vectors, n_results=count, where=where, include=["distances"]
        )
        return [
            [(name, 1.0 - distance) for name, distance in zip(ids, distances, strict=True)]
            for ids, distances in zip(found["ids"], found["distances"], strict=True)
        ]

    def count(self) -> int:
        """How many scripts are indexed."""
        return int(self._collection.count())


def document_of(script: Script) -> str:
    """What of a script is embedded: what it answers, what it does, and its words."""
    intent, strategy = (name.replace("_", " ") for name in (script.intent, script.strategy))
    return f"customer: {intent}. {strategy}: {script.text}"


def open_index(scripts: Sequence[Script], encoder: MiniLMEncoder, folder: Path) -> ScriptIndex:
    """The index of `scripts` below `folder`, built on first use."""
    target = folder / f"{digest_of(scripts)}-{encoder.name}"
    folder.mkdir(parents=True, exist_ok=True)
    with filelock.FileLock(f"{target}.build.lock"):
        if not target.exists():
            _build(scripts, encoder, target)
    return ScriptIndex(_collection(target))


@cache
def _collection(target: Path) -> Any:
    """The collection of a built index; this process opens each folder once."""
    owner = filelock.FileLock(f"{target}.owner.lock")
    try:
        owner.acquire(blocking=False)
    except filelock.Timeout:
        target = _private_copy(target)
    else:
        atexit.register(owner.release)
    return _client(target).get_collection("scripts", embedding_function=None)


def _build(scripts: Sequence[Script], encoder: MiniLMEncoder, target: Path) -> None:
    unfinished = target.with_name(f"{target.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    client = _client(unfinished)
    collection = client.create_collection(
        "scripts", embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
    )
    vectors = encoder.encode_now([document_of(script) for script in scripts])
    for start in range(0, len(scripts), _CHUNK):
        chunk = scripts[start : start + _CHUNK]
        collection.add(
            ids=[script.id for script in chunk],
            embeddings=vectors[start : start + _CHUNK],
            metadatas=[
                {"stage": s.stage.value, "intent": s.intent.value, "strategy": s.strategy.value}
                for s in chunk
            ],
        )
    client.close()
    unfinished.rename(target)


def _private_copy(target: Path) -> Path:
    copy = Path(tempfile.mkdtemp(prefix="ai-salesman-scripts-"))
    atexit.register(shutil.rmtree, copy, ignore_errors=True)
    shutil.copytree(target, copy, dirs_exist_ok=True)
    return copy


def _client(folder: Path) -> Any:
    os.environ.setdefault("ANONYMIZED_TELEMETRY", "False")
    import chromadb
    from chromadb.config import Settings

    return chromadb.PersistentClient(str(folder), settings=Settings(anonymized_telemetry=False))
