"""Letters from the store: who gets which, in which language, and what is told where something is missing."""

from __future__ import annotations

import json
from datetime import date

import pytest

from certificate_samples import Sample, ready_sample
from coursectl.errors import Ambiguous, NotFound, Usage
from coursectl.locale import fold
from coursectl.store import Statement
from coursectl.workflows.printing import (
    NobodyToWriteTo,
    NoDates,
    NotReady,
    NotTheirLetter,
    Order,
    PrintedLetters,
    print_document,
)

ON = date(2015, 1, 20)
TERMS = {
    "nominations_by": "2014-12-15",
    "confirm_by": "2015-02-10",
    "costs": json.dumps({"es": "Alojamiento y comidas.", "en": "Lodging and meals."}),
    "contact": "curso@dnm.example",
}


@pytest.fixture
def sample(store, act) -> Sample:
    return ready_sample(store, act, **TERMS)


def candidate(sample: Sample, name: str, status: str, number: int | None = None, **more) -> int:
    """Somebody in the edition, with or without a number; `more` of an enrollment, but `language` and the like of the person."""
    of_person = {
        key: more.pop(key) for key in ("honorific", "language", "email", "family_name", "given_name") if key in more
    }
    person = sample.person(name, **of_person)
    return sample.add(
        "enrollment", edition_id=sample.ref.id, person_id=person, status=status, number=number, enrolled_at=sample.act.now,
        **({"country": "AR"} | more),
    )  # fmt: skip


def declined(sample: Sample, name: str, before: str, number: int | None = None, **more) -> int:
    """Somebody who was `before` and then said no, or was told it."""
    enrollment = candidate(sample, name, before, number, **more)
    sample.write(Statement("UPDATE enrollment SET status = 'declined' WHERE id = :id", {"id": enrollment}))
    return enrollment


def written(sample: Sample, tmp_path, kind: str, **more) -> dict[str, list[str]]:
    """The letters of a kind as text, by whom they go to."""
    order = Order("letters", tmp_path / "out", "txt", kind=kind, written_on=ON, force=True, **more)
    printed = print_document(sample.store, sample.ref, order)
    before = f"ICIM-37-{kind} "
    return {
        name.removeprefix(before).removesuffix(".txt"): (tmp_path / "out" / name).read_text("utf-8").splitlines()
        for name in printed.files
    }


def test_each_kind_goes_to_whom_it_belongs_and_to_nobody_else(sample, tmp_path):
    for name, status, number, reserve in (
        ("Nina Nominada", "nominated", None, 0),
        ("Rita Reserva", "nominated", None, 1),
        ("Wanda Espera", "waitlisted", None, 0),
        ("Ana Aceptada", "accepted", 1, 0),
        ("Carla Confirmada", "confirmed", 2, 0),
        ("Susi Retirada", "withdrawn", 4, 0),
        ("Fin Completa", "completed", 5, 0),
    ):
        candidate(sample, name, status, number, reserve=reserve)
    declined(sample, "Dora Rechazada", "nominated")
    declined(sample, "Rosa Renuncia", "accepted", 3)

    assert {kind: sorted(written(sample, tmp_path, kind)) for kind in ("acceptance", "regret", "reserve")} == {
        "acceptance": ["Ana Aceptada"],
        "regret": ["Dora Rechazada"],
        "reserve": ["Rita Reserva", "Wanda Espera"],
    }
    assert sorted(written(sample, tmp_path, "acceptance", again=True)) == ["Ana Aceptada", "Carla Confirmada"]
    assert sorted(written(sample, tmp_path, "regret", only=("Rosa Renuncia",))) == ["Rosa Renuncia"]
    assert sorted(written(sample, tmp_path, "regret", statuses=("withdrawn", "declined"))) == [
        "Dora Rechazada",
        "Rosa Renuncia",
        "Susi Retirada",
    ]


def test_a_regret_goes_to_whom_the_course_declined_and_never_to_who_declined_themselves(sample, tmp_path):
    """Whether somebody has a number says nothing: it stays with who had a seat once and then waited again."""
    declined(sample, "Dora Nominada", "nominated")
    declined(sample, "Wanda Espera", "waitlisted", 7)
    declined(sample, "Rosa Aceptada", "accepted", 8)
    declined(sample, "Clara Confirmada", "confirmed", 9)

    assert sorted(written(sample, tmp_path, "regret")) == ["Dora Nominada", "Wanda Espera"]


def test_who_came_as_declined_is_named_and_gets_no_regret_unasked(sample, tmp_path):
    candidate(sample, "Lía Lista", "declined")
    order = Order("letters", tmp_path, "txt", kind="regret", written_on=ON)
    with pytest.raises(NobodyToWriteTo) as refused:
        print_document(sample.store, sample.ref, order)
    assert refused.value.sentence() == (
        "ICIM-37 doesn't know who said no, the course or they: Lía Lista. To write to them, name them with --to."
    )
    declined(sample, "Dora Rechazada", "nominated")

    printed = print_document(sample.store, sample.ref, order)

    assert (printed.files, printed.unasked) == (("ICIM-37-regret Dora Rechazada.txt",), ("Lía Lista",))
    assert list(written(sample, tmp_path, "regret", only=("Lista",))) == ["Lía Lista"]


def test_what_a_reserve_is_told_is_true_whether_seats_are_free_or_not(sample, tmp_path):
    candidate(sample, "Rita Reserva", "nominated", reserve=1)
    candidate(sample, "Wanda Espera", "waitlisted", language="en")

    letters = written(sample, tmp_path, "reserve")

    said = {
        name: [line for line in lines if line.startswith(("Agradec", "Thank", "Those", "Las pers"))]
        for name, lines in letters.items()
    }
    assert said == {
        "Rita Reserva": [
            "Agradecemos su candidatura a la 37.ª edición del Curso Interamericano sobre Migraciones Internacionales, que se "
            "realizará en Mar del Plata, Argentina, del 9 al 21 de marzo de 2015. Su candidatura ha quedado registrada como suplente.",
            "Las personas seleccionadas confirman su participación hasta el 10 de febrero de 2015. Si podemos ofrecerle una plaza, "
            "se lo comunicaremos de inmediato; hasta entonces le rogamos que no haga gastos de viaje.",
        ],
        "Wanda Espera": [
            "Thank you for your candidacy for the 37th edition of the Inter-American Course on International Migration, to be held "
            "in Mar del Plata, Argentina, 9–21 March 2015. You have been put on the waiting list.",
            "Those who have been selected confirm their participation by 10 February 2015. Should we be able to offer you a place, "
            "we will let you know at once; until then, please do not incur any travel expenses.",
        ],
    }


def test_who_has_confirmed_isn_t_asked_to(sample, tmp_path):
    candidate(sample, "Carla Confirmada", "confirmed", 2)

    (lines,) = written(sample, tmp_path, "acceptance", again=True).values()

    assert "Agradecemos la confirmación de su participación, que ha quedado registrada." in lines


def test_a_letter_is_in_its_persons_language_or_the_editions_or_the_one_asked_for(sample, tmp_path):
    candidate(sample, "João Souza", "accepted", 1, language="pt-BR")
    candidate(sample, "Hans Grün", "accepted", 2, language="de")
    candidate(sample, "Ana Pérez", "accepted", 3)

    def subjects(**more) -> list[str]:
        return [
            next(line for line in lines if "participa" in line)
            for lines in written(sample, tmp_path, "acceptance", **more).values()
        ]

    spanish = "Su participación en la 37.ª edición del Curso Interamericano sobre Migraciones Internacionales"
    assert subjects() == [
        "Sua participação na 37ª edição do Curso Interamericano sobre Migraciones Internacionales",
        spanish,
        spanish,
    ]
    assert len({subject.split()[0] for subject in subjects(language="fr")}) == 1


def test_a_letter_says_what_the_edition_knows(sample, tmp_path):
    candidate(sample, "Ana Pérez", "accepted", 12, honorific="Lic.", sex="female", post="Jefa", language="en")

    (lines,) = written(sample, tmp_path, "acceptance").values()

    assert lines == [
        "20 January 2015",
        "Ref.: ICIM-37/ACC/12",
        "",
        "Lic. Ana Pérez",
        "Jefa",
        "Argentina",
        "",
        "Your participation in the 37th edition of the Inter-American Course on International Migration",
        "",
        "Dear Lic. Ana Pérez,",
        "",
        "We are pleased to inform you that your candidacy for the 37th edition of the Inter-American Course on International "
        "Migration, to be held in Mar del Plata, Argentina, 9–21 March 2015, has been accepted.",
        "",
        "Dates: 9–21 March 2015",
        "Place: Mar del Plata, Argentina",
        "Languages: Spanish and English",
        "Costs: Lodging and meals.",
        "Contact: curso@dnm.example",
        "",
        "Please confirm your participation by 10 February 2015. After that date your place may be offered to somebody else.",
        "",
        "Yours sincerely,",
        "",
        "Dra. Marta Ibarra",
        "Director",
    ]


def test_what_the_edition_doesn_t_know_is_named(store, act, tmp_path):
    sample = ready_sample(store, act)
    candidate(sample, "Ana Pérez", "accepted", 1)

    printed = print_document(store, sample.ref, Order("letters", tmp_path, "txt", kind="acceptance", written_on=ON))

    assert printed == PrintedLetters(
        "letters", "ICIM-37", str(tmp_path), ("ICIM-37-acceptance Ana Pérez.txt",), kind="acceptance", letters=1,
        lacking=("confirm by", "costs covered", "contact"),
    )  # fmt: skip


def test_the_reason_of_a_regret_is_the_offices_own(sample, tmp_path):
    declined(sample, "Dora Rechazada", "nominated", reason="Perfil insuficiente, ver nota interna")

    (lines,) = written(sample, tmp_path, "regret").values()

    assert [line for line in lines if "Perfil" in line or "interna" in line] == []


def test_who_has_no_number_has_a_reference_that_stays(sample, tmp_path):
    candidate(sample, "Wanda Espera", "waitlisted")
    (first,) = written(sample, tmp_path, "reserve").values()
    candidate(sample, "Ada Antes", "waitlisted")

    again = written(sample, tmp_path, "reserve")

    references = {name: lines[1] for name, lines in again.items()}
    assert references["Wanda Espera"] == first[1]
    assert len(set(references.values())) == 2
    assert len(first[1]) == len("Ref.: ICIM-37/RES/ABCDE")


def test_the_offices_own_reference_goes_instead_of_ours(sample, tmp_path):
    candidate(sample, "Ana Pérez", "accepted", 1)

    (lines,) = written(sample, tmp_path, "acceptance", reference="Nota DNM 113/2015").values()

    assert lines[1] == "Ref.: Nota DNM 113/2015"


def test_people_are_named_by_number_e_mail_or_name_and_left_out_by_it(sample, tmp_path):
    candidate(sample, "Ana Pérez", "accepted", 1)
    candidate(sample, "Luis Soto", "accepted", 2, email="luis@x.example")
    candidate(sample, "Eva Ruiz", "accepted", 3)

    assert sorted(written(sample, tmp_path, "acceptance", only=("1", "luis@x.example"))) == ["Ana Pérez", "Luis Soto"]
    assert sorted(written(sample, tmp_path, "acceptance", leave_out=("ruiz",))) == ["Ana Pérez", "Luis Soto"]
    with pytest.raises(NotFound):
        written(sample, tmp_path, "acceptance", only=("Zoe",))


def test_who_is_named_and_gets_no_such_letter_is_told(sample, tmp_path):
    candidate(sample, "Ana Pérez", "accepted", 1)
    candidate(sample, "Nina Nominada", "nominated")

    for kind, who, status in (("regret", "Ana Pérez", "accepted"), ("reserve", "Nina Nominada", "nominated")):
        with pytest.raises(NotTheirLetter) as refused:
            written(sample, tmp_path, kind, only=(who,))
        assert refused.value.sentence() == (
            f"{who} is {status} in ICIM-37, so no {kind} letter is written to them. To write it all the same: --status {status}"
        )
        assert list(written(sample, tmp_path, kind, only=(who,), statuses=(status,))) == [who]


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        (
            "acceptance",
            "Nobody in ICIM-37 is accepted and hasn't confirmed yet, so there is no letter to write. "
            "With --again those who have confirmed get one too.",
        ),
        ("regret", "Nobody in ICIM-37 was declined by the course, so there is no letter to write."),
        ("reserve", "Nobody in ICIM-37 is on the waiting list or in reserve, so there is no letter to write."),
        ("invitation", "ICIM-37 has no experts. Add them with: coursectl expert add NAME -e ICIM-37"),
    ],
)
def test_without_anybody_to_write_to_there_is_a_sentence_and_no_file(sample, tmp_path, kind, sentence):
    with pytest.raises(NobodyToWriteTo) as refused:
        written(sample, tmp_path, kind)

    assert refused.value.sentence() == sentence
    assert not (tmp_path / "out").exists()


def test_what_was_typed_already_is_not_advised(sample, tmp_path):
    with pytest.raises(NobodyToWriteTo) as refused:
        written(sample, tmp_path, "acceptance", again=True)

    assert refused.value.sentence() == "Nobody in ICIM-37 is accepted or confirmed, so there is no letter to write."


def test_a_letter_needs_dates_a_place_and_somebody_who_signs(store, act, tmp_path):
    sample = ready_sample(store, act, place=None, country=None)
    candidate(sample, "Ana Pérez", "international_staff" and "accepted", 1)
    sample.write(Statement("DELETE FROM signatory WHERE edition_id = :edition", {"edition": sample.ref.id}))

    with pytest.raises(NotReady) as refused:
        written(sample, tmp_path, "acceptance")
    assert refused.value.sentence() == (
        "ICIM-37 lacks what its letters say: the place, who signs. Add it with: "
        'coursectl edition edit ICIM-37 --place PLACE --signatory "NAME | POST"'
    )
    sample.write(Statement("UPDATE edition SET start_date = NULL", {}))
    with pytest.raises(NoDates):
        written(sample, tmp_path, "acceptance")


@pytest.mark.parametrize(
    ("kind", "more", "sentence"),
    [
        ("carta", {}, "There is no letter 'carta'. There are: call, acceptance, regret, reserve, invitation."),
        ("regret", {"paper": "a5"}, "There is no paper 'a5'. Use one of: a4, letter."),
        ("call", {"statuses": ("accepted",)}, "--status is for acceptance, regret and reserve; a call goes to others."),
        ("regret", {"again": True}, "--again is for letters of acceptance."),
        ("regret", {"materials_by": ON}, "--materials-by is for invitations."),
        ("regret", {"statuses": ("lost",)}, None),
    ],
)
def test_what_can_t_be_meant_is_told(sample, tmp_path, kind, more, sentence):
    candidate(sample, "Dora Rechazada", "declined")

    with pytest.raises(Exception) as refused:  # noqa: PT011 - Usage, or what the statuses say
        written(sample, tmp_path, kind, **more)

    if sentence is not None:
        assert (type(refused.value), refused.value.sentence()) == (Usage, sentence)
    else:
        assert refused.value.sentence().startswith("There is no status 'lost'.")


# Invitations ----------------------------------------------------------------------------------------------------------------


def test_an_expert_is_invited_to_the_sessions_that_are_theirs_and_not_cancelled(sample, tmp_path):
    own = sample.session("Refugio", 10, "09:00", "10:30", room="Aula 2")
    far = sample.session("Asilo", 11, "15:00", "16:00", modality="online", room="Salón Atlántico")
    sample.session("Trata", 11)
    gone = sample.session("Remesas", 12, cancelled=1)
    sample.expert("Helena Duarte", [own, far, gone], honorific="Dra.", sex="female")
    sample.expert("Omar Libre")

    letters = written(sample, tmp_path, "invitation", materials_by=date(2015, 2, 25))

    helena, omar = "\n".join(letters["Helena Duarte"]), "\n".join(letters["Omar Libre"])
    assert (
        "Le proponemos las siguientes sesiones:\n  Fecha, Hora, Sesión, Modalidad y lugar\n  Martes 10 de marzo de 2015, 09:00 – 10:30, Refugio, Presencial · Aula 2\n"
        "  Miércoles 11 de marzo de 2015, 15:00 – 16:00, Asilo, Virtual\n" in helena
    )
    assert [title in helena for title in ("Trata", "Remesas")] == [False, False]
    assert "Estimada Dra. Helena Duarte:" in helena
    assert "Modalidad: Presencial" in omar
    assert "El tema, el día y la hora de su participación se acordarán con usted." in omar
    assert "a más tardar el 25 de febrero de 2015" in helena


def test_an_edition_that_is_not_in_person_says_so_in_its_letters_and_its_syllabus(sample, tmp_path):
    sample.write(Statement("UPDATE edition SET modality = 'hybrid'"))
    here = sample.session("Refugio", 10, "09:00", "10:30", room="Aula 2")
    sample.session("Asilo", 11, "15:00", "16:00", modality="in_person")
    sample.expert("Helena Duarte", [here])
    candidate(sample, "Ana Sosa", "accepted", 1)

    assert "Modalidad: Híbrida" in written(sample, tmp_path / "a", "acceptance")["Ana Sosa"]
    assert (
        "  Martes 10 de marzo de 2015, 09:00 – 10:30, Refugio, Híbrida · Aula 2"
        in written(sample, tmp_path / "b", "invitation")["Helena Duarte"]
    )
    print_document(sample.store, sample.ref, Order("syllabus", tmp_path, "txt", "pt"))
    syllabus = (tmp_path / "ICIM-37-syllabus-pt.txt").read_text(encoding="utf-8").splitlines()
    assert "Modalidade: Híbrida" in syllabus
    assert [line.strip() for line in syllabus if "Refugio" in line or "Asilo" in line] == [
        "09:00–10:30  Refugio · Helena Duarte · Aula 2",
        "15:00–16:00  Asilo (presencial)",
    ]


def test_experts_are_named_and_left_out_as_people_are(sample, tmp_path):
    sample.expert("Helena Duarte", email="helena@u.example")
    sample.expert("Omar Libre")
    sample.expert("Omar Preso")

    assert list(written(sample, tmp_path, "invitation", only=("helena@u.example",))) == ["Helena Duarte"]
    assert list(written(sample, tmp_path, "invitation", leave_out=("Helena", "preso"))) == ["Omar Libre"]
    with pytest.raises(Ambiguous):
        written(sample, tmp_path, "invitation", only=("Omar",))
    with pytest.raises(NotFound) as refused:
        written(sample, tmp_path, "invitation", only=("Zoe",))
    assert refused.value.sentence().startswith("Zoe is no expert of ICIM-37.")


def test_an_expert_of_two_records_is_one_and_speaks_the_language_of_the_one_that_stands(sample, tmp_path):
    session = sample.session("Refugio")
    old = sample.expert("H. Duarte", [session])
    today = sample.person("Helena Duarte", language="fr")
    sample.write(Statement("UPDATE person SET merged_into = :today WHERE id = :old", {"today": today, "old": old}))

    letters = written(sample, tmp_path, "invitation")

    assert list(letters) == ["Helena Duarte"]
    assert (
        "  Lundi 9 mars 2015, 09:00 – 10:30, Refugio, En présentiel · Mar del Plata, Argentine"
        in letters["Helena Duarte"]
    )


def test_a_sentence_has_the_city_and_the_line_of_the_place_its_venue_too(sample, tmp_path):
    """No preposition goes with every venue: "in Hotel Costa" is no English, "à Hôtel Costa" no French."""
    sample.write(Statement("UPDATE edition SET venue = 'Hôtel Costa'"))
    candidate(sample, "Marie Roy", "accepted", 1, language="fr")

    lines = written(sample, tmp_path, "acceptance")["Marie Roy"]

    assert [line for line in lines if "Mar del Plata" in line] == [
        "Nous avons le plaisir de vous informer que votre candidature à la 37e édition de «\u00a0Curso Interamericano sobre Migraciones "
        "Internacionales\u00a0», qui se tiendra à Mar del Plata, Argentine, du 9 au 21 mars 2015, a été retenue.",
        "Lieu\u00a0: Hôtel Costa, Mar del Plata, Argentine",
    ]


# Calls ----------------------------------------------------------------------------------------------------------------------


def test_without_invited_organizations_one_call_goes_to_everybody_with_the_places_of_all(sample, tmp_path):
    group = sample.add("country_group", edition_id=sample.ref.id, code="CA", title='{"es":"Centroamérica"}', countries='["GT","SV"]')  # fmt: skip
    sample.add("quota", edition_id=sample.ref.id, country="UY", target=2)
    sample.add("quota", edition_id=sample.ref.id, country="AR", target=4, maximum=2)
    sample.add("quota", edition_id=sample.ref.id, group_id=group, target=3)
    sample.add("quota", edition_id=sample.ref.id, country="BO", maximum=5)
    sample.write(Statement("UPDATE edition SET seats = 30"))

    (name,) = written(sample, tmp_path, "call")
    (lines,) = written(sample, tmp_path, "call").values()

    assert name == "ICIM-37-call-es"
    assert lines[lines.index("Candidaturas y plazas por país o institución") :][1:6] == [
        "  País o institución, Candidaturas previstas, Plazas como máximo",
        "  Argentina, 4, 2",
        "  Bolivia, , 5",
        "  Centroamérica, 3, ",
        "  Uruguay, 2, ",
    ]
    assert "Plazas: 30 plazas en total" in lines
    assert "Plazo de postulación: 15 de diciembre de 2014" in lines
    assert "Ref.: ICIM-37/CONV" in lines


def test_organizations_with_places_get_a_call_each_and_others_where_they_are_named(sample, tmp_path):
    dnm = sample.organization("Migration Directorate", "DNM", country="AR")
    sample.organization("Foreign Ministry", "MRE", country="UY")
    sample.add("quota", edition_id=sample.ref.id, organization_id=dnm, target=3, maximum=1)
    sample.add("quota", edition_id=sample.ref.id, country="UY", target=2)

    invited = written(sample, tmp_path, "call")
    named = written(sample, tmp_path, "call", only=("MRE",))

    assert list(invited) == ["Migration Directorate (DNM)"]
    own = invited["Migration Directorate (DNM)"]
    assert [line for line in own if "plaza" in line.lower()] == [
        "Plazas: Migration Directorate: 1 plaza como máximo",
    ]
    assert "Candidaturas: Agradeceremos que presente 3 candidaturas." in own
    assert list(named) == ["Foreign Ministry (MRE)"]
    assert "Candidaturas: Agradeceremos que presente 2 candidaturas." in named["Foreign Ministry (MRE)"]
    assert [line for line in named["Foreign Ministry (MRE)"] if line.startswith("Plazas")] == []
    with pytest.raises(NotFound):
        written(sample, tmp_path, "call", only=("ACNUR",))


def test_an_organization_that_has_only_places_of_its_own_gets_a_call_within_its_countrys(sample, tmp_path):
    dnm = sample.organization("Migration Directorate", "DNM", country="AR")
    sample.add("quota", edition_id=sample.ref.id, organization_id=dnm, maximum=4)
    sample.add("quota", edition_id=sample.ref.id, country="AR", target=5, maximum=3)

    invited = written(sample, tmp_path, "call")

    assert list(invited) == ["Migration Directorate (DNM)"]
    own = invited["Migration Directorate (DNM)"]
    places = own.index("Plazas: Migration Directorate: 3 plazas como máximo")
    assert own[places : places + 3] == [
        "Plazas: Migration Directorate: 3 plazas como máximo",
        "  Argentina: 3 plazas como máximo",
        "Candidaturas: Argentina: 5 candidaturas en total",
    ]


# Other languages ------------------------------------------------------------------------------------------------------------


def test_what_a_letter_has_in_another_language_is_told_once_for_all_letters(sample, tmp_path):
    """Titles, profile, costs and posts are given in one language each; the letters are in French and Portuguese."""
    one, other = sample.session("Refugio", 10), sample.session("Asilo", 11)
    sample.expert("Marie Roy", [one, other], language="fr")
    sample.expert("Rita Sá", [one], language="pt")
    sample.expert("Ana Sosa", [other], language="es")

    printed = print_document(
        sample.store, sample.ref, Order("letters", tmp_path, "txt", kind="invitation", written_on=ON)
    )

    title, costs = 'coursectl course edit ICIM --title "{}=…"', 'coursectl edition edit ICIM-37 --costs "{}=…"'
    signing = 'coursectl edition edit ICIM-37 --signatory "Marta Ibarra | {}=…"'
    session = 'coursectl session edit {} -e ICIM-37 --title "{}=…"'
    told = [(one.what, one.of, one.wanted, one.printed, one.command) for one in printed.borrowed]
    assert told == [
        told
        for tag, sessions in (("fr", ("1", "2")), ("pt", ("1",)))
        for told in (
            ("title of the course", (), tag, "es", title.format(tag)),
            ("post of who signs", (), tag, "es", signing.format(tag)),
            ("costs covered", (), tag, "es", costs.format(tag)),
            ("title of sessions", sessions, tag, "es", session.format(1, tag)),
        )
    ]


def test_who_was_never_a_candidate_isn_t_told_that_their_candidacy_was_accepted(sample, tmp_path):
    old = candidate(sample, "Rosa Sale", "withdrawn", 1)
    candidate(sample, "Ada Invitada", "accepted", 2, over_quota="Guest of the director", language="en")
    candidate(sample, "Luis Entra", "accepted", 3, replaces=old)
    chosen = candidate(sample, "Nina Nominada", "nominated", over_quota="Guest of the director")
    sample.write(Statement("UPDATE enrollment SET status = 'accepted' WHERE id = :id", {"id": chosen}))

    letters = written(sample, tmp_path, "acceptance")

    said = {
        name: next(line for line in lines if "2015" in line and "37" in line and "," in line)
        for name, lines in letters.items()
    }
    assert {name: line.split(",")[0] for name, line in said.items()} == {
        "Ada Invitada": "We are pleased to offer you a place in the 37th edition of the Inter-American Course on International Migration",
        "Luis Entra": "Nos complace ofrecerle una plaza en la 37.ª edición del Curso Interamericano sobre Migraciones Internacionales",
        "Nina Nominada": "Nos complace comunicarle que su candidatura a la 37.ª edición del Curso Interamericano sobre Migraciones Internacionales",
    }


def test_surnames_are_in_capitals_where_they_are_known(sample, tmp_path):
    candidate(sample, "Ana Pérez Ñúñez", "accepted", 1, given_name="Ana", family_name="Pérez Ñúñez")
    candidate(sample, "Luis de la Cruz", "accepted", 2)

    letters = written(sample, tmp_path, "acceptance", capitals=True)

    assert sorted(letters) == ["Ana PÉREZ ÑÚÑEZ", "Luis de la Cruz"]
    assert fold("Ana PÉREZ ÑÚÑEZ") == fold("Ana Pérez Ñúñez")
