"""The campaign file: everything that defines a run, in YAML."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from ai_salesman.campaigns.examples import shipped
from ai_salesman.conversation.errors import InputError
from ai_salesman.conversation.facts import FactSheet, Strict
from ai_salesman.conversation.files import load_yaml_model
from ai_salesman.conversation.persona import Persona
from ai_salesman.scripts_library.script import Pack
from ai_salesman.simulators.population import Population

__all__ = ["Campaign", "load_campaign"]

EMBEDDED_JUDGES = ("outcome", "conduct", "claims", "compliance")


class Campaign(Strict):
    """A simulated campaign: what is sold, to whom, by whom, judged by whom."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")]
    title: str = ""
    description: str = ""
    domain: str = "any"
    """The trade; personas of this domain fit best."""
    sheet: FactSheet
    packs: tuple[Pack | str, ...] = ()
    """Script packs beside the built-in ones: paths of YAML files (or packs in place)."""
    retrieval: Literal["scripts", "none"] = "scripts"
    """none: the salesman is shown no scripts (ablation; nothing has to be embedded)."""
    population: Population = Population()
    salesman: str = "embedded"
    """Model URI, `script`, or `python:<file.py>:<name>`."""
    planner: str = "doga"
    """doga, doga:<model uri>, static, none."""
    customer: str = "agenda"
    """agenda, learned, learned:decides, llm:<model uri>, python:<file.py>:<name>."""
    judges: tuple[str, ...] = EMBEDDED_JUDGES
    """Embedded judges by name, or llm:<model uri>."""
    episodes: Annotated[int, Field(gt=0)] = 24
    seed: int = 1
    max_turns: Annotated[int, Field(gt=0, le=100)] = 16
    """Most salesman turns of a call."""
    max_rewrites: Annotated[int, Field(ge=0, le=5)] = 2
    """Rewrites that the claims guard asks for before it falls back to a script."""
    outcome_weight: Annotated[float, Field(ge=0, le=1)] = 0.5
    """Weight of the outcome in the score; the rest is process."""
    minute_cost: Annotated[float, Field(ge=0)] | None = None
    """What a spoken minute costs, in the currency of token prices: for the cost of a sale."""
    cohort: Annotated[int, Field(gt=0)] = 16
    """Episodes that share batches. Changing it may change sampled words."""

    def cautions(self) -> list[str]:
        """What is allowed, but may not be meant; a sentence each."""
        found = []
        if not self.sheet.disclosures:
            found.append(
                "sheet.disclosures is empty: no call is checked for a required notice "
                "(who calls, that it is a sales call)"
            )
        if not self.sheet.forbidden:
            found.append(
                "sheet.forbidden is empty: no claim is named that must never be made; "
                "claims outside the fact sheet still count as unsupported"
            )
        return found + [
            f"persona {persona.id!r} has no need that the sheet knows ({', '.join(persona.needs)}; "
            f"known: {', '.join(self.sheet.needs)}), so it wants a little of each"
            for persona in self.population.personas
            if isinstance(persona, Persona) and not set(persona.needs) & set(self.sheet.needs)
        ]

    def digest(self) -> str:
        """Identifies the content of the campaign: 16 hex digits."""
        unset = {"minute_cost"} if self.minute_cost is None else set()
        unset |= {"retrieval"} if self.retrieval == "scripts" else set()
        content = self.model_dump_json(exclude=unset)  # a rate not given leaves the name as it was
        return hashlib.sha256(content.encode()).hexdigest()[:16]


def load_campaign(path: Path) -> Campaign:
    """Read a campaign file, with the packs and persona files that it names.

    Their content becomes part of the campaign, so a run is complete in itself and a changed
    file makes another run. Paths are relative to the campaign file.

    Raises:
        InputError: names file, line, field and fix.
    """
    path = shipped(path)
    campaign = load_yaml_model(path, Campaign)
    _check_ladder(campaign.sheet, path)
    packs = [_pack(pack, path) if isinstance(pack, str) else pack for pack in campaign.packs]
    population = campaign.population.with_files(path.parent, campaign.sheet.needs, path)
    return campaign.model_copy(update={"packs": tuple(packs), "population": population})


def _pack(name: str, campaign: Path) -> Pack:
    file = campaign.parent / name
    if not file.exists():
        raise InputError(
            f"no such file {str(file)!r}; paths start at the campaign's folder",
            source=campaign,
            field="packs",
        )
    return load_yaml_model(file, Pack)


def _check_ladder(sheet: FactSheet, path: Path) -> None:
    percents = [step.percent for step in sheet.discounts]
    if percents != sorted(set(percents)):
        raise InputError(
            f"the ladder goes {', '.join(f'{p:g}' for p in percents)} percent; order its steps "
            "from the smallest to the largest, each once",
            source=path,
            field="sheet.discounts",
        )
