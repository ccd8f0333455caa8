"""Where a command stands: which store, who acts, when, which edition is in use.

The one place that looks at the clock, the environment and the user's configuration; rules get plain values.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coursectl.cli.globals import Globals
from coursectl.errors import N_, CourseError, OutOfReach
from coursectl.locale import gettext as _

if TYPE_CHECKING:
    from coursectl.editions import EditionRef
    from coursectl.store import Act, Store

_STORE_FILE = "coursectl.db"
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


class Here:
    """The surroundings of the command that is being run."""

    def __init__(self, options: Globals) -> None:
        self.options = options
        self.has_written = False  # what the answer that is being shown tells of
        self.dry_run = False  # whether the command that runs was given --dry-run
        self._store: Store | None = None
        self._acts: list[Act] = []

    @property
    def store_name(self) -> str:
        """The store as the user means it: --store, COURSECTL_STORE, or coursectl.db here or in the nearest folder above."""
        if named := self.options.store or os.environ.get("COURSECTL_STORE"):
            return named
        return next(
            (str(place / _STORE_FILE) for place in _folders_above() if _is_file(place / _STORE_FILE)), _STORE_FILE
        )

    @property
    def new_store_name(self) -> str:
        """Where `init` makes a store: what --store or COURSECTL_STORE names, else here, whatever lies in a folder above."""
        return self.options.store or os.environ.get("COURSECTL_STORE") or _STORE_FILE

    @property
    def lacks_store(self) -> bool:
        """Whether nobody has named a store and there is none here or above: a beginner's folder."""
        named = self.options.store or os.environ.get("COURSECTL_STORE")
        return not named and not Path(self.store_name).exists()

    @property
    def store(self) -> Store:
        """The open store. Raises StoreOutOfReach."""
        if self._store is None:
            from coursectl.store import open_store

            options = self.options
            self._store = open_store(
                self.store_name, read_only=options.read_only, stale=options.stale, dry_run=self.dry_run, by=self._act
            )
            from coursectl.cli.show import say

            for told in (_told_of_syncing(self.store_name), _told_of_migration(self._store)):
                if told:
                    say(told)
        return self._store

    def damage(self) -> CourseError | None:
        """What is wrong with the file of the store that is open, where that explains what should never happen."""
        from coursectl.store import LocalStore

        return self._store.find_damage() if isinstance(self._store, LocalStore) else None

    @property
    def written(self) -> int:
        """How many operations the command has written so far."""
        return self._store.written if self._store is not None else 0

    @property
    def language(self) -> str:
        """The language that titles are shown in: --lang, or the tool's own."""
        from coursectl import locale

        return self.options.lang or locale.tool_language()

    def act(self, *, dry_run: bool = False) -> Act:
        """Who acts and when: the login name or --as, now."""
        self._acts.append(self._act(dry_run=dry_run))
        return self._acts[-1]

    def _act(self, *, dry_run: bool = False) -> Act:
        from coursectl.store import Act

        return Act(actor=self._actor(), now=now(), dry_run=dry_run, in_parts=self.options.in_parts)

    def operations_done(self) -> list[str]:
        """The numbers of the operations of this command that are in the store, for when its answer got lost."""
        from coursectl.store import as_json, open_store
        from coursectl.store.contract import number_of

        planned = [op_id for act in self._acts for op_id in act.planned]
        if not planned:
            return []
        try:
            self._store = self._store or open_store(self.store_name, read_only=True)
            found = self._store.read(
                "SELECT id FROM op WHERE id IN (SELECT value FROM json_each(:ids)) ORDER BY at, id",
                {"ids": as_json(planned)},
                level="strong",
            )
        except CourseError:
            return []
        return [number_of(row["id"]) for row in found]

    def edition(self, reference: str | None, *, deciding: bool = False) -> EditionRef:
        """The edition that `-e` names, or the one in use; `deciding`: something will be written about it. Raises NotFound, or Usage where none is named or in use."""
        from coursectl import editions

        return editions.get_edition_ref(
            self.store, reference, in_use=self.edition_in_use(), level="strong" if deciding else "weak"
        )

    def edition_in_use(self) -> str | None:
        """The reference that COURSECTL_EDITION or `edition use` chose for this store, if any."""
        if chosen := os.environ.get("COURSECTL_EDITION"):
            return chosen
        return self._editions_in_use(self._read_configuration()).get(self._store_key())

    def use_edition(self, reference: str | None) -> None:
        """Remember the edition in use for this store, in the user's configuration folder; None forgets it.

        Raises OutOfReach where that folder can't be written.
        """
        configuration = self._read_configuration()
        chosen = self._editions_in_use(configuration)
        if reference is None:
            chosen.pop(self._store_key(), None)
        else:
            chosen[self._store_key()] = reference
        try:
            self._write_configuration({**configuration, "edition_in_use": chosen})
        except OSError as error:
            path = _configuration_file()
            raise OutOfReach(
                N_("{file} can't be written ({reason}). Name the edition in COURSECTL_EDITION, or with -e each time."),
                file=str(path),
                reason=error.strerror,
            ) from error

    def remember_backup(self, file: str, at: str) -> None:
        """Remember where this store's last backup in that folder lies, for `store info`. What can't be kept isn't."""
        path = str(Path(file).resolve())
        configuration = self._read_configuration()
        known = configuration.get("backups")
        places = {name: of for name, of in known.items() if isinstance(of, dict)} if isinstance(known, dict) else {}
        mine = {**places.get(self._backups_key(), {}), str(Path(path).parent): {"file": path, "at": at[:19] + "Z"}}
        with suppress(OSError):
            self._write_configuration({**configuration, "backups": {**places, self._backups_key(): mine}})

    def backups_made(self) -> list[tuple[str, str]]:
        """The last backup of this store in each folder that one was made in from here: its file and its instant (UTC)."""
        known = self._read_configuration().get("backups")
        mine = known.get(self._backups_key()) if isinstance(known, dict) else None
        told = [one for one in mine.values() if isinstance(one, dict)] if isinstance(mine, dict) else []
        found = [(one.get("file"), one.get("at")) for one in told]
        return [
            (file, at) for file, at in found if isinstance(file, str) and isinstance(at, str) and _INSTANT.fullmatch(at)
        ]

    def _backups_key(self) -> str:
        """A cluster is the same one in whatever order its nodes are named."""
        from coursectl.store import backups

        return backups.stem_of(self.store) if self.store.engine == "rqlite" else self._store_key()

    @staticmethod
    def _write_configuration(configuration: dict[str, Any]) -> None:
        """Raises OSError."""
        import json

        path = _configuration_file()
        temporary = path.with_suffix(f".{os.getpid()}.tmp")
        path.parent.mkdir(parents=True, exist_ok=True)
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

    @staticmethod
    def _editions_in_use(configuration: dict[str, Any]) -> dict[str, str]:
        """By store; what somebody has broken by hand is left out."""
        found = configuration.get("edition_in_use")
        pairs = found.items() if isinstance(found, dict) else ()
        return {store: edition for store, edition in pairs if isinstance(edition, str)}

    def _read_configuration(self) -> dict[str, Any]:
        import json

        try:
            read = json.loads(_configuration_file().read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError):  # none yet, or broken by hand: it only holds conveniences
            return {}
        return read if isinstance(read, dict) else {}


def _folders_above() -> Sequence[Path]:
    """This folder and those above it; none where it was deleted under our feet."""
    try:
        folder = Path.cwd()
    except FileNotFoundError:
        return ()
    return (folder, *folder.parents)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a folder that may not be looked into
        return False


def now() -> str:
    """This instant, UTC, ISO 8601 with milliseconds."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _configuration_file() -> Path:
    import typer

    return Path(os.environ.get("COURSECTL_CONFIG") or typer.get_app_dir("coursectl")) / "config.json"


def _told_of_syncing(name: str) -> str | None:
    """A folder that is synced to a cloud loses writes sooner or later, so every command says it."""
    from coursectl.store import place_of

    return told_place(name) if place_of(name).kind == "cloud" else None


def _told_of_migration(store: Store) -> str | None:
    """Opening an older file has brought it up to date: others who have it need the new program from now on."""
    if (done := getattr(store, "migrated", None)) is None:
        return None
    sentence = _(
        "{store} was brought from schema {before} to {now}; older versions of coursectl can't open it any more. What was there before is kept in {kept}."
    )
    return sentence.format(store=store.name, before=done.before, now=done.now, kept=done.kept)


def told_place(name: str) -> str | None:
    """What there is to know about the place that the store is in, for its user; None on this computer's own disk."""
    from coursectl.store import place_of

    place = place_of(name)
    sentences = {
        "network": _(
            "{store} is on a network share ({what}): it keeps a rollback journal, which is slower and safe there. For several offices: a cluster."
        ),
        "cloud": _(
            "{store} is in a folder that {what} syncs. Two computers that write there make two stores, and one of them is lost: move it to this computer's disk, and share it by a network share or a cluster."
        ),
    }
    return sentences[place.kind].format(store=name, what=place.what) if place.kind in sentences else None


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
