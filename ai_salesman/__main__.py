"""Entry point of the `ai-salesman` command: errors become one sentence and an exit status."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from typer.exceptions import TyperException

__all__ = ["main"]

EXIT_BAD_INPUT = 2
EXIT_INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit.

    Status: 0 done; 1 done, but some episodes failed; 2 bad input; 130 interrupted, or the
    budget is spent, or an endpoint is down (resumable).

    Args:
        arguments: what was typed after the command's name; by default, what was.
    """
    from typer.exceptions import TyperException

    from ai_salesman.cli.app import app
    from ai_salesman.conversation.errors import AiSalesmanError, RunStoppedError

    try:
        status = app(args=arguments, prog_name="ai-salesman", standalone_mode=False)
    except RunStoppedError as error:
        _complain(str(error), EXIT_INTERRUPTED)
    except AiSalesmanError as error:
        _complain(str(error), EXIT_BAD_INPUT)
    except TyperException as error:
        _complain_of_usage(error)
    except KeyboardInterrupt:
        status = EXIT_INTERRUPTED
    # Typer turns an interrupt into a status, without a word.
    if status == EXIT_INTERRUPTED:
        print("\nai-salesman: interrupted; the same command goes on from here", file=sys.stderr)
    sys.exit(status)


def _complain(sentence: str, status: int) -> NoReturn:
    print(f"ai-salesman: {sentence}", file=sys.stderr)
    sys.exit(status)


def _complain_of_usage(error: TyperException) -> NoReturn:
    """One sentence, and where the options are explained."""
    context = getattr(error, "ctx", None)
    if type(error).__name__ == "NoArgsIsHelpError":
        sys.exit(EXIT_BAD_INPUT)  # the help has been shown
    path = context.command_path if context is not None else "ai-salesman"
    message = " ".join(error.format_message().split()).removesuffix(".")
    joint = "" if message.endswith("?") else ";"
    _complain(f"{message}{joint} {path} --help tells more", EXIT_BAD_INPUT)


if __name__ == "__main__":
    main()
