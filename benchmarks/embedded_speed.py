"""The embedded salesman in campaigns, beside plain `generate` and beside nothing but decoding.

    python benchmarks/embedded_speed.py                       # about eight minutes
    python benchmarks/embedded_speed.py --rounds 3 --page     # and into docs/performance.md

campaign   two processes with one torch thread each, as `run --workers 2` has them; each plays whole
           cohorts of 48 calls (`cohort: 48` in the campaign file)
generate   one process, which plays one call at a time and asks transformers' `generate` for each
           draft as it is needed; it may use all cores. Everything else is ours, encoder included
ceiling    the replies that the campaign just asked for, asked for again all at once: full batches,
           nothing else

All processes stay alive; the rounds alternate, and medians of the rounds are shown. Planner,
customer, guard and retrieval are those of the demo campaign; judges are left out.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
import time
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

from page import put

HERE = Path(__file__).parent
DEMO = HERE.parent / "examples" / "campaigns" / "merchant_ads.yaml"
COHORT = 48
EPISODES = 100_000
"""More customers than any run needs, so that each round calls others."""


class Player:
    """A campaign's parts in this process, played from here."""

    def __init__(self, runner: Any, model: Any, encoder: Any):
        self._runner = runner
        self._model = model
        self._asked: list[Any] = []
        self._spent: dict[str, float] = {}
        watched = {
            "language model": model._batched,
            "sentence encoder": encoder._batched,
            "script search": runner.parts.library._nearest,
        }
        for name, batched in watched.items():
            batched._function = self._watched(name, batched._function)

    def _watched(self, name: str, function: Any) -> Any:
        """The batch function; its CPU time is noted, and what the language model was asked."""

        def run(requests: Any) -> Any:
            before = time.thread_time()
            if name == "language model":
                self._asked += requests
            replies = function(requests)
            self._spent[name] = self._spent.get(name, 0.0) + time.thread_time() - before
            return replies

        return run

    async def play(self, first: int, calls: int) -> dict[str, Any]:
        """Whole calls; seconds, processor seconds and tokens said."""
        from ai_salesman.campaigns.engine import CohortJob

        self._asked.clear()
        self._spent.clear()
        started, before = time.perf_counter(), time.process_time()
        said = 0
        for start in range(first, first + calls, COHORT):
            indices = range(start, min(start + COHORT, first + calls))
            played = await self._runner.play_cohort(CohortJob("bench", indices))
            said += sum(episode.use.tokens_out for episode in played)
        return {
            "calls": calls,
            "seconds": time.perf_counter() - started,
            "cpu": time.process_time() - before,
            "tokens": said,
            "parts": dict(self._spent),
        }

    async def one_by_one(self, first: int, calls: int) -> dict[str, float]:
        """Cohorts of one, each draft by `generate`."""
        from ai_salesman.campaigns.engine import CohortJob

        self._model._batched._function = self._generated
        started, before = time.perf_counter(), time.process_time()
        said = 0
        for index in range(first, first + calls):
            played = await self._runner.play_cohort(CohortJob("bench", range(index, index + 1)))
            said += sum(episode.use.tokens_out for episode in played)
        return {
            "calls": calls,
            "seconds": time.perf_counter() - started,
            "cpu": time.process_time() - before,
            "tokens": said,
        }

    def ceiling(self) -> dict[str, float]:
        """The replies of the last `play` once more, in full batches."""
        started, before = time.perf_counter(), time.process_time()
        replies = self._model.answer(list(self._asked))
        return {
            "seconds": time.perf_counter() - started,
            "cpu": time.process_time() - before,
            "tokens": sum(reply.use.tokens_out for reply in replies),
        }

    def _generated(self, requests: Any) -> list[Any]:
        """What a plain user of transformers would write."""
        import torch

        from ai_salesman.conversation.turn import TokenUse
        from ai_salesman.models.base import ChatReply

        replies = []
        for request in requests:
            tokens = torch.tensor([self._model._prompt_tokens(request)])
            torch.manual_seed(request.seed)
            with torch.inference_mode():
                whole = self._model.network.generate(
                    tokens,
                    attention_mask=torch.ones_like(tokens),
                    max_new_tokens=request.max_tokens,
                    do_sample=True,
                    temperature=request.temperature,
                    top_p=0.9,
                    top_k=0,
                )
            said = whole[0, tokens.shape[1] :]
            text = self._model.tokenizer.decode(said, skip_special_tokens=True).strip()
            use = TokenUse(tokens_in=tokens.shape[1], tokens_out=len(said))
            replies.append(ChatReply(text=text, use=use))
        return replies


async def open_player(stack: AsyncExitStack, threads: int) -> Player:
    """Load everything, and play a little, so that what is loaded with the first words is there."""
    import torch

    from ai_salesman.campaigns.campaign import load_campaign
    from ai_salesman.campaigns.engine import CohortJob
    from ai_salesman.campaigns.store import RunStore
    from ai_salesman.models.encoder import embedded_encoder
    from ai_salesman.models.registry import load_model
    from ai_salesman.wiring import open_runner

    folder = stack.enter_context(tempfile.TemporaryDirectory())
    changes = {"salesman": "embedded", "episodes": EPISODES, "judges": ()}
    campaign = load_campaign(DEMO).model_copy(update=changes)
    opened = open_runner(campaign, RunStore(f"sqlite:///{folder}/bench.db"), COHORT)
    runner = await stack.enter_async_context(opened)
    torch.set_num_threads(threads)
    await runner.play_cohort(CohortJob("warm", range(EPISODES - 2, EPISODES)))
    salesman: Any = runner.parts.salesman
    model = getattr(salesman._model, "_model", salesman._model)
    assert type(model) is type(load_model("embedded"))
    return Player(replace(runner, judges=()), model, embedded_encoder())


async def work(threads: int) -> None:
    """Do what standard input asks for, until it ends."""
    async with AsyncExitStack() as stack:
        player = await open_player(stack, threads)
        print("ready", flush=True)
        for line in sys.stdin:
            told = json.loads(line)
            if told["do"] == "ceiling":
                found = player.ceiling()
            elif told["do"] == "play":
                found = await player.play(told["first"], told["calls"])
            else:
                found = await player.one_by_one(told["first"], told["calls"])
            print(json.dumps(found), flush=True)


class Process:
    """A worker process."""

    def __init__(self, threads: int):
        command = [sys.executable, __file__, "--work", str(threads)]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def tell(self, **told: Any) -> None:
        """Ask without waiting."""
        assert self._process.stdin
        self._process.stdin.write(json.dumps(told) + "\n")
        self._process.stdin.flush()

    def hear(self) -> Any:
        """What it says next."""
        assert self._process.stdout
        line = self._process.stdout.readline().strip()
        return line if line == "ready" else json.loads(line)

    def end(self) -> None:
        """Let it end."""
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait()


def measure(options: argparse.Namespace) -> list[dict[str, float]]:
    """All rounds."""
    import os

    cores = os.cpu_count() or 1
    workers = [Process(1) for _ in range(cores)]
    plain = Process(cores)
    for process in (*workers, plain):
        process.hear()
    rounds, first = [], 0
    for _ in range(options.rounds):
        started = time.perf_counter()
        for worker in workers:
            worker.tell(do="play", first=first, calls=options.calls)
            first += options.calls
        played = [worker.hear() for worker in workers]
        seconds = time.perf_counter() - started
        workers[0].tell(do="ceiling")
        ceiling = workers[0].hear()
        plain.tell(do="generate", first=first, calls=options.plain)
        generated = plain.hear()
        first += options.plain
        rounds.append(
            {
                "campaign_per_s": sum(one["calls"] for one in played) / seconds,
                "campaign_cpu": sum(one["cpu"] for one in played) / (options.calls * cores),
                "campaign_tokens": sum(one["tokens"] for one in played) / (options.calls * cores),
                "generate_per_s": options.plain / generated["seconds"],
                "generate_cpu": generated["cpu"] / options.plain,
                "generate_tokens": generated["tokens"] / options.plain,
                "ceiling_cpu": ceiling["cpu"] / options.calls,
                "ceiling_share": ceiling["cpu"] / played[0]["cpu"],
                "first_cpu": played[0]["cpu"] / options.calls,
            }
            | {f"part {name}": spent / options.calls for name, spent in played[0]["parts"].items()}
        )
        print(json.dumps(rounds[-1]), file=sys.stderr, flush=True)
    for process in (*workers, plain):
        process.end()
    return rounds


def table(rounds: list[dict[str, float]]) -> str:
    """The medians as Markdown."""

    def of(name: str) -> float:
        return median(one[name] for one in rounds)

    def times(ours: str, theirs: str, tokens: bool) -> float:
        """How much more ours does; with `tokens`, per token said, for calls differ in length."""
        return median(
            one[ours]
            / one[theirs]
            * (one["campaign_tokens"] / one["generate_tokens"] if tokens else 1.0)
            for one in rounds
        )

    speed = [times("campaign_per_s", "generate_per_s", tokens) for tokens in (False, True)]
    cpu = times("generate_cpu", "campaign_cpu", True)
    return "\n".join(
        [
            "| | calls/s | CPU s a call | tokens said a call |",
            "|---|---|---|---|",
            f"| campaign, a process per core | {of('campaign_per_s'):.2f} "
            f"| {of('campaign_cpu'):.2f} | {of('campaign_tokens'):.0f} |",
            f"| one call at a time, plain `generate` | {of('generate_per_s'):.2f} "
            f"| {of('generate_cpu'):.2f} | {of('generate_tokens'):.0f} |",
            f"| the same replies in full batches, nothing else | | {of('ceiling_cpu'):.2f} | |",
            "",
            f"The campaign makes {speed[0]:.1f} times the calls per second of plain `generate`. "
            f"Those of `generate` were few, and not the same: per token said it is {speed[1]:.1f} "
            f"times as fast, by CPU time {cpu:.1f} times. Decoding in full batches alone takes "
            f"{of('ceiling_share'):.0%} of the campaign's CPU time.",
        ]
    )


def profile(rounds: list[dict[str, float]]) -> str:
    """Where the campaign's CPU time goes, as Markdown."""
    parts = {
        name.removeprefix("part "): median(one[name] for one in rounds)
        for name in rounds[0]
        if name.startswith("part ")
    }
    whole = median(one["first_cpu"] for one in rounds)
    parts["all else: planner, heads, guard, customer, graph"] = whole - sum(parts.values())
    ceiling = median(one["ceiling_cpu"] for one in rounds)
    lines = ["| where a call's CPU time goes | s | share |", "|---|---|---|"]
    lines += [f"| {name} | {spent:.2f} | {spent / whole:.0%} |" for name, spent in parts.items()]
    lines.append(f"| (the language model's replies, decoded all at once) | {ceiling:.2f} | |")
    return "\n".join(lines)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--calls", type=int, default=COHORT, help="of each process in a round")
    parser.add_argument("--plain", type=int, default=4, help="calls with `generate` in a round")
    parser.add_argument("--page", action="store_true", help="write into docs/performance.md")
    parser.add_argument("--work", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.work:
        asyncio.run(work(options.work))
        return
    rounds = measure(options)
    found = {"embedded": table(rounds), "profile": profile(rounds)}
    for name, text in found.items():
        print(text, end="\n\n")
        if options.page:
            put(name, text)


if __name__ == "__main__":
    main()
