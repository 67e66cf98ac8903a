"""The example campaigns that ship with the package, for those who have no clone of it."""

from __future__ import annotations

from pathlib import Path

from ai_salesman.conversation.errors import UnknownNameError

__all__ = ["example_campaign", "example_names", "shipped"]

_FOLDER = Path("examples/campaigns")
"""Where they stand in a clone; everything printed names them so."""


def example_names() -> list[str]:
    """Names of the examples."""
    return sorted(path.stem for path in _packaged().glob("*.yaml"))


def example_campaign(name: str) -> Path:
    """The file of an example.

    Raises:
        UnknownNameError: there is none of this name.
    """
    if name not in example_names():
        raise UnknownNameError("example", name, example_names())
    return _packaged() / f"{name}.yaml"


def shipped(path: Path) -> Path:
    """The path, or the packaged example that it means where there is no clone around it."""
    packaged = _packaged() / path.name
    return packaged if path.parent == _FOLDER and not path.exists() and packaged.exists() else path


def _packaged() -> Path:
    # Beside this room, in a clone as in an installed package.
    return Path(__file__).parents[1] / _FOLDER
