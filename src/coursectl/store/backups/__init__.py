"""Copies of a whole store that were opened and checked before they were called backups, and the way back from one.

A copy is made by the engine (`copy_to`): in a file by SQLite's VACUUM INTO, which holds up no writer, starts over for none,
leaves a plain file without a log, and takes no remains of erased rows along. It is written under another name, brought to
the disk, checked, and only then given its own name.
"""

from __future__ import annotations

from coursectl.store.backups.files import folder_of, instant, is_folder, is_gone, size_of
from coursectl.store.backups.looking import (
    RESTORE,
    Content,
    DamagedBackup,
    Lacking,
    NoBackup,
    NotAStore,
    check,
    copy_of,
    lacking,
    refuse_other,
    schema_of,
)
from coursectl.store.backups.making import (
    FOLDER,
    Backup,
    Kept,
    Progress,
    back_up,
    backup_before,
    list_backups,
    list_backups_of,
    list_last,
    place_for,
    stem_of,
    usual_folder,
)
from coursectl.store.backups.restoring import place_aside, prepared, put_aside, put_in_place

__all__ = [
    "FOLDER",
    "RESTORE",
    "Backup",
    "Content",
    "DamagedBackup",
    "Kept",
    "Lacking",
    "NoBackup",
    "NotAStore",
    "Progress",
    "back_up",
    "backup_before",
    "check",
    "copy_of",
    "folder_of",
    "instant",
    "is_folder",
    "is_gone",
    "lacking",
    "list_backups",
    "list_backups_of",
    "list_last",
    "place_aside",
    "place_for",
    "prepared",
    "put_aside",
    "put_in_place",
    "refuse_other",
    "schema_of",
    "size_of",
    "stem_of",
    "usual_folder",
]
