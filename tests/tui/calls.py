"""A hand-made run for the tests of the reader: calls won, lost, void and failed."""

from __future__ import annotations

from ai_salesman.campaigns.campaign import Campaign
from ai_salesman.campaigns.store import RunStore
from ai_salesman.conversation.episode import AgreedOffer, Episode, EpisodeScore
from ai_salesman.conversation.facts import Fact, FactSheet, Need
from ai_salesman.conversation.outline import Belief, IntentReading, Outline, RetrievedScript
from ai_salesman.conversation.persona import Objection, Persona
from ai_salesman.conversation.taxonomy import (
    BuyingIntent,
    Capability,
    CustomerAct,
    FactKind,
    Metric,
    Speaker,
    Stage,
    StopReason,
    Strategy,
    Tier,
)
from ai_salesman.conversation.turn import CustomerTrace, GuardAction, Turn
from ai_salesman.conversation.verdict import (
    Claim,
    ComplianceIssue,
    Evidence,
    JudgeFailure,
    JudgeResult,
    ScoreCell,
    Verdict,
)

RUN = "merchant-ads-1a2b"

NASTY = (
    "[bold]not bold[/bold] [/red] [link=x]y",
    "red? \x1b[31mNO\x1b[0m \x07 tab\there",
    "two\nlines \u202ereversed \u200bhidden",
    "👍🏽 👩\u200d👩\u200d👧 ok 好的谢谢 \x9b31m",
    "[",
    "",
)


def sheet() -> FactSheet:
    """The smallest sheet that is valid."""
    return FactSheet(
        company="Cityline",
        agent="Dana",
        product="the Local Spotlight plan",
        price=199,
        facts={
            "monthly_price": Fact(kind=FactKind.PRICE, wording="199 dollars a month"),
            "first_in_search": Fact(kind=FactKind.FEATURE, wording="come first in local search"),
        },
        needs={"walk_ins": Need(phrase="more walk-in customers", problem="quiet afternoons")},
    )


def campaign(episodes: int = 9) -> Campaign:
    """A campaign that asks for this many calls."""
    return Campaign(
        name="merchant-ads", title="Local ads for small shops", sheet=sheet(), episodes=episodes
    )


def persona(number: int, tier: Tier, name: str = "Ms. Rivera") -> Persona:
    """A baker with two doubts."""
    return Persona(
        id=f"baker-{number}",
        name=name,
        business="bakery",
        tier=tier,
        needs={"walk_ins": 0.7, "online_orders": 0.3},
        reserve=1.1,
        objections=(
            Objection(act=CustomerAct.OBJECTION_PRICE),
            Objection(act=CustomerAct.OBJECTION_TRUST),
        ),
    )


def said(index: int, text: str, level: float = 0.5, *messages: str) -> Turn:
    """A customer's turn with its state."""
    return Turn(
        index=index,
        speaker=Speaker.CUSTOMER,
        text=text,
        messages=messages,
        trace=CustomerTrace(
            act=CustomerAct.OBJECTION_PRICE,
            interest=level,
            trust=0.42,
            patience=1 - level / 2,
            understanding=0.9,
            utility=level - 0.6,
            open_objections=(CustomerAct.OBJECTION_PRICE,),
            heard=("quote_price", "ask_closed"),
            events=("price heard: 199", "trust fell: a claim that sounds too good"),
        ),
    )


def offered(index: int, text: str, guard: GuardAction | None = None) -> Turn:
    """A salesman's turn with its outline."""
    script = RetrievedScript(
        id="ads/reduce-risk-2",
        text="You can stop after [any] month, without a reason.",
        strategy=Strategy.REDUCE_RISK,
        similarity=0.81,
        success=0.64,
        score=0.52,
    )
    return Turn(
        index=index,
        speaker=Speaker.SALESMAN,
        text=text,
        guard=guard or GuardAction(),
        outline=Outline(
            intent=IntentReading(act=CustomerAct.OBJECTION_PRICE, probability=0.87),
            stage=Stage.OBJECTION_HANDLING,
            strategy=Strategy.REDUCE_RISK,
            goal="take the risk out of the first month",
            key_facts={"guarantee": "money_back", "discount": "discount:1"},
            focus_need="walk_ins",
            avoid=("naming the price again", "pressing for a decision"),
            query="too expensive for a small bakery",
            belief=Belief(interest=0.55, trust=0.4),
            scripts=(script, script.model_copy(update={"id": "ads/trial", "score": 0.41})),
        ),
    )


def verdicts() -> tuple[JudgeResult, ...]:
    """One judge of every kind, and one that failed."""
    return (
        Verdict(
            judge="outcome",
            intent=BuyingIntent.A,
            intent_evidence=(Evidence(turn=5, quote="sign me up", note="commits"),),
        ),
        Verdict(
            judge="conduct",
            capabilities={
                Capability.OPENING: ScoreCell(
                    score=8, evidence=(Evidence(turn=0, quote="Dana from Cityline"),)
                ),
                Capability.NEEDS_DISCOVERY: ScoreCell(score=3, reason="asked nothing"),
                Capability.OPERATIONAL_GUIDANCE: ScoreCell(score=None),
            },
            metrics={Metric.CUSTOMIZATION: ScoreCell(score=5.5)},
        ),
        Verdict(
            judge="claims",
            claims=(
                Claim(
                    turn=2,
                    quote="199 dollars a month",
                    kind="price",
                    status="supported",
                    fact="monthly_price",
                ),
                Claim(turn=4, quote="double your sales", kind="guarantee", status="forbidden"),
                Claim(turn=4, quote="twenty shops", kind="number", status="unsupported"),
            ),
        ),
        Verdict(
            judge="compliance",
            compliance=(ComplianceIssue(rule="pressure", turn=4, quote="only today"),),
        ),
        JudgeFailure(judge="llm:big", error="no answer in 30 s [/]", cause="timeout"),
    )


def score(total: float | None, intent: BuyingIntent, *, honest: bool = False) -> EpisodeScore:
    """A score whose parts fit its total."""
    sold = intent is BuyingIntent.A
    return EpisodeScore(
        outcome=10.0 if sold else 3.0,
        process=total,
        total=total,
        intent=intent,
        converted=sold,
        honest=honest,
    )


def won(index: int = 0) -> Episode:
    """A sale with six turns and the findings of five judges."""
    words = "Hello, this is Dana from Cityline. Is this a good moment? "
    return Episode(
        run=RUN,
        index=index,
        seed=index,
        persona=persona(index, Tier.EASY),
        turns=(
            offered(0, words),
            said(1, "Depends. What does it cost?", 0.3),
            offered(2, "It is 199 dollars a month, and you come first in local search."),
            said(3, "That is a lot for a bakery.", 0.4, "That is a lot.", "For a bakery, I mean."),
            offered(
                4,
                "We double your sales, as for twenty shops, but only today. You can stop after "
                "any month, without a reason, and we pay the first month back if the afternoons "
                "stay quiet.",
                GuardAction(rewrites=1, problems=("'double your sales' is forbidden",)),
            ),
            said(5, "Fine, sign me up.", 0.8),
        ),
        stop=StopReason.AGREED,
        offer=AgreedOffer(price=179.1, list_price=199, discount_percent=10),
        verdicts=verdicts(),
        score=score(8.4, BuyingIntent.A, honest=True),
    )


def lost(index: int, tier: Tier, stop: StopReason, points: float, name: str) -> Episode:
    """A call of two turns without a sale."""
    return Episode(
        run=RUN,
        index=index,
        seed=index,
        persona=persona(index, tier, name),
        turns=(offered(0, "Good morning, Dana from Cityline."), said(1, "No bakery here. Bye.")),
        stop=stop,
        score=score(points, BuyingIntent.C),
    )


def nasty(index: int) -> Episode:
    """A customer who says what a terminal or a markup parser would obey."""
    answers = (said(place, text) for place, text in enumerate(NASTY, start=1))
    turns = (offered(0, "Hello? [/nonsense]"), *answers)
    return Episode(
        run=RUN,
        index=index,
        seed=index,
        persona=persona(index, Tier.ADVERSARIAL, "[red]Mx.\x1b[1m Nasty[/]\n"),
        turns=turns,
        stop=StopReason.HUNG_UP,
        score=score(2.0, BuyingIntent.F),
    )


def episodes() -> list[Episode]:
    """The calls of the run."""
    failed = Episode(
        run=RUN,
        index=7,
        seed=7,
        persona=persona(7, Tier.MEDIUM, "Mr. Okafor"),
        turns=(),
        stop=StopReason.INFRASTRUCTURE_ERROR,
        error="http://127.0.0.1:9: no answer after 5 tries",
    )
    void = won(2).model_copy(update={"score": score(6.1, BuyingIntent.A)})
    unjudged = won(6).model_copy(update={"score": None, "verdicts": ()})
    return [
        won(0),
        lost(1, Tier.HARD, StopReason.REFUSED, 3.2, "Mr. Chen"),
        void,
        lost(3, Tier.VERY_HARD, StopReason.DO_NOT_CALL, 1.0, "Dr. Ashworth-Winterbottom"),
        nasty(4),
        lost(5, Tier.HARD, StopReason.CALLBACK, 5.5, "Ms. Haddad"),
        unjudged,
        failed,
        lost(8, Tier.MEDIUM, StopReason.MAX_TURNS, 4.0, "Mr. Novak"),
    ]


def store_with(url: str, calls: list[Episode]) -> RunStore:
    """A store that holds one run of these calls."""
    store = RunStore(url)
    store.begin(RUN, campaign())
    store.save(RUN, calls, seconds=12.5)
    return store
