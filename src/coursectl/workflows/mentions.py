"""Where else a person is named: in remarks and texts that belong to somebody or something else."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from coursectl.store import Store, as_json
from coursectl.store.erasing import CLEARED
from coursectl.store.schema import TABLES

# What holds no words of people, or is looked at by its own rules.
_LEFT_OUT = frozenset(
    {
        "audit",
        "picture",
        "certificate_snapshot",
        "now_op",
        "expect",
        "migration",
        "op_part",
        "seat_count",
        "print_source",
        "printing",
    }
)
_SHORTEST = 4  # letters; shorter names are parts of too many words


@dataclass(frozen=True)
class Mention:
    """A text that names the person: its table and row; `history` where only the audit still has it."""

    table: str
    id: int
    field: str
    history: bool = False


def names_of(store: Store, people: Sequence[int]) -> list[str]:
    """All names and e-mails that these people ever had here, as they were written."""
    rows = store.read(
        "SELECT name AS words FROM person WHERE id IN (SELECT value FROM json_each(:people))"
        " UNION SELECT email FROM person WHERE id IN (SELECT value FROM json_each(:people))"
        " UNION SELECT json_each.value FROM audit, json_each(json_array(old ->> '$.name', new ->> '$.name', old ->> '$.email', new ->> '$.email'))"
        " WHERE tbl = 'person' AND pk IN (SELECT value FROM json_each(:people))"
        " UNION SELECT content ->> '$.holder.name' FROM certificate_snapshot JOIN certificate ON certificate.id = certificate_id"
        " WHERE person_id IN (SELECT value FROM json_each(:people))",
        {"people": as_json(list(people))},
        level="strong",
    )
    return sorted({row["words"] for row in rows if row["words"]})


def list_mentions(store: Store, people: Sequence[int], names: Collection[str]) -> list[Mention]:
    """The texts that name one of them and aren't theirs."""
    wanted = [name for name in names if len(name) >= _SHORTEST]
    if not wanted:
        return []
    words = re.compile("|".join(rf"(?<!\w){re.escape(name)}(?!\w)" for name in wanted))
    found = [*_in_tables(store, people, wanted, words), *_in_history(store, people, wanted, words)]
    now = {(one.table, one.id) for one in found if not one.history}
    return [one for one in found if not one.history or (one.table, one.id) not in now]


_OWN = {
    "person": "id",
    **dict.fromkeys(
        ("enrollment", "expert", "session_person", "signatory", "certificate_exception", "hold"), "person_id"
    ),
    **dict.fromkeys(
        ("attendance", "assessment_result"), "(SELECT person_id FROM enrollment WHERE enrollment.id = enrollment_id)"
    ),
    "certificate_event": "(SELECT person_id FROM certificate WHERE certificate.id = certificate_id)",
}
assert set(_OWN) == set(CLEARED)  # noqa: S101 - what is cleared is theirs


def _in_tables(store: Store, people: Sequence[int], wanted: Sequence[str], words: re.Pattern[str]) -> Iterator[Mention]:
    for table in (row["name"] for row in store.read(TABLES)):
        columns = [
            row["name"] for row in store.read(f"SELECT name FROM pragma_table_info('{table}') WHERE type = 'TEXT'")
        ]
        if table in _LEFT_OUT or not columns:
            continue
        all_words = " || char(10) || ".join(f"coalesce({column}, '')" for column in columns)
        theirs = f" AND {_OWN[table]} NOT IN (SELECT value FROM json_each(:people))" if table in _OWN else ""
        rows = store.read(
            f"SELECT rowid AS row, {', '.join(columns)} FROM {table} WHERE EXISTS"
            f" (SELECT 1 FROM json_each(:names) WHERE instr({all_words}, value)){theirs}",
            {"names": as_json(wanted), "people": as_json(list(people))},
        )
        for row in rows:
            for column in columns:
                if row[column] and words.search(row[column]):
                    yield Mention(table, row["row"], column)


def _in_history(
    store: Store, people: Sequence[int], wanted: Sequence[str], words: re.Pattern[str]
) -> Iterator[Mention]:
    """What the audit says of rows that aren't theirs."""
    rows = store.read(
        "SELECT tbl, pk, coalesce(old, '') || char(10) || coalesce(new, '') AS said,"
        " coalesce(new, old) ->> '$.person_id' AS person_id, coalesce(new, old) ->> '$.enrollment_id' AS enrollment_id"
        " FROM audit WHERE EXISTS (SELECT 1 FROM json_each(:names) WHERE instr(coalesce(old, '') || coalesce(new, ''), value))",
        {"names": as_json([json.dumps(name, ensure_ascii=False)[1:-1] for name in wanted])},
    )
    places = {
        row["id"]
        for row in store.read(
            "SELECT id FROM enrollment WHERE person_id IN (SELECT value FROM json_each(:people))"
            " UNION SELECT pk FROM audit WHERE tbl = 'enrollment'"
            " AND coalesce(new, old) ->> '$.person_id' IN (SELECT value FROM json_each(:people))",
            {"people": as_json(list(people))},
        )
    }
    own = set(people)
    seen: set[tuple[str, int]] = set()
    for row in rows:
        is_theirs = (
            (row["tbl"] == "person" and row["pk"] in own) or row["person_id"] in own or row["enrollment_id"] in places
        )
        if is_theirs or (row["tbl"], row["pk"]) in seen or not words.search(row["said"]):
            continue
        seen.add((row["tbl"], row["pk"]))
        yield Mention(row["tbl"], row["pk"], "", history=True)
