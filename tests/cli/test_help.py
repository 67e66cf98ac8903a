"""Every command says by itself how it is used."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from places import CAMPAIGNS
from typer.main import get_command

from ai_salesman.campaigns.campaign import load_campaign
from ai_salesman.campaigns.examples import example_campaign, example_names
from ai_salesman.cli.app import app


def commands(command: Any, name: str = "ai-salesman") -> Iterator[tuple[str, Any]]:
    """Every command below `command`, with what one types for it."""
    below = getattr(command, "commands", None)
    if below is None:
        yield name, command
        return
    for word, found in below.items():
        yield from commands(found, f"{name} {word}")


COMMANDS = dict(commands(get_command(app)))


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_shows_an_example_and_its_defaults(name: str) -> None:
    command = COMMANDS[name]
    _, _, examples = command.help.partition("Example")
    assert f"{name} " in f"{examples} ".replace("\n", " ")
    for option in command.params:
        if option.param_type_name == "option":
            assert option.help, f"{name}: {option.name} has no help"
            hidden = option.default is not None and not option.is_flag and not option.show_default
            assert not hidden, f"{name}: the default of {option.name} is not shown"


@pytest.mark.parametrize("name", example_names())
def test_an_example_leaves_nothing_out(name: str) -> None:
    assert example_campaign(name) == CAMPAIGNS / f"{name}.yaml"
    campaign = load_campaign(example_campaign(name))
    assert campaign.cautions() == []
    assert len(campaign.sheet.facts) >= 10
    assert len(campaign.sheet.forbidden) >= 3
