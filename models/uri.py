"""Model URIs: one string names any model, everywhere.

embedded[:variant]              the weights that ship with the package
hf:<path or id>[+adapter]       any Hugging Face causal language model
openai:<model>[@base_url]       any OpenAI-compatible endpoint
langchain:<provider>:<model>    any provider that LangChain knows
replay:<file>                   recorded replies
python:<file.py>:<name>         any callable (messages) -> str, plain or async
"""

from __future__ import annotations

from typing import NamedTuple

from ai_salesman.conversation.errors import InputError, UnknownNameError

__all__ = ["MODEL_KINDS", "REMOTE_KINDS", "ModelUri", "parse_uri"]

MODEL_KINDS = ("embedded", "hf", "openai", "langchain", "replay", "python")
REMOTE_KINDS = ("openai", "langchain")
"""Kinds that somebody may charge for."""

_FORMS = {
    "hf": "hf:<path or id>[+adapter]",
    "openai": "openai:<model>[@base_url]",
    "langchain": "langchain:<provider>:<model>",
    "replay": "replay:<file>",
    "python": "python:<file.py>:<name>",
}


class ModelUri(NamedTuple):
    """A parsed model URI."""

    kind: str
    rest: str


def parse_uri(uri: str) -> ModelUri:
    """Split a model URI into kind and rest.

    Raises:
        UnknownNameError: the kind is not one of `MODEL_KINDS`.
        InputError: the rest is missing.
    """
    kind, _, rest = uri.partition(":")
    if kind not in MODEL_KINDS:
        raise UnknownNameError("model kind", kind, MODEL_KINDS, source=f"model URI {uri!r}")
    if kind != "embedded" and not rest:
        raise InputError(f"write it as {_FORMS[kind]}", source=f"model URI {uri!r}")
    return ModelUri(kind, rest)
