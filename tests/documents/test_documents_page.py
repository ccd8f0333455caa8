"""docs/documents.md tells template authors what there is: no more and no less than the code gives them."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass
from pathlib import Path

from coursectl.documents import ceremony, certificates, facts, labels, letters, list_documents, register
from coursectl.documents.wording import Voice

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "documents.md").read_text(encoding="utf-8")
WORDED = (
    certificates.Form, certificates.Logo, certificates.Sheet, certificates.SheetCode, certificates.Signature, certificates.ProgramPart,
    certificates.WordCertificate, certificates.WordSignature, certificates.WordSecond, certificates.Page, certificates.ManifestRow, letters.Letter, letters.Detail, letters.Table, labels.Label, register.RegisterRow,
)  # fmt: skip


def names_of(kind: type) -> set[str]:
    """The fields of a class of facts, and its properties."""
    listed = {field.name for field in fields(kind)} if is_dataclass(kind) else {"language", "words"}
    return listed | {name for name, value in vars(kind).items() if isinstance(value, property)}


def test_the_page_lists_every_field_of_every_fact_and_no_other():
    listed = {
        section.partition("`")[0]: {
            name for row in re.findall(r"^\| (`.*?) \|", section, re.MULTILINE) for name in re.findall(r"`(\w+)`", row)
        }
        for section in PAGE.split("\n### `")[1:]
    }
    of_facts = [kind for kind in {**vars(facts), **vars(ceremony)}.values() if is_dataclass(kind)]
    there = {kind.__name__: names_of(kind) for kind in (*of_facts, *WORDED)}
    there["Voice"] = {name for name in vars(Voice) if not name.startswith("_")} | {"language", "words"}

    assert listed == there


def test_the_page_names_every_document_with_its_formats_and_every_template():
    rows = dict(re.findall(r"^\| `([a-z-]+)` \| .* \| ([a-z, ]+) \|$", PAGE, re.MULTILINE))
    paths = set(re.findall(r"^\| `([a-z-]+)/", PAGE, re.MULTILINE))

    assert rows == {one.name: ", ".join(one.formats) for one in list_documents()}
    assert paths == {folder.name for folder in (ROOT / "templates").iterdir()}
