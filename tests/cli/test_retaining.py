"""`edition retention`: the day until which personal data are kept."""

from __future__ import annotations

import pytest


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


def test_whose_time_is_over_come_by_surname_as_in_other_lists(cli, icim37):
    for name, given, family in (
        ("Zoe Zareymakú", "Zoe", "Zareymakú"), ("Óscar Álvarez", "Óscar", "Álvarez"), ("Ana Ñúñez", "Ana", "Ñúñez"),
        ("Bea Nuzzi", "Bea", "Nuzzi"), ("Madonna", None, None),
    ):  # fmt: skip
        names = [] if given is None else ["--given", given, "--family", family]
        assert cli("person", "add", name, *names).code == 0
        assert cli("enroll", name, "--country", "AR", "-e", "ICIM-37").code == 0
    assert cli("edition", "retention", "ICIM-37", "--until", "2016-12-31").code == 0

    def names(*more):
        return [one["person"]["name"] for one in cli("edition", "retention", "--json", *more).json]

    assert names("--lang", "es") == ["Óscar Álvarez", "Madonna", "Bea Nuzzi", "Ana Ñúñez", "Zoe Zareymakú"]
    assert names() == ["Óscar Álvarez", "Madonna", "Ana Ñúñez", "Bea Nuzzi", "Zoe Zareymakú"]
