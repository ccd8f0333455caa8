"""How long a proposal takes: 2,000 nominations of 50 countries into 200 seats with quotas. The goal is 2 s.

    python benchmarks/proposing.py

Names are invented. Measure on a quiet machine.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path

from coursectl import editions, enrollment
from coursectl.editions import NewEdition, QuotaOf, get_edition_ref
from coursectl.enrollment import NewEnrollment
from coursectl.people import NewPerson
from coursectl.store import Act, create_store, insert, new_id

NOW = "2016-03-01T12:00:00.000Z"
ACT = Act("benchmark", NOW)
PEOPLE, SEATS = 2_000, 200
COUNTRIES = "AG AR BB BO BR BS BZ CA CL CO CR CU DM DO EC ES FR GB GD GT GY HN HT IT JM JP KN KR LC MX NI PA PE PH PT PY SR SV TH TT TZ UA UG US UY VC VE VN ZA ZM".split()  # noqa: SIM905 - fifty


def main() -> int:
    """Make the nominations, propose five times, print the median. Exit code 1 says that it is above the goal."""
    with tempfile.TemporaryDirectory() as folder:
        store = create_store(Path(folder) / "store.db", NOW)
        course = new_id()
        edition = {"id": new_id(), "course_id": course, "number": 38, "year": 2016, "seats": SEATS, "waiting_list": 1}
        rows = insert("course", [{"id": course, "code": "ICIM", "title": "{}"}])
        store.apply(ACT.operation("course add", [*rows, *insert("edition", [edition])]))
        ref = get_edition_ref(store, "ICIM-38", in_use=None)
        editions.edit_edition(store, ref, NewEdition(38, women_share=0.5), ACT)
        for code in COUNTRIES:
            editions.set_quotas(store, ref, [QuotaOf(country=code)], 2, 6, None, ACT)
        wanted = [
            NewEnrollment(
                NewPerson(f"Nombre{number} Apellido{number}", email=f"o{number}@office.example"),
                COUNTRIES[number % len(COUNTRIES)],
                sex=("female", "male")[number % 3 > 0],
                status="nominated",
                priority=number // len(COUNTRIES) + 1,
                reserve=number % 7 == 0,
            )
            for number in range(PEOPLE)
        ]
        enrollment.enroll_all(store, ref, wanted, ACT)
        times = []
        for _ in range(5):
            began = time.perf_counter()
            proposal = enrollment.propose(store, ref)
            times.append(time.perf_counter() - began)
        store.close()
    chosen = len(proposal.decided("accept"))
    median = statistics.median(times)
    print(f"{PEOPLE} nominations, {len(COUNTRIES)} countries, {chosen} chosen: {median:.3f} s (at most 2)")
    return int(median > 2)


if __name__ == "__main__":
    sys.exit(main())
