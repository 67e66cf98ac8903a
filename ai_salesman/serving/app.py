"""The HTTP face: `POST /v1/chat/completions`, `GET /v1/models`, `GET /health`.

No state is kept between requests but a memory that spares work.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from functools import partial
from typing import Any

from fastapi import Depends, FastAPI, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse
from starlette.exceptions import HTTPException

from ai_salesman.conversation.errors import ModelError, ModelReplyError, RunStoppedError, nearest
from ai_salesman.serving.call import ServedSalesman
from ai_salesman.serving.errors import ApiError
from ai_salesman.serving.gathering import Gathering
from ai_salesman.serving.wire import completion, completion_stream, read_request, spoken_call

__all__ = ["create_app"]

_MOST_BYTES = 4_000_000
_OUTLINE_HEADER = "x-outline"


def create_app(
    salesmen: Mapping[str, ServedSalesman], gathering: Gathering, api_key: str | None = None
) -> FastAPI:
    """The application.

    Args:
        salesmen: by the name under which clients ask for them.
        gathering: lets requests in.
        api_key: what clients must show; None asks for none.
    """
    # No page of documentation: it would load its scripts from elsewhere.
    app = FastAPI(title="AI-Salesman", docs_url=None, redoc_url=None, openapi_url=None)
    office = _Office(salesmen, gathering)
    guarded = [Depends(_KeyCheck(api_key))]
    app.add_api_route("/health", office.health)
    app.add_api_route("/v1/models", office.models, dependencies=guarded)
    app.add_api_route("/v1/models/{name}", office.model, dependencies=guarded)
    app.add_api_route(
        "/v1/chat/completions",
        office.complete,
        methods=["POST"],
        dependencies=guarded,
        response_model=None,
    )
    for kind in (ApiError, ModelError, RunStoppedError, HTTPException, Exception):
        app.add_exception_handler(kind, _told)
    return app


class _Office:
    """Answers each route."""

    def __init__(self, salesmen: Mapping[str, ServedSalesman], gathering: Gathering):
        self._salesmen = salesmen
        self._gathering = gathering

    async def health(self) -> dict[str, str]:
        return {"status": "ok"}

    async def models(self) -> dict[str, Any]:
        return {"object": "list", "data": [_listed(name) for name in self._salesmen]}

    async def model(self, name: str) -> dict[str, Any]:
        self._salesman(name)
        return _listed(name)

    async def complete(self, request: Request) -> Response:
        asked = read_request(await _body(request))
        if request.headers.get(_OUTLINE_HEADER, "").lower() in ("1", "true"):
            asked = asked.model_copy(update={"x_outline": True})
        salesman, call = self._salesman(asked.model), spoken_call(asked)
        answer = await self._gathering.do(partial(salesman.answer, call))
        if asked.stream:
            events = completion_stream(asked, answer)
            return StreamingResponse(events, media_type="text/event-stream")
        return JSONResponse(completion(asked, answer))

    def _salesman(self, name: str) -> ServedSalesman:
        if name not in self._salesmen:
            near = nearest(name, self._salesmen)
            hint = f"did you mean {near!r}?" if near else f"here are: {', '.join(self._salesmen)}"
            raise ApiError(
                404, f"unknown model {name!r}; {hint}", code="model_not_found", param="model"
            )
        return self._salesmen[name]


class _KeyCheck:
    """Lets in those who show the key."""

    def __init__(self, key: str | None):
        self._key = key

    def __call__(self, request: Request) -> None:
        if self._key is None:
            return
        shown = request.headers.get("authorization", "").removeprefix("Bearer ")
        if not hmac.compare_digest(shown.encode(), self._key.encode()):
            raise ApiError(
                401,
                "the API key is missing or wrong; send 'Authorization: Bearer <key>'",
                code="invalid_api_key",
            )


def _listed(name: str) -> dict[str, Any]:
    return {"id": name, "object": "model", "created": 0, "owned_by": "ai-salesman"}


async def _body(request: Request) -> bytes:
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > _MOST_BYTES:
            raise ApiError(
                413, f"the body is longer than {_MOST_BYTES:,} bytes", code="request_too_large"
            )
    return body


async def _told(request: Request, error: Exception) -> JSONResponse:
    told = _api_error(request, error)
    return JSONResponse(told.body, status_code=told.status)


def _api_error(request: Request, error: Exception) -> ApiError:
    if isinstance(error, ApiError):
        return error
    if isinstance(error, HTTPException):
        where = f"{request.method} {request.url.path}"
        return ApiError(
            error.status_code,
            f"{where}: {error.detail}; the routes are POST /v1/chat/completions, "
            "GET /v1/models and GET /health",
            code="unknown_url",
        )
    if isinstance(error, ModelReplyError):
        return ApiError(502, str(error), code="bad_model_reply")
    if isinstance(error, ModelError | RunStoppedError):
        return ApiError(503, str(error), code="model_unreachable")
    return ApiError(500, f"{type(error).__name__} inside the server", code="internal_error")
