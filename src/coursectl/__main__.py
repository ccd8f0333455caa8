"""The way in. `--version` answers before anything is imported; everything else goes to the command line in cli/."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line that the shell gave and leave with its exit code. A bug leaves with its traceback."""
    arguments = sys.argv[1:]
    if arguments == ["--version"] and sys.stdout is not None:
        from coursectl import __version__

        sys.stdout.write(f"coursectl {__version__}\n")
        return
    try:
        from coursectl.cli.app import run

        code = run(arguments)
    except KeyboardInterrupt:  # while it was being loaded
        code = 130
    except Exception as error:  # a user's mistake is a sentence; what comes here is ours
        _show_bug(error)
        code = 1
    sys.exit(code)


def _show_bug(error: Exception) -> None:
    import traceback

    from coursectl import __version__
    from coursectl.errors import word_left
    from coursectl.locale import gettext as _

    traceback.print_exc()
    sentence = _(
        "This is a bug in coursectl {version}, not your mistake; nothing was left half-written. "
        "Please report it with the lines above; leave out what must stay private."
    )
    left = word_left(error)
    if left is not None:
        sentence = _(
            "This is a bug in coursectl {version}, not your mistake. {left} "
            "Please report it with the lines above; leave out what must stay private."
        )
    sys.stderr.write(sentence.format(version=__version__, left=left.sentence(_) if left else "") + "\n")


if __name__ == "__main__":
    main()
