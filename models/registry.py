"""Load the model that a URI names."""

from __future__ import annotations

from pathlib import Path

from ai_salesman.models.base import LanguageModel
from ai_salesman.models.uri import parse_uri

__all__ = ["load_model"]


def load_model(uri: str, concurrency: int = 16) -> LanguageModel:
    """The model of a URI; heavy libraries are imported only for the kinds that need them.

    Args:
        uri: see `models.uri`.
        concurrency: most requests in flight at an endpoint.

    Raises:
        InputError: the URI is malformed, or names a file that cannot be used.
        MissingPartError: weights or a library are missing.
    """
    kind, rest = parse_uri(uri)
    if kind == "openai":
        from ai_salesman.models.endpoint import EndpointModel

        return EndpointModel.from_uri(uri, concurrency)
    if kind == "langchain":
        from ai_salesman.models.langchain_model import LangChainModel

        return LangChainModel.from_uri(uri, concurrency)
    if kind == "replay":
        from ai_salesman.models.scripted import ScriptedModel

        return ScriptedModel.from_file(Path(rest))
    if kind == "python":
        from ai_salesman.models.callable_model import CallableModel

        return CallableModel.from_uri(uri)
    from ai_salesman.models.local import LocalModel
    from ai_salesman.models.threads import use_threads_asked

    use_threads_asked()
    return LocalModel.at(uri)
