"""Keeping a store: what it is, the way back from a backup, and the way forward to this program's schema."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from coursectl.errors import N_, BadInput, CourseError, OutOfReach, Refused
from coursectl.store import (
    MIGRATE,
    Act,
    LocalStore,
    ReadOnlyStore,
    Store,
    address,
    backups,
    exchange,
    knocking,
    migrations,
    open_store,
    place_of,
    schema,
    undo,
)
from coursectl.store.backups import Backup, Content, Kept, Lacking, Progress
from coursectl.store.contract import WrittenMeanwhile
from coursectl.store.exchange import Copied
from coursectl.store.nodes import Unanswered
from coursectl.store.trouble import DamagedStore, written_by_newer

_COUNTED = (
    "course",
    "edition",
    "organization",
    "person",
    "session",
    "expert",
    "enrollment",
    "attendance",
    "certificate",
    "published_figure",
    "op",
    "audit",
)


@dataclass(frozen=True)
class LastOperation:
    """The newest line of the log; `at` is UTC."""

    at: str
    actor: str
    command: str


@dataclass(frozen=True)
class ClusterNode:
    """A node of a cluster, as one of them sees it."""

    node: str
    address: str
    leader: bool
    voter: bool
    reachable: bool


@dataclass(frozen=True)
class Info:
    """What a store is. `size` is in bytes, its log included; `schema` is its own, `program_schema` this program's.

    `place` is disk, network, cloud (a synced folder), or cluster; `place_detail` the kind of share or the program that
    syncs. `journal` is None for a cluster, whose nodes keep it. `rows` are by table. `backups` are the last ones
    that somebody has made, one a place, newest first.
    """

    store: str
    engine: str
    place: str
    place_detail: str
    size: int
    schema: int
    program_schema: int
    journal: str | None
    sqlite: str
    rows: dict[str, int]
    last_operation: LastOperation | None
    backup_folder: str
    last_backup: Kept | None
    backups: list[Kept] = field(default_factory=list)
    nodes: list[ClusterNode] = field(default_factory=list)


@dataclass(frozen=True)
class Restored:
    """What a restore has put in place.

    `lost` operations since `lost_since` (UTC) were in the store and aren't in the file. `kept` is the backup of what was
    there before, `aside` the new name of a store that was too damaged for one.
    """

    store: str
    file: str
    operations: int
    last_operation_at: str | None
    lost: int
    lost_since: str | None
    kept: str | None
    aside: str | None
    schema_before: int
    schema: int


@dataclass(frozen=True)
class BroughtUpToDate:
    """The schema's number before and after; `kept` is the backup of what was before, for a file that changed."""

    store: str
    before: int
    schema: int
    kept: str | None


class WouldLose(Refused):
    """The store holds operations that the backup lacks."""

    rule = "nothing_newer_lost"
    wording = N_(
        "{store} holds {count} operations, the first of {since}, that {file} lacks: restoring it would take them back. To do it all the same, add --yes; what is there now is kept in a file first."
    )


def get_info(store: Store, made: Iterable[tuple[str, str]] = (), *, url: str | None = None) -> Info:
    """What the store is, and where its last backups lie. Raises OutOfReach.

    `made` are backups that are known to have been made elsewhere than in the usual folder, each a file and its instant.
    `url` is the whole URL of a cluster.
    """
    counts = ", ".join(f"(SELECT count(*) FROM {table}) AS {table}" for table in _COUNTED)
    (rows,) = store.read(f"SELECT {counts}")
    (about,) = store.read(
        "SELECT sqlite_version() AS sqlite, (SELECT max(number) FROM migration) AS schema,"
        " (SELECT page_count FROM pragma_page_count) * (SELECT page_size FROM pragma_page_size) AS size"
    )
    last = undo.list_operations(store, 1)
    kept = backups.list_last(store, made)
    is_file = store.engine == "sqlite"
    place = place_of(store.name)
    return Info(
        store=store.name,
        engine=store.engine,
        place=place.kind if is_file else "cluster",
        place_detail=place.what,
        size=backups.size_of(Path(store.name)) if is_file else about["size"],
        schema=about["schema"],
        program_schema=migrations.newest(),
        journal=store.read("PRAGMA journal_mode")[0]["journal_mode"] if is_file else None,
        sqlite=about["sqlite"],
        rows=rows,
        last_operation=LastOperation(last[0].at, last[0].actor, last[0].command) if last else None,
        backup_folder=str(backups.usual_folder(store.name, store.engine)),
        last_backup=kept[0] if kept else None,
        backups=kept,
        nodes=_nodes(store, url),
    )


def refuse_if_few_answer(target: str) -> None:
    """Raises FewAnswer where the store is a cluster that can't work, without waiting for it."""
    if address.is_url(target) and not knocking.are_most(nodes := knocking.knock(target)):
        raise knocking.FewAnswer(target.partition("/?")[0], nodes)


def told_nodes(target: str, unanswered: Unanswered) -> CourseError:
    """What to say in place of a cluster's silence: its nodes, one by one."""
    return (
        knocking.FewAnswer(target.partition("/?")[0], knocking.knock(target)) if address.is_url(target) else unanswered
    )


def _nodes(store: Store, url: str | None) -> list[ClusterNode]:
    if isinstance(store, LocalStore):
        return []
    if store.stale:  # type: ignore[attr-defined]
        knocked = knocking.knock(store.name if url is None else url)
        return [ClusterNode(one.node, one.node, one.leads, True, one.answers) for one in knocked]
    found = store.nodes()  # type: ignore[attr-defined]
    return [ClusterNode(one.id, one.address, one.leader, one.voter, one.reachable) for one in found]


@dataclass(frozen=True)
class PlannedBackup:
    """Where a backup made now would be."""

    store: str
    file: str


def plan_backup(store: Store, act: Act, to: str | None) -> PlannedBackup:
    """What backing up would make. Raises Refused where the file is there, BadInput for no folder."""
    return PlannedBackup(store.name, str(backups.place_for(store, act.now, to=to)))


# Copy ---------------------------------------------------------------------------------------------------------------------


class StrangeSchema(Refused):
    """The store holds tables, triggers or the like that coursectl hasn't made, and that would act in the copy too."""

    rule = "schema_is_ours"
    wording = N_(
        "{store} holds what isn't coursectl's ({strange}) and would act in the copy too; nothing was copied. Look with: coursectl store check. To take its rows alone: coursectl store export, then coursectl import"
    )


def copy(source: Store, target: str, *, dry_run: bool = False) -> Copied:
    """Copy the whole store to a new file or into an empty cluster, if all that is in it is coursectl's.

    Raises StrangeSchema, Refused where something is there, OutOfReach.
    """
    (has,) = source.read("SELECT coalesce(max(number), 0) AS number FROM migration")
    if strange := schema.strange(source.read(schema.FOUND), has["number"]):
        named = ", ".join(strange[:3]) + (", …" if len(strange) > 3 else "")
        raise StrangeSchema(store=source.name, strange=named)
    return exchange.copy(source, target, dry_run=dry_run)


# Restore ------------------------------------------------------------------------------------------------------------------


def restore(target: str, file: str, act: Act, *, yes: bool = False, read_only: bool = False,
            progress: Progress = lambda _done, _total: None) -> Restored:  # fmt: skip
    """Put what the backup `file` holds in the place of all that the store `target` holds.

    What is there now is kept in a backup first; where it is too damaged for one, its file is put aside. `yes`: operations
    that the backup lacks may be taken back. `progress` hears of four steps: the file is checked, made ready, what is there
    is kept, and replaced. Raises NotFound and BadInput for a file that is no whole backup, WouldLose,
    WrittenMeanwhile, and OutOfReach; then everything is as it was.
    """
    if read_only:
        raise ReadOnlyStore(store=target)
    progress(0, 4)
    content = backups.check(Path(file))
    progress(1, 4)
    if not address.is_url(target) and backups.is_gone(Path(target)):
        return _restore_afresh(target, file, content, act)
    try:
        with closing(open_store(target, dry_run=act.dry_run, by=lambda: act)) as store:
            return _restore_into(store, file, content, act, yes=yes, progress=progress)
    except DamagedStore:
        return _restore_afresh(target, file, content, act)


def _restore_into(store: Store, file: str, content: Content, act: Act, *, yes: bool,
                  progress: Progress) -> Restored:  # fmt: skip
    _refuse_itself(store, file)
    if store.engine == "rqlite":  # before any file is made for nothing
        store.refuse_unless_may_load()  # type: ignore[attr-defined]
    lacking = _refuse_to_lose(store, file, yes=yes)
    if act.dry_run:
        kept = str(backups.place_for(store, act.now, reason="restore"))
        return _restored(store.name, file, content, lacking, kept, None)
    page_size = store.read("PRAGMA page_size")[0]["page_size"] if store.engine == "sqlite" else None
    folder = backups.usual_folder(store.name, store.engine)
    with backups.prepared(Path(file), folder, act.operation(backups.RESTORE, (), undo="refused"), page_size) as copy:
        progress(2, 4)
        try:
            backup = backups.backup_before(store, "restore", act.now)
        except OutOfReach:  # SQLite, led astray by a damaged page, may find that the copy has no room on the disk
            if isinstance(store, LocalStore) and (damage := store.find_damage()) is not None:
                raise damage from None
            raise
        progress(3, 4)

        def keep_the_rest() -> None:
            """What was written since goes into a backup too, now that nobody writes; in a cluster they still may."""
            nonlocal backup, lacking
            lacking = _refuse_to_lose(store, file, yes=yes)
            if _is_all_in(backup, store):
                return
            Path(backup.file).unlink()
            backup = backups.backup_before(store, "restore", act.now)
            if not _is_all_in(backup, store):
                raise WrittenMeanwhile(store=store.name)

        store.replace_with(copy, first=keep_the_rest)
    return _restored(store.name, file, content, lacking, backup.file, None)


def _is_all_in(backup: Backup, store: Store) -> bool:
    (now,) = store.read("SELECT count(*) AS operations, max(at) AS last_at FROM op", level="strong")
    return (now["operations"], now["last_at"]) == (backup.operations, backup.last_operation_at)


def _refuse_to_lose(store: Store, file: str, *, yes: bool) -> Lacking:
    lacking = backups.lacking(store, Path(file))
    if lacking.operations and not yes:
        one = N_(
            "{store} holds 1 operation, of {since}, that {file} lacks: restoring it would take it back. To do it all the same, add --yes; what is there now is kept in a file first."
        )
        raise WouldLose(
            one if lacking.operations == 1 else None,
            store=store.name,
            file=file,
            count=lacking.operations,
            since=(lacking.since or "")[:19].replace("T", " ") + " UTC",
        )
    return lacking


def _restore_afresh(target: str, file: str, content: Content, act: Act) -> Restored:
    """There is no store, or none that can be read: what is there gets another name, and the backup becomes the store."""
    path = Path(target)
    if not path.parent.is_dir():
        raise BadInput(
            N_("There is no folder {folder}. Make it first, or choose another place."), folder=str(path.parent)
        )
    aside = None
    if not act.dry_run:
        folder = backups.folder_of(path)
        with backups.prepared(Path(file), folder, act.operation(backups.RESTORE, (), undo="refused")) as copy:
            aside = backups.put_aside(path, act.now)
            backups.put_in_place(copy, path, aside)
    elif path.exists():
        aside = str(backups.place_aside(path, act.now))
    return _restored(target, file, content, Lacking(0, None), None, aside)


def _refuse_itself(store: Store, file: str) -> None:
    if store.engine == "sqlite" and Path(file).samefile(store.name):
        raise BadInput(
            N_("{file} is the store itself. Name a backup; see what there is with: coursectl store info"), file=file
        )


def _restored(
    store: str, file: str, content: Content, lacking: Lacking, kept: str | None, aside: str | None
) -> Restored:
    return Restored(
        store,
        file,
        content.operations,
        content.last_at,
        lacking.operations,
        lacking.since,
        kept,
        aside,
        content.schema,
        migrations.newest(),
    )


# Migrate ------------------------------------------------------------------------------------------------------------------


def migrate(target: str, act: Act, *, read_only: bool = False) -> BroughtUpToDate:
    """Bring the store's schema up to this program's. A file is kept in a backup first; a cluster must be.

    Raises OutOfReach for a store that is newer than this program, or can't be used.
    """
    if read_only:
        raise ReadOnlyStore(store=target)
    if not address.is_url(target):
        return _migrate_file(target, act)
    with closing(open_store(target)) as store:
        (before,) = store.read("SELECT coalesce(max(number), 0) AS number FROM migration", level="strong")
        kept = None
        if before["number"] < migrations.newest() and not act.dry_run:
            kept = backups.backup_before(store, f"schema-{migrations.newest()}", act.now).file
            if store.migrate(act.now):  # type: ignore[attr-defined]
                with closing(open_store(target)) as migrated:
                    migrated.apply(act.operation(MIGRATE, (), undo="refused"))
        return BroughtUpToDate(store.name, before["number"], migrations.newest(), kept)


def _migrate_file(target: str, act: Act) -> BroughtUpToDate:
    path, known = Path(target), migrations.newest()
    if act.dry_run and path.is_file():
        before = backups.schema_of(path)
        if before > known:
            raise written_by_newer(target, before, known)
        return BroughtUpToDate(target, before, known, None)
    with closing(LocalStore(path, by=lambda: act)) as store:
        done = store.migrated
        return BroughtUpToDate(store.name, done.before if done else known, known, done.kept if done else None)


def told_counts(rows: Mapping[str, int]) -> str:
    """`person 40, enrollment 31`: the tables that have rows."""
    return ", ".join(f"{table} {count}" for table, count in rows.items() if count)
