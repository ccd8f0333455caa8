"""Where a command stands: which store, who acts, when, which edition is in use.

The one place that looks at the clock, the environment and the user's configuration; rules get plain values.
"""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coursectl.cli.globals import Globals
from coursectl.store import Act, Store, open_store

if TYPE_CHECKING:
    from coursectl.editions import EditionRef

_STORE_FILE = "coursectl.db"


class Here:
    """The surroundings of the command that is being run."""

    def __init__(self, options: Globals) -> None:
        self.options = options
        self._store: Store | None = None

    @property
    def store_name(self) -> str:
        """The store as the user means it: --store, COURSECTL_STORE, or coursectl.db here or in the nearest folder above."""
        if named := self.options.store or os.environ.get("COURSECTL_STORE"):
            return named
        folder = Path.cwd()
        for place in (folder, *folder.parents):
            if (place / _STORE_FILE).is_file():
                return str(place / _STORE_FILE)
        return _STORE_FILE

    @property
    def new_store_name(self) -> str:
        """Where `init` makes a store: what --store or COURSECTL_STORE names, else here, whatever lies in a folder above."""
        return self.options.store or os.environ.get("COURSECTL_STORE") or _STORE_FILE

    @property
    def store(self) -> Store:
        """The open store. Raises StoreOutOfReach."""
        if self._store is None:
            self._store = open_store(self.store_name)
        return self._store

    @property
    def language(self) -> str:
        """The language that titles are shown in: --lang, or the tool's own."""
        from coursectl import locale

        return self.options.lang or locale.tool_language()

    def act(self, *, dry_run: bool = False) -> Act:
        """Who acts and when: the login name or --as, now."""
        return Act(actor=self._actor(), now=now(), dry_run=dry_run)

    def edition(self, reference: str | None) -> EditionRef:
        """The edition that `-e` names, or the one in use. Raises NotFound, or Usage where none is named or in use."""
        from coursectl import editions

        return editions.get_edition_ref(self.store, reference, in_use=self.edition_in_use())

    def edition_in_use(self) -> str | None:
        """The reference that COURSECTL_EDITION or `edition use` chose for this store, if any."""
        if chosen := os.environ.get("COURSECTL_EDITION"):
            return chosen
        chosen = self._read_configuration().get("edition_in_use", {}).get(self._store_key())
        return chosen if isinstance(chosen, str) else None

    def use_edition(self, reference: str | None) -> None:
        """Remember the edition in use for this store, in the user's configuration folder; None forgets it."""
        configuration = self._read_configuration()
        chosen = configuration.setdefault("edition_in_use", {})
        if reference is None:
            chosen.pop(self._store_key(), None)
        else:
            chosen[self._store_key()] = reference
        path = _configuration_file()
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_suffix(f".{os.getpid()}.tmp")
        temporary.write_text(json.dumps(configuration, ensure_ascii=False, indent=2), encoding="utf-8")
        temporary.replace(path)

    def close(self) -> None:
        """Let go of the store."""
        if self._store is not None:
            self._store.close()

    def _actor(self) -> str:
        if self.options.actor:
            return self.options.actor
        import getpass

        try:
            return getpass.getuser()
        except (OSError, KeyError, ImportError):  # a container or service without a login name
            return "unknown"

    def _store_key(self) -> str:
        name = self.store_name
        return name if "://" in name else str(Path(name).resolve())

    def _read_configuration(self) -> dict[str, Any]:
        try:
            read = json.loads(_configuration_file().read_text(encoding="utf-8"))
        except (OSError, ValueError):  # none yet, or broken by hand: it only holds conveniences
            return {}
        return read if isinstance(read, dict) else {}


def now() -> str:
    """This instant, UTC, ISO 8601 with milliseconds."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _configuration_file() -> Path:
    import typer

    return Path(os.environ.get("COURSECTL_CONFIG") or typer.get_app_dir("coursectl")) / "config.json"


_current: Here | None = None


def enter(options: Globals) -> Here:
    """Stand somewhere: `here()` gives it to the commands."""
    global _current
    _current = Here(options)
    return _current


def here() -> Here:
    """Where the running command stands."""
    assert _current is not None, "a command runs only through run()"  # noqa: S101
    return _current
