"""The closed vocabularies of a sales call: stages, dialogue acts, strategies, outcomes.

Every other module names these things with the enums below and with nothing else. They
are string enums, so YAML files and stored rows hold the plain words.
"""

from __future__ import annotations

from enum import StrEnum

__all__ = [
    "BuyingIntent",
    "Capability",
    "CustomerAct",
    "FactKind",
    "Metric",
    "SalesAct",
    "Speaker",
    "Stage",
    "StopReason",
    "Strategy",
    "Style",
    "Tier",
]


class Speaker(StrEnum):
    """Who says a turn."""

    SALESMAN = "salesman"
    CUSTOMER = "customer"


class Stage(StrEnum):
    """The seven stages of a call, in the order of a call that goes well."""

    OPENING = "opening"
    """Say who calls, for whom and why; ask whether it is a good moment."""
    NEEDS_DISCOVERY = "needs_discovery"
    """Ask, and listen."""
    BUSINESS_ANALYSIS = "business_analysis"
    """Tie what the customer told to what it costs them or could gain them."""
    PRESENTATION = "presentation"
    """Show the facts that serve the stated needs, and the price."""
    OBJECTION_HANDLING = "objection_handling"
    """Hear a doubt, acknowledge it, answer it, check the answer."""
    OPERATIONAL_GUIDANCE = "operational_guidance"
    """Explain how to start: steps, papers, dates."""
    CLOSING = "closing"
    """Ask for the decision, confirm it, or take the no and leave."""


class CustomerAct(StrEnum):
    """What a customer does with a turn. The planner calls the recognised act the *intent*."""

    GREET = "greet"
    """Answers the telephone, or asks who is calling."""
    ACKNOWLEDGE = "acknowledge"
    """Follows without taking a side: "okay", "I see", "go on"."""
    PROVIDE_INFO = "provide_info"
    """Tells something of its situation, needs or pains."""
    INTEREST = "interest"
    """Warm, but no commitment: "sounds nice"."""
    AGREE = "agree"
    """Commits: "I'll take it", "sign me up"."""
    ASK_PRICE = "ask_price"
    """Asks what it costs."""
    ASK_DETAIL = "ask_detail"
    """Asks what it does, what is included, how it helps."""
    ASK_PROCESS = "ask_process"
    """Asks how to start, what is needed, how long it takes."""
    OBJECTION_PRICE = "objection_price"
    """Too expensive, no budget."""
    OBJECTION_NEED = "objection_need"
    """No need seen."""
    OBJECTION_TRUST = "objection_trust"
    """Doubts the caller, the company or the claim."""
    OBJECTION_TIMING = "objection_timing"
    """Not now: season, renovation, a contract that still runs."""
    OBJECTION_COMPETITOR = "objection_competitor"
    """Already has a supplier."""
    OBJECTION_AUTHORITY = "objection_authority"
    """Cannot decide alone."""
    HESITATE = "hesitate"
    """Neither yes nor no: "I'd have to think about it"."""
    CONFUSED = "confused"
    """Did not understand what was said."""
    BUSY = "busy"
    """Has no time at this moment."""
    CALLBACK = "callback"
    """Proposes to be called another time."""
    REFUSE = "refuse"
    """Says no to the offer."""
    DO_NOT_CALL = "do_not_call"
    """Asks never to be called again."""
    OFF_TOPIC = "off_topic"
    """Small talk, or something unrelated."""
    HOSTILE = "hostile"
    """Insults, threatens, mocks."""
    GOODBYE = "goodbye"
    """Ends the call politely."""


class SalesAct(StrEnum):
    """What a salesman does with a sentence, as a listener hears it."""

    GREET = "greet"
    """Greets."""
    INTRODUCE = "introduce"
    """Says name, company, reason of the call."""
    DISCLOSE = "disclose"
    """Gives a required notice: recording, sales call, right to refuse."""
    ASK_OPEN = "ask_open"
    """A question that invites the customer to tell."""
    ASK_CLOSED = "ask_closed"
    """A question answered by yes, no or a figure."""
    REFLECT = "reflect"
    """Gives back what the customer said."""
    EMPATHISE = "empathise"
    """Shows that a feeling or worry is understood."""
    EXPLAIN_BENEFIT = "explain_benefit"
    """Says what the product does for the customer."""
    STATE_FACT = "state_fact"
    """States a term, duration, condition or figure."""
    QUOTE_PRICE = "quote_price"
    """Names the price."""
    OFFER_DISCOUNT = "offer_discount"
    """Offers a reduction or an extra."""
    SOCIAL_PROOF = "social_proof"
    """Points to other customers or results."""
    HANDLE_OBJECTION = "handle_objection"
    """Answers a doubt."""
    PRESSURE = "pressure"
    """Pushes: false urgency, guilt, refusal to take a no."""
    ASK_COMMITMENT = "ask_commitment"
    """Asks for the decision."""
    NEXT_STEP = "next_step"
    """Explains or proposes what happens next."""
    CONFIRM = "confirm"
    """Repeats what has been agreed."""
    THANK = "thank"
    """Thanks."""
    END = "end"
    """Says goodbye."""
    OTHER = "other"
    """Anything else, nonsense included."""


class Strategy(StrEnum):
    """What the planner wants one salesman turn to do."""

    INTRODUCE = "introduce"
    """opening: name, company, reason, and whether it is a good moment."""
    ASK_PERMISSION = "ask_permission"
    """opening: ask for a minute when the customer is busy or short."""
    BUILD_RAPPORT = "build_rapport"
    """opening: answer small talk or a cold greeting as a person would."""
    OPEN_QUESTION = "open_question"
    """needs_discovery: ask how things are done today and what hurts."""
    FOLLOW_UP = "follow_up"
    """needs_discovery: ask on about what was just told."""
    CLARIFY = "clarify"
    """needs_discovery: say it again more simply, or make sure of the meaning."""
    SUMMARISE_NEED = "summarise_need"
    """business_analysis: give back the need in the customer's words."""
    QUANTIFY_PROBLEM = "quantify_problem"
    """business_analysis: what the problem costs, or a gain would bring."""
    PRESENT_BENEFIT = "present_benefit"
    """presentation: the one fact that serves the stated need."""
    STATE_PRICE = "state_price"
    """presentation: the price, plainly, with what it includes."""
    SHARE_PROOF = "share_proof"
    """presentation: who else uses it, what came of it."""
    ANSWER_QUESTION = "answer_question"
    """presentation: answer what was asked, with the fitting fact."""
    ACKNOWLEDGE_OBJECTION = "acknowledge_objection"
    """objection_handling: hear the doubt and ask what lies behind it."""
    REFRAME_VALUE = "reframe_value"
    """objection_handling: set the doubt against the benefit."""
    REDUCE_RISK = "reduce_risk"
    """objection_handling: guarantee, trial, term."""
    OFFER_CONCESSION = "offer_concession"
    """objection_handling: a discount that the sheet allows."""
    COMPARE = "compare"
    """objection_handling: what differs from what they have."""
    EXPLAIN_PROCESS = "explain_process"
    """operational_guidance: steps, papers, time."""
    PROPOSE_NEXT_STEP = "propose_next_step"
    """operational_guidance: the concrete next step, for a yes or no."""
    SCHEDULE_CALLBACK = "schedule_callback"
    """operational_guidance: a day and hour to call again."""
    TRIAL_CLOSE = "trial_close"
    """closing: find out how near a decision is."""
    ASK_COMMITMENT = "ask_commitment"
    """closing: ask for the decision."""
    CONFIRM_AGREEMENT = "confirm_agreement"
    """closing: repeat what was agreed and what follows; thank."""
    RESPECT_NO = "respect_no"
    """closing: take the no, thank, leave; confirm removal if asked."""


class Style(StrEnum):
    """How a customer talks."""

    PLAIN = "plain"
    """Ordinary, to the point."""
    CHATTY = "chatty"
    """Warm, wordy, drifts."""
    TERSE = "terse"
    """A few words, often gruff."""
    FORMAL = "formal"
    """Polite, complete sentences."""


class Tier(StrEnum):
    """How hard a customer is to sell to."""

    EASY = "easy"
    MEDIUM = "medium"
    HARD = "hard"
    VERY_HARD = "very_hard"
    ADVERSARIAL = "adversarial"


class FactKind(StrEnum):
    """What kind of claim a fact is; decides how it is checked."""

    PRICE = "price"
    TERM = "term"
    FEATURE = "feature"
    GUARANTEE = "guarantee"
    DISCOUNT = "discount"
    ELIGIBILITY = "eligibility"
    PROOF = "proof"
    PROCESS = "process"


class BuyingIntent(StrEnum):
    """Where the customer stands at the end of a call (five classes of SalesLLM)."""

    A = "A"
    """Clear purchase intent."""
    B = "B"
    """Potential interest."""
    C = "C"
    """No intention."""
    X = "X"
    """Perfunctory."""
    F = "F"
    """Hostile."""


class StopReason(StrEnum):
    """Why a call ended."""

    AGREED = "agreed"
    """The customer committed."""
    REFUSED = "refused"
    """The customer said no for good."""
    HUNG_UP = "hung_up"
    """The customer lost patience."""
    DO_NOT_CALL = "do_not_call"
    """The customer asked never to be called again."""
    CALLBACK = "callback"
    """Another call was arranged."""
    MAX_TURNS = "max_turns"
    """The turn cap was reached."""
    SALESMAN_ENDED = "salesman_ended"
    """The salesman ended the call."""
    INFRASTRUCTURE_ERROR = "infrastructure_error"
    """A model or service failed; never scored."""


class Capability(StrEnum):
    """The six sales capabilities that a conduct judge scores."""

    OPENING = "opening"
    NEEDS_DISCOVERY = "needs_discovery"
    BUSINESS_ANALYSIS = "business_analysis"
    PRESENTATION = "presentation"
    OBJECTION_HANDLING = "objection_handling"
    OPERATIONAL_GUIDANCE = "operational_guidance"


class Metric(StrEnum):
    """The seven qualitative metrics that a conduct judge scores."""

    GUIDELINE_ADHERENCE = "guideline_adherence"
    FACTUAL_CORRECTNESS = "factual_correctness"
    LOGICAL_COHERENCE = "logical_coherence"
    NEED_FULFILMENT = "need_fulfilment"
    CUSTOMIZATION = "customization"
    RICHNESS = "richness"
    SAFETY = "safety"
