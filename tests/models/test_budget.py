"""Prices, and a cap that holds however many requests are on their way."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ai_salesman.conversation.errors import BudgetReachedError, InputError, ModelReplyError
from ai_salesman.conversation.turn import TokenUse
from ai_salesman.models.base import ChatReply, ChatRequest, Message, PromptStyle
from ai_salesman.models.budget import Budget, MeteredModel
from ai_salesman.models.prices import FREE, Price, PriceList, load_prices
from ai_salesman.models.spending import account

DEAR = Price(input=1000.0, output=2000.0)
"""A tenth of a cent a token in, two out: figures one can add up by hand."""
ASKED = ChatRequest(messages=(Message(role="user", content="x" * 40),), max_tokens=50)
MOST = 40 // 2 + 2 * 16 + 50
"""Tokens that the request may cost at most."""


class Cheap:
    """Answers after a while, with so many tokens in and out."""

    uri = "openai:cheap@http://127.0.0.1:1/v1"
    prompt_style: PromptStyle = "chat"

    def __init__(self, tokens_in: int = 10, tokens_out: int = 5):
        self.use = TokenUse(tokens_in=tokens_in, tokens_out=tokens_out)
        self.asked = 0

    async def chat(self, _: ChatRequest) -> ChatReply:
        self.asked += 1
        await asyncio.sleep(0)
        return ChatReply(text="Yes.", use=self.use)


async def test_use_is_priced_and_put_on_the_account_of_whoever_asked() -> None:
    budget = Budget()
    model = MeteredModel(Cheap(), DEAR, budget)
    with account() as one:
        reply = await model.chat(ASKED)
    with account() as two:
        await asyncio.gather(model.chat(ASKED), model.chat(ASKED))
    assert reply.use.usd == pytest.approx(10 * 0.001 + 5 * 0.002)
    assert (one.total.tokens_in, two.total.tokens_in, budget.spent.tokens_in) == (10, 20, 30)
    unknown = await MeteredModel(Cheap(), None, Budget()).chat(ASKED)
    assert (unknown.use.usd, unknown.use.unpriced) == (0.0, 15)


async def test_what_an_unusable_answer_cost_is_counted() -> None:
    class Mute(Cheap):
        async def chat(self, _: ChatRequest) -> ChatReply:
            raise ModelReplyError("an empty answer", tokens_in=100, tokens_out=1)

    budget = Budget(max_tokens=1000)
    with pytest.raises(ModelReplyError):
        await MeteredModel(Mute(), FREE, budget).chat(ASKED)
    assert budget.spent.tokens_in == 100


async def test_near_the_cap_requests_wait_for_cheaper_ones_and_then_the_run_ends() -> None:
    """Room for two of the worst at once, but answers cost far less: many more get through."""
    cheap = Cheap()
    budget = Budget(max_tokens=2 * MOST)
    model = MeteredModel(cheap, FREE, budget)
    found = await asyncio.gather(*(model.chat(ASKED) for _ in range(40)), return_exceptions=True)
    stopped = [one for one in found if isinstance(one, BudgetReachedError)]
    assert cheap.asked == 40 - len(stopped) == (2 * MOST - MOST) // 15 + 1
    assert budget.spent.tokens_in + budget.spent.tokens_out <= 2 * MOST
    assert "105 of 204 tokens are spent" in str(stopped[0])


@settings(max_examples=50, deadline=None)
@given(
    cap=st.floats(0.01, 2.0),
    costs=st.lists(st.tuples(st.integers(0, 52), st.integers(0, 50)), max_size=20),
)
def test_the_cap_is_never_passed(cap: float, costs: list[tuple[int, int]]) -> None:
    """Law: whatever requests cost, up to the most they can, money spent stays below the cap."""

    async def play() -> Budget:
        budget = Budget(max_usd=cap)
        models = [MeteredModel(Cheap(*cost), DEAR, budget) for cost in costs]
        async with asyncio.timeout(5):
            await asyncio.gather(*(m.chat(ASKED) for m in models), return_exceptions=True)
        return budget

    assert asyncio.run(play()).spent.usd <= cap + 1e-9


async def test_earlier_sittings_count() -> None:
    budget = Budget(max_usd=1.0)
    budget.begin(TokenUse(tokens_in=990, usd=0.99))
    with pytest.raises(BudgetReachedError, match=r"0\.9900 of 1 USD are spent"):
        await MeteredModel(Cheap(), DEAR, budget).chat(ASKED)


def test_money_cannot_be_capped_without_a_price() -> None:
    with pytest.raises(InputError, match=r"price of openai:cheap@.* is not known.*--prices"):
        MeteredModel(Cheap(), None, Budget(max_usd=1.0))
    assert MeteredModel(Cheap(), None, Budget(max_tokens=10)).uri == Cheap.uri


def test_the_longest_name_that_fits_counts_and_a_users_own_list_goes_first() -> None:
    prices = PriceList(
        {"gpt-5*": Price(input=1, output=1), "openai:small@http://localhost*": FREE},
        {"gpt-5-mini": Price(input=2, output=2), "*": Price(input=3, output=3)},
    )
    assert prices.find("openai:gpt-5-mini") == Price(input=1, output=1)
    assert prices.find("openai:small@http://localhost:8000/v1") == FREE
    assert prices.find("openai:small@http://far.example/v1") == Price(input=3, output=3)
    assert prices.find("langchain:anthropic:some-model") == Price(input=3, output=3)
    assert prices.find("embedded") == prices.find("hf:gpt-5-mini") == FREE


def test_shipped_prices_and_a_file_before_them(tmp_path: Path) -> None:
    shipped = load_prices()
    assert shipped.find("openai:gpt-4o-mini") == Price(input=0.15, output=0.60)
    assert shipped.find("openai:nobody-knows-me") is None
    assert shipped.find("openai:gpt-4o-mini-2024-07-18") is None, "another version, another price"
    (tmp_path / "prices.yaml").write_text("gpt-4o-mini: {input: 0.1, output: 0.2}\n")
    own = load_prices(tmp_path / "prices.yaml")
    assert own.find("openai:gpt-4o-mini@https://proxy.example/v1") == Price(input=0.1, output=0.2)
    assert own.find("openai:gpt-4.1") == shipped.find("openai:gpt-4.1")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("gpt-x: {input: 1}\n", "output"),
        ("gpt-x: {input: -1, output: 2}\n", "greater than or equal to 0"),
        ("gpt-x: 3\n", "gpt-x"),
        ("- gpt-x\n", "expected lines of the form"),
        ("gpt-x: {input: .inf, output: 2}\n", "finite"),
    ],
)
def test_a_wrong_price_list_is_one_sentence(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "prices.yaml").write_text(text)
    with pytest.raises(InputError, match=r"prices\.yaml") as error:
        load_prices(tmp_path / "prices.yaml")
    assert says in str(error.value)
    assert "\n" not in str(error.value)
