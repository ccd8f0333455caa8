"""The way in. `--version` answers before anything is imported; everything else goes to the command line in cli/."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line that the shell gave and leave with its exit code."""
    arguments = sys.argv[1:]
    if arguments == ["--version"]:
        from coursectl import __version__

        sys.stdout.write(f"coursectl {__version__}\n")
        return
    from coursectl.cli.app import run

    sys.exit(run(arguments))


if __name__ == "__main__":
    main()
