"""A salesman in one file: any callable `(messages) -> str`, plain or async.

    ai-salesman run examples/campaigns/merchant_ads.yaml \
        --salesman python:examples/plugins/my_salesman.py:speak

`messages` are chat messages: a system message with fact sheet, outline and scripts, then the
call so far. Put your own agent framework behind it.
"""

from __future__ import annotations


async def speak(messages: list[dict[str, str]]) -> str:
    """Open politely, then say the first suggested script."""
    spoken = [message for message in messages if message["role"] == "assistant"]
    lines = messages[0]["content"].splitlines()
    if "Good lines for this moment, to adapt, not to recite:" in lines:
        first = lines.index("Good lines for this moment, to adapt, not to recite:") + 1
        return lines[first].removeprefix("- ")
    return "Could you tell me more about that?" if spoken else "Good morning, do you have a minute?"
