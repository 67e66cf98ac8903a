"""Entry point of the `ai-salesman` command: errors become one sentence and an exit status."""

from __future__ import annotations

import sys

EXIT_BAD_INPUT = 2
EXIT_INTERRUPTED = 130


def main() -> None:
    """Run the command line and exit.

    Status: 0 done; 1 done, but some episodes failed; 2 bad input; 130 interrupted, or the
    budget is spent, or an endpoint is down (resumable).
    """
    from ai_salesman.cli.app import app
    from ai_salesman.conversation.errors import AiSalesmanError, RunStoppedError

    try:
        app()
    except RunStoppedError as error:
        print(f"ai-salesman: {error}", file=sys.stderr)
        sys.exit(EXIT_INTERRUPTED)
    except AiSalesmanError as error:
        print(f"ai-salesman: {error}", file=sys.stderr)
        sys.exit(EXIT_BAD_INPUT)
    except (KeyboardInterrupt, SystemExit) as end:
        # Typer turns an interrupt into an exit of this status, without a word.
        if isinstance(end, SystemExit) and end.code != EXIT_INTERRUPTED:
            raise
        print("\nai-salesman: interrupted; the same command goes on from here", file=sys.stderr)
        sys.exit(EXIT_INTERRUPTED)


if __name__ == "__main__":
    main()
