"""`edition retention`: the day until which personal data are kept."""

from __future__ import annotations

import pytest

from coursectl import enrollment
from coursectl.editions import EditionRef
from coursectl.enrollment import NewEnrollment
from coursectl.people import NewPerson


@pytest.mark.parametrize(("day", "code"), [("2015-03-20", 5), ("2015-03-21", 0), ("2030-12-31", 0), ("", 0)])
def test_personal_data_are_kept_at_least_until_the_edition_is_over(cli, icim37, day, code):
    before = cli("log", "--json").json

    said = cli("edition", "retention", "ICIM-37", "--until", day)

    assert said.code == code
    if code:
        assert said.err == (
            "ICIM-37 lasts until 2015-03-21: personal data are needed at least until then, and 2015-03-20 is earlier.\n"
        )
        assert cli("log", "--json").json == before


def test_an_edition_without_days_takes_any(cli, icim37):
    assert cli("edition", "edit", "ICIM-37", "--end", "", "--start", "").code == 0

    assert cli("edition", "retention", "ICIM-37", "--until", "2001-01-01").code == 0


def test_those_whose_time_is_over_are_listed_by_family_name(cli, store, act, icim37):
    people = (("Ana", "Zapata"), ("Zoe", "Álvarez"), ("Luz", "Ochoa"))
    wanted = [NewEnrollment(NewPerson(given_name=given, family_name=family), "AR") for given, family in people]
    edition = EditionRef(icim37.edition, "ICIM-37", icim37.course, "ICIM", 37)
    enrollment.enroll_all(store, edition, wanted, act)
    assert cli("edition", "retention", "ICIM-37", "--until", "2015-12-31").code == 0

    due = cli("edition", "retention", "--json").json

    assert [one["person"]["name"] for one in due] == ["Zoe Álvarez", "Luz Ochoa", "Ana Zapata"]
