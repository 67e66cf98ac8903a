"""What goes over the wire: the chat completions of OpenAI, as far as a salesman needs them."""

from __future__ import annotations

import json
import re
import time
import uuid
import zlib
from collections.abc import Iterator, Sequence
from typing import Any, Literal

from pydantic import BaseModel, Field, ValidationError

from ai_salesman.agents.chat_salesman import END_SIGNAL
from ai_salesman.conversation.persona import Lead
from ai_salesman.conversation.sentences import split_sentences
from ai_salesman.conversation.taxonomy import Speaker
from ai_salesman.conversation.turn import TokenUse, Turn
from ai_salesman.serving.call import Answer, SpokenCall
from ai_salesman.serving.errors import ApiError

__all__ = ["CompletionRequest", "completion", "completion_stream", "read_request", "spoken_call"]

_MOST_MESSAGES = 400
_MOST_CHARACTERS = 8_000
"""Of one spoken message; nobody says more in one breath."""
_LEAD_LINE = re.compile(r"^\s*(customer|business)\s*:\s*(\S.*?)\s*$", re.IGNORECASE | re.MULTILINE)
_OWN_PROMPT = re.compile(r"on the telephone with (.+?) \((.+?)\)\.$", re.MULTILINE)
"""Where the prompt of this project's own client names the lead."""


class _Part(BaseModel):
    type: Literal["text"]
    text: str


class _Message(BaseModel):
    role: Literal["system", "developer", "user", "assistant"]
    content: str | tuple[_Part, ...] | None = None

    @property
    def words(self) -> str:
        """The text on one line."""
        content = self.content or ""
        text = content if isinstance(content, str) else " ".join(part.text for part in content)
        return " ".join(text.split())


class _StreamOptions(BaseModel):
    include_usage: bool = False


class _GivenLead(BaseModel):
    name: str = ""
    business: str = ""


class CompletionRequest(BaseModel):
    """The fields that mean something here; others, such as temperature, are passed over."""

    model: str
    messages: tuple[_Message, ...] = Field(max_length=_MOST_MESSAGES)
    stream: bool = False
    stream_options: _StreamOptions | None = None
    n: Literal[1] | None = None
    seed: int | None = None
    user: str | None = None
    tools: tuple[Any, ...] | None = Field(default=None, max_length=0)
    x_lead: _GivenLead | None = None
    """Who is called."""
    x_outline: bool = False
    """Give the plan behind the words, too."""


def read_request(body: bytes) -> CompletionRequest:
    """The request in `body`.

    Raises:
        ApiError: 400, and which field is wrong.
    """
    try:
        return CompletionRequest.model_validate_json(body)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        message = f"{place}: {first['msg']}" if place else str(first["msg"])
        raise ApiError(400, message, code="invalid_request", param=place or None) from error


def spoken_call(request: CompletionRequest) -> SpokenCall:
    """The call that the messages tell of.

    What the customer says before the salesman's first line is the telephone being answered: it is
    no turn. Messages of one side that follow one another are one turn.

    Raises:
        ApiError: 400, the customer has not answered yet, or a message is too long.
    """
    turns: list[Turn] = []
    for number, message in enumerate(request.messages):
        if message.role in ("system", "developer"):
            continue
        words = message.words
        if len(words) > _MOST_CHARACTERS:
            place = f"messages.{number}.content"
            raise ApiError(
                400,
                f"{place}: {len(words):,} characters; the most that can be heard at once are "
                f"{_MOST_CHARACTERS:,}",
                code="string_above_max_length",
                param=place,
            )
        speaker = Speaker.SALESMAN if message.role == "assistant" else Speaker.CUSTOMER
        _add(turns, speaker, words)
    if turns and turns[-1].speaker is Speaker.SALESMAN:
        raise ApiError(
            400,
            "messages: the last one is the salesman's own; add what the customer answered",
            code="invalid_request",
            param="messages",
        )
    seed = request.seed if request.seed is not None else zlib.crc32((request.user or "").encode())
    return SpokenCall(tuple(turns), _lead(request), abs(seed))


def _add(turns: list[Turn], speaker: Speaker, words: str) -> None:
    if not words or (not turns and speaker is Speaker.CUSTOMER):
        return
    if turns and turns[-1].speaker is speaker:
        turns[-1] = turns[-1].model_copy(update={"text": f"{turns[-1].text} {words}"})
    else:
        turns.append(Turn(index=len(turns), speaker=speaker, text=words))


def _lead(request: CompletionRequest) -> Lead:
    """Who is called: as given, or as a system message says; unknown names stay unsaid."""
    if request.x_lead is not None:
        return Lead(name=request.x_lead.name, business=request.x_lead.business)
    said = _system(request)
    own = _OWN_PROMPT.search(said)
    if own:
        return Lead(name=own[1], business=own[2])
    lines = {match[1].lower(): match[2] for match in _LEAD_LINE.finditer(said)}
    return Lead(name=lines.get("customer", ""), business=lines.get("business", ""))


def _system(request: CompletionRequest) -> str:
    """The system messages, with their lines."""
    texts: list[str] = []
    for message in request.messages:
        if message.role in ("system", "developer") and message.content:
            content = message.content
            texts += [content] if isinstance(content, str) else [part.text for part in content]
    return "\n".join(texts)


def completion(request: CompletionRequest, answer: Answer) -> dict[str, Any]:
    """The body of a whole answer."""
    message = {"role": "assistant", "content": _spoken(request, answer), "refusal": None}
    return {
        **_head(request, "chat.completion"),
        "choices": [
            {"index": 0, "message": message, "finish_reason": "stop", "logprobs": None},
        ],
        "usage": _usage(answer.use),
        **_extension(request, answer),
    }


def completion_stream(request: CompletionRequest, answer: Answer) -> Iterator[str]:
    """The answer as server-sent events, a sentence each."""
    head = _head(request, "chat.completion.chunk")

    def event(delta: dict[str, Any], finish: str | None = None, **more: Any) -> str:
        choice = {"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}
        return _event({**head, "choices": [choice], **more})

    yield event({"role": "assistant", "content": ""})
    for piece in _pieces(_spoken(request, answer)):
        yield event({"content": piece})
    yield event({}, "stop", **_extension(request, answer))
    if request.stream_options and request.stream_options.include_usage:
        yield _event({**head, "choices": [], "usage": _usage(answer.use)})
    yield "data: [DONE]\n\n"


def _event(content: dict[str, Any]) -> str:
    return f"data: {json.dumps(content)}\n\n"


def _pieces(text: str) -> Sequence[str]:
    """The sentences, with the spaces between them: together they are the text."""
    starts, place = [0], 0
    for sentence in split_sentences(text):
        found = text.find(sentence, place)
        if found > 0:
            starts.append(found)
        place = max(found, place)
    ends = [*starts[1:], len(text)]
    return [text[a:b] for a, b in zip(starts, ends, strict=True) if a < b]


def _head(request: CompletionRequest, kind: str) -> dict[str, Any]:
    return {
        "id": f"chatcmpl-{uuid.uuid4().hex}",
        "object": kind,
        "created": int(time.time()),
        "model": request.model,
    }


def _spoken(request: CompletionRequest, answer: Answer) -> str:
    """The words; with the signal of a call's end for a client that has told of it."""
    signal = answer.end and END_SIGNAL in _system(request)
    return f"{answer.turn.text}\n{END_SIGNAL}" if signal else answer.turn.text


def _usage(use: TokenUse) -> dict[str, int]:
    return {
        "prompt_tokens": use.tokens_in,
        "completion_tokens": use.tokens_out,
        "total_tokens": use.tokens_in + use.tokens_out,
    }


def _extension(request: CompletionRequest, answer: Answer) -> dict[str, Any]:
    """What goes beyond OpenAI's answer: whether the salesman ends the call, and his plan."""
    extension: dict[str, Any] = {"x_end_call": answer.end}
    if request.x_outline and answer.turn.outline:
        extension["x_outline"] = answer.turn.outline.model_dump(mode="json")
    return extension
