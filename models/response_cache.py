"""Replies of remote models on disk: what was asked once need not be paid for again.

A reply is found by the whole request: model URI (with its address), every message, the sampling
settings and the seed. An equal request thus has one answer, also at a temperature above 0; another
seed is another request. The file is SQLite in WAL mode: several processes may share it, and the
first answer to be stored is the one that all of them give.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ai_salesman.conversation.errors import InputError, StoreError
from ai_salesman.conversation.turn import TokenUse
from ai_salesman.models.base import ChatReply, ChatRequest, LanguageModel, PromptStyle
from ai_salesman.models.spending import note_use

__all__ = ["CachedModel", "ResponseCache", "request_key"]

_FORM = "1"
"""Part of every key: another way to make keys must not find old replies."""
_TABLE = """
CREATE TABLE IF NOT EXISTS replies (
    key TEXT PRIMARY KEY, uri TEXT NOT NULL, text TEXT NOT NULL,
    tokens_in INTEGER NOT NULL, tokens_out INTEGER NOT NULL, stored REAL NOT NULL
) WITHOUT ROWID
"""
_BUSY_SECONDS = 30.0


class ResponseCache:
    """The file. Close it at the end."""

    def __init__(self, path: Path):
        """Open the cache, making the file on first use.

        Raises:
            InputError: the file cannot be opened or is no cache.
        """
        self.path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None)
            self._file.execute("PRAGMA journal_mode=WAL")
            self._file.execute("PRAGMA synchronous=NORMAL")
            self._file.execute(_TABLE)
        except (OSError, sqlite3.Error) as error:
            raise InputError(
                f"cannot be used as a cache ({error}); choose another file with --cache, or off",
                source=path,
            ) from error

    def find(self, key: str) -> str | None:
        """The text stored under `key`.

        Raises:
            StoreError: the file cannot be read any more.
        """
        with self._guarded():
            found = self._file.execute("SELECT text FROM replies WHERE key = ?", (key,)).fetchone()
        return None if found is None else str(found[0])

    def store(self, key: str, uri: str, reply: ChatReply) -> str:
        """Store a reply unless there is one, and return the text that now counts.

        Raises:
            StoreError: the file cannot be written any more.
        """
        row = (key, uri, reply.text, reply.use.tokens_in, reply.use.tokens_out, time.time())
        with self._guarded():
            added = self._file.execute(
                "INSERT INTO replies VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING", row
            ).rowcount
        return reply.text if added else self.find(key) or reply.text

    def __len__(self) -> int:
        return int(self._file.execute("SELECT COUNT(*) FROM replies").fetchone()[0])

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise StoreError(f"cache {self.path}: {error}; go on with --cache off") from error


class CachedModel:
    """A model that is asked only what the cache does not know."""

    def __init__(self, model: LanguageModel, cache: ResponseCache):
        self.uri = model.uri
        self.prompt_style: PromptStyle = model.prompt_style
        self._model = model
        self._cache = cache

    async def chat(self, request: ChatRequest) -> ChatReply:
        """The stored reply, free of charge and marked as such, or a new one.

        Raises:
            ModelError: what the model raises; failures are not stored.
        """
        key = request_key(self.uri, request)
        text = self._cache.find(key)
        if text is not None:
            use = TokenUse(cached=1)
            note_use(use)
            return ChatReply(text=text, use=use)
        reply = await self._model.chat(request)
        text = self._cache.store(key, self.uri, reply)
        return reply if text == reply.text else reply.model_copy(update={"text": text})


def request_key(uri: str, request: ChatRequest) -> str:
    """Identifies a request: a SHA-256 in hex."""
    parts = [
        _FORM,
        uri,
        [[message.role, message.content] for message in request.messages],
        request.max_tokens,
        request.temperature,
        request.seed,
        request.json_object,
    ]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
