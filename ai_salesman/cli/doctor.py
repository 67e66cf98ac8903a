"""`ai-salesman doctor`: is everything here that a campaign needs?"""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version

import typer

from ai_salesman.cli.options import StoreOption

__all__ = ["doctor"]

_PACKAGES = ("torch", "transformers", "langgraph", "langchain-core", "chromadb", "textual")
_EXTRAS = ("trl", "ray", "psycopg", "langchain")


def doctor(store: StoreOption = "sqlite:///runs/ai-salesman.db") -> None:
    """Check packages, encoder, embedded weights, script library and store.

    Example:

      ai-salesman doctor
    """
    checks: list[tuple[str, Callable[[], str]]] = [
        ("packages", _packages),
        ("extras", _extras),
        ("machine", _machine),
        ("sentence encoder", _encoder),
        ("embedded salesman", _salesman),
        ("trained heads", _heads),
        ("script library", _library),
        ("personas", _personas),
        ("run store", lambda: _store(store)),
    ]
    sound = [_report(name, check) for name, check in checks]
    if not all(sound):
        raise typer.Exit(2)
    typer.echo("Everything is in place. Try: ai-salesman run examples/campaigns/merchant_ads.yaml")


def _report(name: str, check: Callable[[], str]) -> bool:
    from ai_salesman.conversation.errors import AiSalesmanError

    try:
        finding = check()
    except AiSalesmanError as error:
        typer.secho(f"  missing  {name}: {error}", fg="red")
        return False
    typer.echo(f"  ok       {name}: {finding}")
    return True


def _packages() -> str:
    return ", ".join(f"{name} {version(name)}" for name in _PACKAGES)


def _extras() -> str:
    found = []
    for name in _EXTRAS:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            found.append(f"{name} not installed")
    return ", ".join(found)


def _machine() -> str:
    import os

    import torch

    device = torch.cuda.get_device_name() if torch.cuda.is_available() else "no GPU (none needed)"
    return f"{os.cpu_count()} cores, {device}"


def _encoder() -> str:
    from ai_salesman.models.encoder import embedded_encoder

    encoder = embedded_encoder()
    encoder.encode_now(["Good morning."])
    return encoder.name


def _salesman() -> str:
    from pathlib import Path

    from ai_salesman.models.weights import weights_of

    found = weights_of("embedded")
    assert found is not None
    weights = Path(found.source) / "model.safetensors"
    return f"{weights.stat().st_size / 1e6:.1f} MB"


def _heads() -> str:
    from ai_salesman.agents.intent import embedded_intent_reader

    embedded_intent_reader()
    return "intent reader"


def _library() -> str:
    from ai_salesman.scripts_library.packs import load_scripts

    return f"{len(load_scripts())} scripts"


def _personas() -> str:
    from ai_salesman.simulators.population import builtin_personas

    return f"{len(builtin_personas())} built in"


def _store(url: str) -> str:
    from ai_salesman.campaigns.store import RunStore

    return f"{len(RunStore(url).runs())} runs in {url}"
