"""Many at once on one store: whoever was told "done" finds it there, nobody meets a lock, no seat is given twice."""

from __future__ import annotations

import crowd
import pytest
import trial

pytest_plugins = ["trial_fixtures"]

SEED = 20150309


def test_eight_processes_at_once_lose_nothing_and_oversell_nothing(crowded):
    with crowd.crowd(crowded, 8, 4.0, SEED):
        pass

    journals = crowd.read_journals(crowded)
    print(crowd.figures(journals))  # noqa: T201 - shown where the test fails
    assert crowd.misbehaved(journals) == []
    assert crowd.untrue(crowded / trial.STORE, journals) == []
    assert len(journals) == 8
    assert sum(line["wrote"] for lines in journals.values() for line in lines) > 50


@pytest.mark.parametrize(
    ("lie", "fault"),
    [
        ({"do": "enroll", "who": "p9999@w0.example", "code": 0, "wrote": True}, "w0 was told of"),
        ({"do": "enroll", "who": "p9999@w0.example", "code": 0, "wrote": True}, "w0: the people"),
        ({"do": "mark", "who": "p9999@w0.example", "session": 3, "minutes": 1, "code": 0, "wrote": True}, "w0: the marks"),
    ],
)  # fmt: skip
def test_a_done_that_is_not_there_would_be_noticed(crowded, lie, fault):
    assert crowd.untrue(crowded / trial.STORE, {"w0": []}) == []

    assert any(found.startswith(fault) for found in crowd.untrue(crowded / trial.STORE, {"w0": [lie]}))


def test_an_answer_about_a_lock_would_be_noticed():
    line = {"do": "list", "code": 6, "wrote": False, "err": "x is locked by another program.", "seconds": 1.0}

    assert len(crowd.misbehaved({"w0": [line]})) == 1
