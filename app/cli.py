"""The command `fallline`. What it can do is in commands/, and is imported when it is known how the process begins."""

from __future__ import annotations

import gc
import signal
import sys


def main(arguments: list[str] | None = None) -> int:
    """Run the command; the answer is the exit code.

    A server looks for no garbage until it is there (main.py): nearly all that is imported stays, and looking through it
    again and again takes a tenth of the start.
    """
    arguments = sys.argv[1:] if arguments is None else arguments
    if arguments[:1] == ["serve"]:
        gc.disable()
    try:
        from app.commands.arguments import obey

        return obey(arguments)
    finally:
        gc.enable()


if __name__ == "__main__":
    if sys.argv[1:2] != ["serve"] and hasattr(signal, "SIGPIPE"):  # what is printed may be read in part
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    sys.exit(main())
