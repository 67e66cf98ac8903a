"""Serve salesmen until somebody stops it."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Sequence

import uvicorn

from ai_salesman.campaigns.campaign import Campaign
from ai_salesman.conversation.errors import InputError
from ai_salesman.serving.app import create_app
from ai_salesman.serving.gathering import Gathering
from ai_salesman.serving.seats import far_away, open_salesmen

__all__ = ["listen", "serve"]

_FAR_AT_ONCE = 64


def listen(host: str, port: int) -> socket.socket:
    """A socket that is bound, and not yet listening; port 0 takes any free one.

    Raises:
        InputError: the address cannot be had.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
    except (OSError, OverflowError) as error:
        bound.close()
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise InputError(
            f"cannot be listened at ({reason}); choose another with --host or --port",
            source=f"{host}:{port}",
        ) from error
    return bound


async def serve(
    campaigns: Sequence[Campaign],
    bound: socket.socket,
    api_key: str | None,
    on_ready: Callable[[Sequence[str]], None],
) -> None:
    """Serve until interrupted.

    Args:
        campaigns: whose salesmen are offered.
        bound: see `listen`.
        api_key: what clients must show; None asks for none.
        on_ready: told the names of the models when they can be asked.

    Raises:
        InputError: a part of a campaign is wrong.
        MissingPartError: weights or a library are missing.
    """
    async with open_salesmen(campaigns) as salesmen:
        app = create_app(salesmen, _gathering(campaigns), api_key)
        config = uvicorn.Config(app, log_level="warning", access_log=False, lifespan="off")
        on_ready(tuple(salesmen))
        await uvicorn.Server(config).serve(sockets=[bound])


def _gathering(campaigns: Sequence[Campaign]) -> Gathering:
    if any(far_away(campaign) for campaign in campaigns):
        return Gathering(window=0.0, most=1, at_once=_FAR_AT_ONCE)
    return Gathering(at_once=os.cpu_count() or 1)
