"""`edition quota`: several at once, what its JSON says, and what of it isn't reached; and the same in `status`. All people are invented."""

from __future__ import annotations

import pytest


@pytest.fixture
def quota(cli, icim37):
    """Call `edition quota ICIM-37` with the words of a line."""
    return lambda line: cli("edition", "quota", "ICIM-37", *line.split())


def limits(quota):
    return {(one["kind"], one["key"]): (one["minimum"], one["maximum"], one["target"]) for one in quota("--json").json}


def test_several_countries_get_the_same_in_one_operation_and_one_undo(cli, quota):
    assert quota("--country BR --max 5").code == 0

    said = quota("--country AR --country Brasil --country CL --min 1 --target 2")

    assert (said.code, said.out.splitlines()) == (
        0,
        [
            "Argentina in ICIM-37: at least 1, 2 in the call.",
            "Brazil in ICIM-37: at least 1, at most 5, 2 in the call.",
            "Chile in ICIM-37: at least 1, 2 in the call.",
        ],
    )
    assert limits(quota) == {
        ("country", "AR"): (1, None, 2), ("country", "BR"): (1, 5, 2), ("country", "CL"): (1, None, 2),
    }  # fmt: skip
    assert cli("undo").code == 0
    assert limits(quota) == {("country", "BR"): (None, 5, None)}


def test_groups_and_organizations_may_be_repeated_and_taken_away_together(cli, quota):
    for line in ("edition group ICIM-37 SOUTH AR CL", "edition group ICIM-37 NORTH MX CA", "org add DNM", "org add PF"):
        assert cli(*line.split()).code == 0

    assert quota("--group SOUTH --group north --max 4").code == 0
    assert quota("--org DNM --org PF --max 3").code == 0
    assert sorted(limits(quota).values(), key=str) == [(None, 3, None)] * 2 + [(None, 4, None)] * 2
    assert quota("--org DNM --org PF --remove").out.splitlines() == [
        "DNM has no quota in ICIM-37 any more.", "PF has no quota in ICIM-37 any more.",
    ]  # fmt: skip
    assert set(limits(quota)) == {("group", "SOUTH"), ("group", "NORTH")}


def test_the_answer_in_json_has_each_quota(quota):
    quota("--country AR --max 3")

    assert quota("--country AR --country CL --max 3 --json").json == {
        "edition": "ICIM-37", "changed": True,
        "quotas": [
            {"label": "Argentina", "minimum": None, "maximum": 3, "target": None, "changed": False},
            {"label": "Chile", "minimum": None, "maximum": 3, "target": None, "changed": True},
        ],
    }  # fmt: skip
    assert quota("--country AR --country CL --max 3").out.splitlines() == [
        "Argentina in ICIM-37 is like that already (at most 3); nothing was changed.",
        "Chile in ICIM-37 is like that already (at most 3); nothing was changed.",
    ]


@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        ("--country AR --org DNM --max 1", 2, "Only --country, only --group or only --org: each may be repeated, but not mixed.\n"),
        ("--country AR --country Argentina --max 1", 5, "Argentina is named twice.\n"),
        ("--country AR --country Nowhere --max 1", 5,
         "\"--country\": 'Nowhere': no country is called so; write its name in English, Spanish, Portuguese or French, or its two-letter code\n"),
        ("--country AR --country CL --min 16 --max 16", 5,
         "The seats of ICIM-37 are 30, and the minimums would take 32. Lower some, or raise the seats with: coursectl edition edit ICIM-37 --seats N\n"),
        ("--country CL --country AR --max 0", 4, "Argentina can't have a maximum of 0 in ICIM-37: more are taken. Look with: coursectl edition quota ICIM-37\n"),
        ("--country CL --country AR --remove", 3, "ICIM-37 has no quota of Argentina.\n"),
    ],
)  # fmt: skip
def test_one_that_cannot_be_keeps_all_of_them_as_they_are(cli, quota, line, code, said):
    assert cli("org", "add", "DNM").code == 0
    assert cli("enroll", "Ana Paz", "--country", "AR", "-e", "ICIM-37").code == 0
    assert quota("--country CL --max 7").code == 0

    answer = quota(line)

    assert (answer.code, answer.out, answer.err) == (code, "", said)
    assert limits(quota) == {("country", "CL"): (None, 7, None)}


def test_a_dry_run_writes_none_of_them(quota):
    said = quota("--country AR --country CL --max 3 --dry-run")

    assert said.out.splitlines() == [
        "Would be done, nothing was written: Argentina in ICIM-37: at most 3.", "Chile in ICIM-37: at most 3.",
    ]  # fmt: skip
    assert limits(quota) == {}


@pytest.fixture
def called(cli, quota):
    """An edition that aims at more than it has: one trainee, a guest, one who waits, two who are nominated."""
    for line in (
        "edition edit ICIM-37 --waiting-list --women-share 60 --men-share 10",
        "edition group ICIM-37 SOUTH AR CL --title en=South",
        "edition quota ICIM-37 --group SOUTH --min 4 --target 6",
        "edition quota ICIM-37 --country AR --min 2 --target 2",
        "edition quota ICIM-37 --country BR --min 1 --max 3",
        "enroll Ana --country AR --sex F -e ICIM-37",
        "enroll Beto --country BR --sex M -e ICIM-37",
        "enroll Caio --country AR --over-quota Guest -e ICIM-37",
        "enroll Dina --country CL --status nominated -e ICIM-37",
        "enroll Elio --country CL --status nominated -e ICIM-37",
        "enroll Fito --country CL --status nominated -e ICIM-37",
        "roster waitlist Fito -e ICIM-37",
    ):
        assert cli(*line.split()).code == 0, line


def test_the_list_marks_what_is_not_reached(quota, called):
    assert quota("").out.splitlines() == [
        "Quota of   Kind     At least  At most  In the call  Put forward  Taken  Guests  Left  Not reached",
        "Argentina  country         2                     2            2      1       1",
        "Brazil     country         1        3                         1      1             2",
        "South      group           4                     6            5      1       1        minimum 2/4, call 5/6",
    ]
    assert [(one["key"], one["taken"], one["below_minimum"], one["below_target"]) for one in quota("--json").json] == [
        ("AR", 2, False, False), ("BR", 1, False, False), ("SOUTH", 2, True, True),
    ]  # fmt: skip


def test_status_says_who_waits_for_a_decision_and_what_is_not_reached(cli, called):
    said = cli("status", "-e", "ICIM-37")

    assert [line for line in said.out.splitlines() if not line.startswith(("Store", "Next", " "))] == [
        "Edition              ICIM-37  2015-03-09 – 2015-03-21",
        "Trainees             3 from 2 countries",
        "Seats                30",
        "Nominated            2",
        "On the waiting list  1",
        "Beside the quotas    1",
        "Below the minimum    South: 2 of 4",
        "Shares aimed at      women: 33 %, at least 60 % aimed at; men: 33 %, at least 10 % aimed at",
        "Program              0 sessions, 0 contact hours, 0 experts",
        "Certificates         0",
    ]
    places = cli("status", "-e", "ICIM-37", "--json").json["places"]
    assert {**places, "below_minimum": [one["key"] for one in places["below_minimum"]]} == {
        "nominated": 2, "waiting": 1, "guests": 1, "below_minimum": ["SOUTH"], "below_target": [], "unanswered": 0,
        "shares": [
            {"sex": "female", "wanted": 0.6, "reached": 0.3333, "below": True},
            {"sex": "male", "wanted": 0.1, "reached": 0.3333, "below": False},
        ],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("days", "line"),
    [
        ("--nominations-by 2098-12-31 --start 2099-03-02 --end 2099-03-06", ["Nominations called for  South: 5 of 6"]),
        ("--start 2099-03-02 --end 2099-03-06", ["Nominations called for  South: 5 of 6"]),
        ("--nominations-by 2015-01-31 --start 2099-03-02 --end 2099-03-06", []),
        ("--nominations-by 2015-01-31", []),
    ],
)
def test_status_says_where_the_call_is_not_answered_while_it_can_be(cli, called, days, line):
    assert cli("edition", "edit", "ICIM-37", *days.split()).code == 0

    said = cli("status", "-e", "ICIM-37").out.splitlines()
    places = cli("status", "-e", "ICIM-37", "--json").json["places"]

    assert [one for one in said if "called for" in one] == line
    assert [(one["key"], one["put_forward"], one["target"]) for one in places["below_target"]] == (
        [("SOUTH", 5, 6)] if line else []
    )


def test_a_closed_edition_has_no_such_lines(cli, called):
    assert cli("edition", "edit", "ICIM-37", "--start", "2015-03-09", "--end", "2015-03-10").code == 0
    closed = cli("edition", "close", "ICIM-37", "--complete", "all", "--because", "x", "--apply")
    assert closed.code == 0, closed.err

    said = cli("status", "-e", "ICIM-37")
    assert "Below the minimum" not in said.out
    assert cli("status", "-e", "ICIM-37", "--json").json["places"] is None
