"""The one place where a campaign becomes working parts."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs

from ai_salesman.agents.base import Planner, Salesman
from ai_salesman.campaigns.campaign import Campaign
from ai_salesman.campaigns.runner import CampaignRunner
from ai_salesman.campaigns.store import RunStore
from ai_salesman.conversation.errors import InputError
from ai_salesman.evaluation.base import Judge
from ai_salesman.models.base import ChatRequest, Encoder, LanguageModel, Message
from ai_salesman.plugins import plugin_customer, plugin_judge
from ai_salesman.seat_names import check_judge, check_names, learned_parts
from ai_salesman.simulators.base import Customer
from ai_salesman.simulators.population import Crowd

if TYPE_CHECKING:
    from ai_salesman.models.encoder import MiniLMEncoder
    from ai_salesman.models.thrift import Thrift
    from ai_salesman.scripts_library.retrieve import ScriptLibrary

__all__ = ["cache_folder", "check_answers", "open_judges", "open_runner"]


def cache_folder() -> Path:
    """Where indexes that can be rebuilt are kept."""
    return Path(platformdirs.user_cache_dir("ai-salesman"))


@asynccontextmanager
async def open_runner(
    campaign: Campaign, store: RunStore, concurrency: int, thrift: Thrift | None = None
) -> AsyncIterator[CampaignRunner]:
    """Everything that a campaign needs, loaded, checked, and closed at the end.

    Raises:
        InputError: a name or URI in the campaign is wrong, a model does not answer, or its price
            is not known and money is capped.
        MissingPartError: weights or a library are missing.
    """
    check_names(campaign)
    async with AsyncExitStack() as stack:
        models = _Models(concurrency, stack, thrift)
        yield await _Workshop(campaign, models).runner(store)


@asynccontextmanager
async def open_judges(
    names: Sequence[str], concurrency: int
) -> AsyncIterator[tuple[list[Judge], Encoder]]:
    """Judges by name, as a campaign names them, and the encoder that they share.

    Raises:
        InputError: a name or URI is wrong, or a model does not answer.
        MissingPartError: weights or a library are missing.
    """
    from ai_salesman.models.encoder import embedded_encoder
    from ai_salesman.models.threads import ask_for_threads

    for name in names:
        check_judge(name)
    ask_for_threads(1)
    encoder = embedded_encoder()
    async with AsyncExitStack() as stack:
        models = _Models(concurrency, stack)
        yield [await _make_judge(name, encoder, models) for name in names], encoder


class _Models:
    """Loads each model once, however often it is named."""

    def __init__(self, concurrency: int, stack: AsyncExitStack, thrift: Thrift | None = None):
        from ai_salesman.models.thrift import Till

        self.till = Till(thrift)
        stack.callback(self.till.close)
        self._concurrency = concurrency
        self._stack = stack
        self._loaded: dict[str, LanguageModel] = {}

    async def get(self, uri: str) -> LanguageModel:
        """The model at `uri`; a remote one has answered once."""
        from ai_salesman.models.registry import load_model

        if uri not in self._loaded:
            model = load_model(uri, self._concurrency)
            watched = self.till.watched(model)
            if hasattr(model, "aclose"):
                self._stack.push_async_callback(model.aclose)
                await check_answers(watched)
            self._loaded[uri] = watched
        return self._loaded[uri]


async def _make_judge(name: str, encoder: Encoder, models: _Models) -> Judge:
    from ai_salesman.evaluation.llm_judge import ModelJudge
    from ai_salesman.evaluation.registry import embedded_judge

    kind, _, uri = name.partition(":")
    if kind == "llm":
        return ModelJudge(await models.get(uri))
    if kind == "python":
        return plugin_judge(name)
    return embedded_judge(name, encoder)


class _Workshop:
    """Makes the parts of one campaign; each model is loaded once, however often it is named."""

    def __init__(self, campaign: Campaign, models: _Models):
        from ai_salesman.models.encoder import embedded_encoder
        from ai_salesman.models.threads import ask_for_threads

        # One thread per batch: cohorts keep the cores busy, and the number of threads, which
        # changes the last bits of every sum, is the same in every run.
        ask_for_threads(1)
        self._campaign = campaign
        self._encoder: MiniLMEncoder = embedded_encoder()
        self._models = models

    async def runner(self, store: RunStore) -> CampaignRunner:
        from ai_salesman.agents.claims_guard import ClaimsGuard
        from ai_salesman.graphs.parts import CallParts

        campaign = self._campaign
        library, library_version = self._library()
        parts = CallParts(
            sheet=campaign.sheet,
            planner=await self._planner(),
            library=library,
            salesman=await self._salesman(),
            guard=ClaimsGuard(campaign.sheet, self._encoder),
            customer=await self._customer(),
            max_turns=campaign.max_turns,
            max_rewrites=campaign.max_rewrites,
        )
        judges = [await _make_judge(name, self._encoder, self._models) for name in campaign.judges]
        return CampaignRunner(
            campaign=campaign,
            personas=Crowd(campaign.population, campaign.domain, campaign.episodes, campaign.seed),
            parts=parts,
            judges=judges,
            store=store,
            budget=self._models.till.budget,
            versions={
                "package": version("ai-salesman"),
                "salesman": parts.salesman.uri,
                "planner": parts.planner.name,
                "customer": parts.customer.name,
                "library": library_version,
                "encoder": self._encoder.name,
            }
            | {f"judge.{judge.name}": judge.version for judge in judges},
        )

    def _library(self) -> tuple[ScriptLibrary | None, str]:
        """The script library and its version; none where the campaign retrieves nothing."""
        from ai_salesman.scripts_library.index import open_index
        from ai_salesman.scripts_library.packs import digest_of, load_scripts
        from ai_salesman.scripts_library.retrieve import ScriptLibrary

        campaign = self._campaign
        if campaign.retrieval == "none":
            return None, "none"
        scripts = load_scripts(pack for pack in campaign.packs if not isinstance(pack, str))
        index = open_index(scripts, self._encoder, cache_folder() / "scripts")
        return ScriptLibrary(scripts, index, self._encoder), digest_of(scripts)

    async def _planner(self) -> Planner:
        from ai_salesman.agents.model_planner import ModelPlanner
        from ai_salesman.agents.seats import make_planner

        name, _, uri = self._campaign.planner.partition(":")
        if uri:
            return ModelPlanner(await self._models.get(uri))
        return make_planner(name, self._campaign.sheet, self._encoder)

    async def _salesman(self) -> Salesman:
        from ai_salesman.agents.chat_salesman import ChatSalesman
        from ai_salesman.agents.planning_salesman import PlanningSalesman
        from ai_salesman.agents.script_salesman import ScriptSalesman
        from ai_salesman.models.act_hints import act_hints_of

        if self._campaign.salesman == "script":
            return ScriptSalesman()
        model = await self._models.get(self._campaign.salesman)
        if model.prompt_style == "plan":
            hints = act_hints_of(model.uri, self._encoder)
            return PlanningSalesman(model, self._encoder, hints)
        if model.prompt_style == "customer":
            raise InputError(f"{model.uri}: made to speak as a customer; it cannot sell")
        return ChatSalesman(model)

    async def _customer(self) -> Customer:
        from ai_salesman.corpus.customer_split import held_out_templates
        from ai_salesman.simulators.agenda import AgendaCustomer
        from ai_salesman.simulators.llm import ModelCustomer

        name, _, uri = self._campaign.customer.partition(":")
        if name == "llm":
            return ModelCustomer(await self._models.get(uri), self._encoder)
        if name == "python":
            return plugin_customer(self._campaign.customer)
        if name == "learned":
            return await self._learned(uri)
        templates = held_out_templates() if uri == "held-out" else None
        return AgendaCustomer(self._encoder, templates=templates)

    async def _learned(self, rest: str) -> Customer:
        """`rest` is what follows the name: ':decides', a model URI, both, or nothing."""
        from ai_salesman.simulators.learned import LearnedCustomer, decision_head, line_reader

        way, uri = learned_parts(rest)
        return LearnedCustomer(
            await self._models.get(uri),
            self._encoder,
            line_reader(uri, self._encoder),
            decides=decision_head(uri, self._encoder) if way == "decides" else None,
        )


async def check_answers(model: LanguageModel) -> None:
    """Ask a remote model one short thing before the run, so that a wrong address or key
    costs a sentence and not a run of failed episodes."""
    from ai_salesman.conversation.errors import (
        EndpointDownError,
        ModelReplyError,
        ModelUnreachableError,
    )

    question = Message(role="user", content="Answer with the word ready.")
    try:
        await model.chat(ChatRequest(messages=(question,), max_tokens=8, temperature=0.0))
    except ModelReplyError:
        return  # it answers; how well is for the run to show
    except (EndpointDownError, ModelUnreachableError) as error:
        reason = error.reason if isinstance(error, EndpointDownError) else str(error)
        raise InputError(f"{reason}; {_cure(reason)}") from error


def _cure(reason: str) -> str:
    """What to look at first, by what an endpoint answered."""
    if "HTTP 401" in reason or "HTTP 403" in reason:
        return "the key is missing or wrong; set OPENAI_API_KEY"
    if "HTTP 404" in reason:
        return "check the name of the model, and that the address ends where the API begins (/v1)"
    return "check the address, the key and that the server runs"
