"""`ai-salesman serve`: the salesman as an endpoint that any OpenAI client can call."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["serve"]

_DEMO = Path("examples/campaigns/merchant_ads.yaml")
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


def serve(
    campaigns: Annotated[
        list[Path] | None,
        typer.Argument(
            help="Campaign files; the demo campaign by default.", metavar="[CAMPAIGN.yaml]..."
        ),
    ] = None,
    host: Annotated[str, typer.Option(help="Address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes any free one.")] = 8000,
    salesman: Annotated[
        str | None, typer.Option(help="Model URI, 'script', or python:<file.py>:<name>.")
    ] = None,
    planner: Annotated[
        str | None, typer.Option(help="doga, doga:<model uri>, static or none.")
    ] = None,
) -> None:
    """Offer the salesman, with planner, scripts and guard, as an OpenAI-compatible endpoint.

    A model is called after its campaign: `merchant_ads` as the file and the options say, and
    `merchant_ads:doga`, `merchant_ads:static`, `merchant_ads:none` with another planner. Where
    AI_SALESMAN_API_KEY is set, clients must show it.

    Examples:

      ai-salesman serve examples/campaigns/merchant_ads.yaml

      ai-salesman serve my.yaml --salesman openai:gpt-x@http://localhost:8001/v1 --port 9000

      ai-salesman run my.yaml --planner none --salesman openai:my@http://127.0.0.1:9000/v1
    """
    import asyncio
    import os

    from ai_salesman.campaigns.campaign import load_campaign
    from ai_salesman.seat_names import check_names

    server = _server()
    api_key = os.environ.get("AI_SALESMAN_API_KEY") or None
    given = {"salesman": salesman, "planner": planner}
    changes = {name: value for name, value in given.items() if value is not None}
    loaded = [load_campaign(path).model_copy(update=changes) for path in campaigns or [_DEMO]]
    for campaign in loaded:
        check_names(campaign)
    with server.listen(host, port) as bound:
        place = bound.getsockname()[1]

        def ready(models: Sequence[str]) -> None:
            if host not in _LOOPBACK and not api_key:
                typer.echo("anybody may call: no AI_SALESMAN_API_KEY is set", err=True)
            shown = f"[{host}]" if ":" in host else host
            typer.echo(
                f"serving {', '.join(models)} at http://{shown}:{place}/v1 (Ctrl-C ends)", err=True
            )

        try:
            asyncio.run(server.serve(loaded, bound, api_key, ready))
        except KeyboardInterrupt:
            typer.echo("stopped", err=True)


def _server() -> Any:
    from ai_salesman.conversation.errors import MissingPartError

    try:
        import fastapi  # noqa: F401
        import uvicorn  # noqa: F401
    except ImportError as error:
        raise MissingPartError(
            "serving needs FastAPI and uvicorn; run: pip install 'ai-salesman[serve]'"
        ) from error
    from ai_salesman.serving import server

    return server
