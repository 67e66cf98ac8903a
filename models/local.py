"""A causal language model in this process: the embedded one, or any in a folder."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple, get_args

from ai_salesman.conversation.errors import InputError, MissingPartError, ModelReplyError
from ai_salesman.conversation.turn import TokenUse
from ai_salesman.models.adapters import with_adapter
from ai_salesman.models.base import ChatReply, ChatRequest, PromptStyle
from ai_salesman.models.batching import Batched
from ai_salesman.models.chat_text import ChatText, OwnText, TransformersText
from ai_salesman.models.weights import CARD_FILE, weights_of

__all__ = ["LocalModel"]

_COST = 1
"""Of a batch, beside that of the encoder."""


class _Loaded(NamedTuple):
    text: ChatText
    decoder: Any
    """What decodes: a model of transformers, or its weights without the rest of it."""
    stop: tuple[int, ...]
    pad: int
    longest: int
    """Most tokens of prompt and reply together."""


class _Network(NamedTuple):
    tokenizer: Any
    model: Any


class LocalModel:
    """Answers with a causal language model; requests of a cohort run as one batch.

    How many threads torch uses is left to the caller.

    Args:
        source: a folder, or the id of a model that Hugging Face's library can find.
        uri: the model URI that names it.
        adapters: folders or ids of adapters, laid on top one after the other.

    Raises:
        InputError: the folder does not exist or holds no model.
        MissingPartError: the model cannot be loaded, or `peft` is not installed.
    """

    def __init__(self, source: Path | str, uri: str | None = None, adapters: Sequence[str] = ()):
        self.uri = uri or f"hf:{source}"
        self.prompt_style: PromptStyle = _prompt_style([*map(Path, adapters), Path(source)])
        self._named = (str(source), tuple(adapters))
        self._loaded = _load(*self._named)
        self._batched: Batched[ChatRequest, ChatReply] = Batched(
            f"model:{self.uri}", self.answer, cost=_COST
        )

    @classmethod
    def at(cls, uri: str) -> LocalModel:
        """The model of an `embedded` or `hf` URI.

        Raises:
            InputError: the URI names no local model, or one that is not there.
            MissingPartError: the model cannot be loaded.
        """
        weights = weights_of(uri)
        if weights is None:
            raise InputError("must be embedded[:variant] or hf:<path or id>", source=uri)
        return cls(weights.source, uri, weights.adapters)

    @property
    def tokenizer(self) -> Any:
        """The tokenizer of transformers."""
        return _network(*self._named).tokenizer

    @property
    def network(self) -> Any:
        """The model of transformers, in evaluation mode."""
        return _network(*self._named).model

    async def chat(self, request: ChatRequest) -> ChatReply:
        """Answer one request, together with those of the cohort.

        Raises:
            ModelReplyError: the model said nothing.
        """
        reply = await self._batched(request)
        if not reply.text:
            raise ModelReplyError(f"{self.uri} answered with no text")
        return reply

    def answer(self, requests: Sequence[ChatRequest]) -> list[ChatReply]:
        """Answer requests at once in this thread; a text may be empty."""
        from ai_salesman.models.decode import Prompt, decode

        loaded = self._loaded
        prompts = [
            Prompt(
                tuple(self._prompt_tokens(request)),
                request.max_tokens,
                request.temperature,
                request.seed,
            )
            for request in requests
        ]
        replies = decode(loaded.decoder, prompts, stop=loaded.stop, pad=loaded.pad)
        return [
            ChatReply(
                text=loaded.text.text_of(tokens),
                use=TokenUse(tokens_in=len(prompt.tokens), tokens_out=len(tokens)),
            )
            for prompt, tokens in zip(prompts, replies, strict=True)
        ]

    def _prompt_tokens(self, request: ChatRequest) -> list[int]:
        room = self._loaded.longest - request.max_tokens
        return self._loaded.text.tokens_of(request.messages)[-max(room, 1) :]


def _prompt_style(folders: Sequence[Path]) -> PromptStyle:
    """What the first card says."""
    card = next((path for folder in folders if (path := folder / CARD_FILE).exists()), None)
    if card is None:
        return "chat"
    try:
        style = json.loads(card.read_text(encoding="utf-8")).get("prompt_style")
    except (ValueError, AttributeError) as error:
        raise InputError(f"not the JSON object it should be ({error})", source=card) from error
    known: tuple[PromptStyle, ...] = get_args(PromptStyle)
    for name in known:
        if style == name:
            return name
    raise InputError(f"must be one of {', '.join(known)}; found {style!r}", source=card)


@lru_cache(maxsize=4)
def _load(source: str, adapters: tuple[str, ...]) -> _Loaded:
    """All that answering takes, once per process."""
    _check_folder(source)
    if not adapters and _is_own(Path(source)):
        return _own(Path(source))
    from ai_salesman.models.llama import lean_of

    tokenizer, model = _network(source, adapters)
    stop = _stop_tokens(tokenizer, model)
    pad = tokenizer.pad_token_id
    longest = getattr(model.config, "max_position_embeddings", None) or 2048
    pad = pad if pad is not None else stop[0]
    return _Loaded(TransformersText(tokenizer), lean_of(model) or model, stop, pad, longest)


def _is_own(folder: Path) -> bool:
    """Whether this project wrote the folder: a small Llama, and how to prompt it."""
    names = ("model.safetensors", "tokenizer.json", "chat_template.jinja")
    if _prompt_style([folder]) == "chat" or not all((folder / name).exists() for name in names):
        return False
    from ai_salesman.models.llama import is_lean

    return is_lean(json.loads((folder / "config.json").read_text(encoding="utf-8")))


def _own(folder: Path) -> _Loaded:
    """Weights and words of a folder of our own, without loading transformers for them."""
    from safetensors.torch import load_file

    from ai_salesman.models.llama import LeanLlama

    with _sound(str(folder)):
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        weights = load_file(folder / "model.safetensors")
        lean = LeanLlama(config, {name: weight.float() for name, weight in weights.items()})
        stop, pad = config["eos_token_id"], config["pad_token_id"]
        return _Loaded(OwnText(folder), lean, (stop,), pad, config["max_position_embeddings"])


@lru_cache(maxsize=4)
def _network(source: str, adapters: tuple[str, ...]) -> _Network:
    """Tokenizer and model of transformers, once per process."""
    from transformers import AutoModelForCausalLM, AutoTokenizer
    from transformers.utils import logging

    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    with _sound(source):
        tokenizer = AutoTokenizer.from_pretrained(source)
        model = AutoModelForCausalLM.from_pretrained(source, dtype="auto")
    model = _in_fast_type(model).eval()
    for adapter in adapters:
        model = with_adapter(model, adapter)
    return _Network(tokenizer, model)


@contextmanager
def _sound(source: str) -> Iterator[None]:
    """Whatever goes wrong in the body is the fault of what lies at `source`."""
    try:
        yield
    # What a broken folder raises depends on which of its files is broken.
    except Exception as error:
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise MissingPartError(
            f"{source}: the language model cannot be loaded ({reason}); check the folder or the id"
        ) from error


def _check_folder(source: str) -> None:
    folder = Path(source)
    if folder.is_dir():
        if not (folder / "config.json").exists():
            raise InputError("no config.json here; give the folder of a model", source=folder)
        if not [*folder.glob("*.safetensors"), *folder.glob("*.bin")]:
            raise InputError(
                "no weights (model.safetensors) here; copy them beside config.json", source=folder
            )
    elif folder.is_absolute() or source.startswith((".", "~")) or source.count("/") > 1:
        raise InputError("no such folder; check the path of the model", source=folder)


def _in_fast_type(model: Any) -> Any:
    """Small models in single precision: exact, and fast enough; large ones as they are stored."""
    small = sum(parameter.numel() for parameter in model.parameters()) < 200_000_000
    return model.float() if small else model


def _stop_tokens(tokenizer: Any, model: Any) -> tuple[int, ...]:
    generation = getattr(model, "generation_config", None)
    configured = getattr(generation, "eos_token_id", None)
    listed = configured if isinstance(configured, list) else [configured]
    found = {token for token in [tokenizer.eos_token_id, *listed] if token is not None}
    return tuple(sorted(found)) or (0,)
