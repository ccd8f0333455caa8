"""What a list writes besides new enrollments, on a file and on a cluster: corrections, and the meaning of its columns."""

from __future__ import annotations

from pathlib import Path

import pytest

from coursectl import enrollment
from coursectl.editions import EditionRef
from coursectl.enrollment.columns import remembered_columns
from coursectl.enrollment.differing import EnrollmentChanged
from coursectl.store import insert, new_id, update

ONE = "Quién,País,Cargo,Orden,Correo\nAna Pérez,AR,Jefa,1,ana@dnm.example\nLuis Soto,CL,,2,luis@pdi.example\n"
TWO = "Quién,País,Cargo,Orden,Correo\nAna Pérez,BR,Directora,3,ana@dnm.example\nEva Paz,BO,,4,eva@dgm.example\n"
MEANT = {"Quién": "name", "Orden": "priority"}


@pytest.fixture
def edition(icim37):
    return EditionRef(icim37.edition, "ICIM-37", icim37.course, "ICIM", 37)


def enroll(store, edition, act, text, **options):
    Path("list.csv").write_text(text, "utf-8")
    return enrollment.enroll_file(store, edition, Path("list.csv"), act, **options)


def stored(store):
    rows = store.read("SELECT country, post, priority FROM enrollment ORDER BY number", level="strong")
    return [tuple(row.values()) for row in rows]


def test_a_correction_and_the_meaning_of_columns_are_written_with_who_is_new(store, act, edition):
    enroll(store, edition, act, ONE, mapping=MEANT)

    told = enroll(store, edition, act, TWO, update=True)
    again = enroll(store, edition, act, TWO, update=True)

    assert stored(store) == [("BR", "Directora", 3), ("CL", None, 2), ("BO", None, 4)]
    assert (told.updated, len(told.enrolled), told.remembered) == (1, 1, MEANT)
    assert (again.updated, again.differing, len(again.unchanged)) == (0, (), 2)
    assert remembered_columns(store) == {
        "quien | pais | cargo | orden | correo": {"orden": "priority", "quien": "name"}
    }


def test_a_quota_refuses_a_correction_that_goes_beyond_it_and_then_nobody_comes(store, act, edition):
    row = {"id": new_id(), "edition_id": edition.id, "country": "BR", "maximum": 0}
    store.apply(act.operation("edition edit", insert("quota", [row])))
    enroll(store, edition, act, ONE, mapping=MEANT)
    before = stored(store)

    with pytest.raises(enrollment.LimitPassed):
        enroll(store, edition, act, TWO, update=True)

    assert stored(store) == before


def test_what_somebody_else_has_changed_meanwhile_is_not_written_over(store, act, edition, monkeypatch):
    """The other office writes after the list was compared, just before it is written."""
    enroll(store, edition, act, ONE, mapping=MEANT)
    apply = store.apply
    (ana,) = store.read("SELECT id, post FROM enrollment WHERE number = 1", level="strong")

    def first_the_other_office(operation):
        monkeypatch.setattr(store, "apply", apply)
        apply(
            act.operation(
                "roster edit", update("enrollment", ana["id"], {"post": "Jefa"}, {"post": "Ministra"}, AssertionError())
            )
        )
        return apply(operation)

    monkeypatch.setattr(store, "apply", first_the_other_office)
    with pytest.raises(EnrollmentChanged):
        enroll(store, edition, act, TWO, update=True)

    assert stored(store) == [("AR", "Ministra", 1), ("CL", None, 2)]
