"""Organizations: found by acronym or name in any language; near names asked about, unknown ones made."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coursectl.errors import Ambiguous, BadInput, NotFound
from coursectl.people import (
    NewOrganization,
    OrganizationExists,
    add_organization,
    edit_organization,
    get_organization,
    list_organizations,
    match_organizations,
    organization_label,
    organizations_like,
)
from coursectl.people.organizations import OrganizationChanged
from coursectl.store import LocalStore

named = NewOrganization.named


@pytest.fixture
def dnm(store, act):
    return add(store, act, {"es": "Dirección Nacional de Migraciones", "en": "National Migration Directorate"}, {"es": "DNM"}, "agency", "AR", "https://dnm.example")  # fmt: skip


@pytest.fixture
def unhcr(store, act):
    return add(store, act, {"en": "UN Refugee Agency", "es": "Agencia de la ONU para los Refugiados"}, {"en": "UNHCR", "es": "ACNUR"}, "international")  # fmt: skip


def add(store, act, *values):
    return add_organization(store, NewOrganization(*values), act, anyway=True)


def keep(store, act, *wanted):
    matched = match_organizations(store, wanted)
    if matched.statements:
        store.apply(act.operation("import", matched.statements))
    return matched


def operations(store):
    return store.read("SELECT count(*) AS n FROM op")[0]["n"]


def said(raised):
    return raised.value.sentence()


def test_an_added_organization_is_read_back_whole(store, dnm):
    assert get_organization(store, "DNM") == dnm
    assert (dnm.label, dnm.kind, dnm.country, dnm.website) == ("DNM", "agency", "AR", "https://dnm.example")


@pytest.mark.parametrize(
    "who",
    [
        "DNM", "dnm", " Dnm ", "Dirección Nacional de Migraciones", "direccion  nacional DE migraciones", "National Migration Directorate",
        unicodedata.normalize("NFD", "Dirección Nacional de Migraciones"), "Dirección Nacional de Migraciones (DNM)", "migraciones", "Directorate",
    ],
)  # fmt: skip
def test_an_organization_is_named_by_acronym_name_or_words_in_any_language(store, dnm, unhcr, who):
    assert get_organization(store, who) == dnm
    assert get_organization(store, str(dnm.id)) == dnm
    assert get_organization(store, "acnur") == get_organization(store, "UNHCR") == unhcr


@pytest.mark.parametrize(
    ("who", "sentence"),
    [
        ("Direcion Nacional de Migracion", "No organization is called 'Direcion Nacional de Migracion'. Did you mean: Dirección Nacional de Migraciones?"),
        ("UNHRC", "No organization is called 'UNHRC'. Did you mean: UNHCR?"),
        ("Xyz", "No organization is called 'Xyz'. Add it with: coursectl org add 'Xyz'"),
        ("", "No organization is called ''. Add it with: coursectl org add ''"),
        ("—", "No organization is called '—'. Add it with: coursectl org add '—'"),
        ("12", "No organization is called '12'. Add it with: coursectl org add '12'"),
    ],
)  # fmt: skip
def test_what_is_not_known_is_told_with_what_could_be_meant(store, dnm, unhcr, who, sentence):
    with pytest.raises(NotFound) as raised:
        get_organization(store, who)
    assert said(raised) == sentence


def test_a_name_that_fits_several_lists_them_so_that_they_can_be_told(store, act):
    ar, uy, none = (
        add(store, act, {"es": "Ministerio del Interior"}, {}, None, country) for country in ("AR", "UY", None)
    )

    with pytest.raises(Ambiguous) as raised:
        get_organization(store, "ministerio del interior")

    assert said(raised) == (
        "'ministerio del interior' fits several: "
        f"Ministerio del Interior (AR, {ar.id}); Ministerio del Interior (UY, {uy.id}); Ministerio del Interior ({none.id})."
        " Say which, by its whole name or id."
    )
    assert get_organization(store, str(uy.id)) == uy


def test_of_very_many_only_some_are_listed(store, act):
    for number in range(10):
        add(store, act, {"en": f"Office {number}"})

    with pytest.raises(Ambiguous) as raised:
        get_organization(store, "office")

    assert (said(raised).count("Office "), " …. Say" in said(raised)) == (8, True)


def test_organizations_are_listed_by_name_and_found_by_words(store, dnm, unhcr):
    assert list_organizations(store) == [dnm, unhcr]
    assert list_organizations(store, language="es") == [unhcr, dnm]
    assert list_organizations(store, "nacional DIRECCION") == list_organizations(store, "dnm") == [dnm]
    assert list_organizations(store, "refugee", "agency") == []
    assert list_organizations(store, kind="international") == [unhcr]
    assert list_organizations(store, country="AR") == [dnm]


@pytest.mark.parametrize(
    ("words", "name", "acronym"),
    [
        ("DNM", {"es": "DNM"}, {}),
        (" Ministerio  del Interior ", {"es": "Ministerio del Interior"}, {}),
        ("Universidad de la República (UdelaR)", {"es": "Universidad de la República"}, {"es": "UdelaR"}),
        ("Name(ACR)", {"es": "Name"}, {"es": "ACR"}),
        ("(ACR)", {"es": "(ACR)"}, {}),
        ("Name ()", {"es": "Name ()"}, {}),
        ('#read("/etc/passwd")', {"es": '#read("/etc/passwd")'}, {}),
        ("Office (of a very long remark that is none)", {"es": "Office (of a very long remark that is none)"}, {}),
    ],
)
def test_a_cell_is_a_name_or_a_name_with_an_acronym(words, name, acronym):
    assert named(words, "AR", "es", near="UY") == NewOrganization(name, acronym, country="AR", near="UY")


def test_a_list_finds_what_is_known_and_makes_the_rest(store, act, dnm, unhcr):
    matched = keep(
        store, act, named("dnm"), named("ACNUR"), named("Instituto Nuevo (IN)", "UY"), named("instituto NUEVO", "UY")
    )

    assert matched.organizations[:2] == (dnm, unhcr)
    assert matched.ids[2] == matched.ids[3]
    assert matched.new == {matched.ids[2]}
    made = get_organization(store, "IN")
    assert (made.name, made.acronym, made.country) == ({"und": "Instituto Nuevo"}, {"und": "IN"}, "UY")
    again = match_organizations(store, [named("dnm"), named("Instituto Nuevo (IN)", "UY")])
    assert (again.new, again.statements) == (frozenset(), ())


def test_an_office_is_its_name_and_its_country(store, act):
    wanted = [named("Ministerio del Interior", country) for country in ("AR", "UY", "AR")]
    ar, uy, same = keep(store, act, *wanted).ids

    assert (ar == same, ar != uy) == (True, True)
    assert match_organizations(store, [named("Ministerio del Interior", near="UY")]).ids == (uy,)
    assert match_organizations(store, [named("Ministerio del Interior", "BR")]).new != frozenset()
    assert match_organizations(store, [named("Ministerio del Interior")]).new != frozenset()
    none = keep(store, act, named("Ministerio del Interior")).ids[0]
    assert match_organizations(store, [named("Ministerio del Interior")]).ids == (none,)
    assert match_organizations(store, [named("Ministerio del Interior", "BR")]).ids == (none,)


def test_a_mistyped_name_with_the_right_acronym_is_known(store, dnm):
    assert match_organizations(store, [named("Direccion Nacional de Migracione (DNM)", "AR")]).ids == (dnm.id,)
    assert match_organizations(store, [named("Departamento Nuevo de Minas (DNM)", "AR")]).new != frozenset()
    assert match_organizations(store, [named("Direccion Nacional de Migracione (DNM)", "UY")]).new != frozenset()


@pytest.mark.parametrize("name", ["", "—", " \u200b", "?"])
def test_what_is_no_name_makes_no_organization(store, name):
    with pytest.raises(BadInput):
        match_organizations(store, [named(name)])


def test_signs_and_foreign_letters_are_never_taken_for_each_other(store, act):
    names = ["😀", "🎉", "李明", "王芳", "محمد", "ـ ✓", "Суарес"]

    assert len({*keep(store, act, *map(named, names)).ids}) == len(names)
    assert [get_organization(store, name).name["und"] for name in names] == names


def test_near_names_of_the_country_are_suggested(store, act, dnm):
    far = add(store, act, {"en": "National Mining Institute"}, {}, None, "AR")

    assert organizations_like(store, named("National Migration Directorat", "AR")) == [dnm]
    assert organizations_like(store, named("National Migration Directorat")) == [dnm]
    assert organizations_like(store, named("National Migration Directorat", "UY")) == []
    assert organizations_like(store, named("National Minig Institute", "AR")) == [far]


@pytest.mark.parametrize(
    ("new", "error", "sentence"),
    [
        (NewOrganization({"en": "DIRECCION nacional de migraciones"}, country="AR"), OrganizationExists, "DIRECCION nacional de migraciones is known already: National Migration Directorate (AR). Look with: coursectl org show 'DNM'. To add another one, say so with --yes."),
        (NewOrganization({"en": "DNM"}), OrganizationExists, "DNM is known already: National Migration Directorate (AR). Look with: coursectl org show 'DNM'. To add another one, say so with --yes."),
        (NewOrganization({"en": "National Migrations Directorate"}, country="AR"), OrganizationExists, "National Migrations Directorate is nearly called as: National Migration Directorate (AR). If it is another one, say so with --yes."),
        (NewOrganization({"en": ""}), BadInput, "An organization needs a name."),
        (NewOrganization(), BadInput, "An organization needs a name."),
        (NewOrganization({"en": "X", "es": "—"}), BadInput, "'—' is no name. An organization needs a name."),
        (NewOrganization({"en": "X"}, country="Atlantis"), BadInput, "No country is called 'Atlantis'. Use its two-letter code, or its name."),
    ],
)  # fmt: skip
def test_what_is_known_or_no_organization_is_not_added(store, act, dnm, new, error, sentence):
    before = operations(store)

    with pytest.raises(error) as raised:
        add_organization(store, new, act)

    assert said(raised) == sentence
    assert (list_organizations(store), operations(store)) == ([dnm], before)


def test_anyway_adds_one_of_nearly_the_same_name_but_none_twice(store, act, dnm):
    add_organization(store, NewOrganization({"en": "National Migrations Directorate"}, country="AR"), act, anyway=True)

    with pytest.raises(OrganizationExists) as raised:
        add_organization(
            store, NewOrganization({"en": "national migration directorate"}, country="AR"), act, anyway=True
        )
    assert said(raised) == (
        "national migration directorate is known already. Look with: coursectl org show 'national migration directorate'"
    )
    assert len(list_organizations(store)) == 2


def test_an_acronym_in_brackets_is_taken_for_one_unless_one_was_said(store, act):
    one = add_organization(store, NewOrganization({"en": "Refugee Agency (RA)", "es": "Oficina de Refugio"}), act)
    other = add_organization(
        store, NewOrganization({"en": "Mining Office (old)"}, {"en": "MO"}, " agency ", None, " "), act
    )

    assert (one.name, one.acronym) == ({"en": "Refugee Agency", "es": "Oficina de Refugio"}, {"en": "RA"})
    assert (other.name, other.acronym, other.kind, other.website) == (
        {"en": "Mining Office (old)"},
        {"en": "MO"},
        "agency",
        None,
    )


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        (NewOrganization({"en": "New"}), {"name": {"es": "Dirección Nacional de Migraciones", "en": "New"}}),
        (NewOrganization({"en": ""}), {"name": {"es": "Dirección Nacional de Migraciones"}}),
        (NewOrganization(acronym={"en": "NMD"}), {"acronym": {"es": "DNM", "en": "NMD"}}),
        (NewOrganization(acronym={"es": ""}), {"acronym": {}}),
        (NewOrganization(kind="ministry"), {"kind": "ministry"}),
        (NewOrganization(kind=""), {"kind": None}),
        (NewOrganization(country="UY"), {"country": "UY"}),
        (NewOrganization(country=""), {"country": None}),
        (NewOrganization(website=""), {"website": None}),
    ],
)
def test_editing_one_field_keeps_the_others(store, act, dnm, change, fields):
    after, changed = edit_organization(store, "DNM", change, act)

    assert changed
    assert after == replace(dnm, **fields) == get_organization(store, str(dnm.id))


def test_an_edit_that_changes_nothing_leaves_no_operation(store, act, dnm):
    before = operations(store)

    for change in (NewOrganization(), NewOrganization({"es": " Dirección  Nacional de Migraciones"}, kind="agency")):
        assert edit_organization(store, "DNM", change, act) == (dnm, False)
    assert operations(store) == before


def test_an_edit_to_what_another_one_is_called_is_asked_about(store, act, dnm):
    other = add(store, act, {"en": "Mining Office"}, {}, None, "AR")

    with pytest.raises(OrganizationExists) as raised:
        edit_organization(store, "Mining Office", NewOrganization({"es": "dirección nacional de migraciones"}), act)
    assert said(raised) == (
        f"Another one is called so: National Migration Directorate (AR, {dnm.id}). If both are to be called so, say so with --yes."
    )
    after, _changed = edit_organization(store, str(other.id), NewOrganization({"es": "dirección nacional de migraciones"}), act, anyway=True)  # fmt: skip
    assert after.name == {"en": "Mining Office", "es": "dirección nacional de migraciones"}
    with pytest.raises(OrganizationExists) as raised:
        edit_organization(
            store, str(other.id), NewOrganization({"en": "National Migration Directorate"}), act, anyway=True
        )
    assert said(raised).startswith("National Migration Directorate is known already.")


@pytest.mark.parametrize(
    "change", [NewOrganization({"es": "", "en": ""}), NewOrganization({"en": "?"}), NewOrganization(country="Atlantis")]
)
def test_a_bad_edit_changes_nothing(store, act, dnm, change):
    with pytest.raises(BadInput):
        edit_organization(store, "DNM", change, act)
    assert get_organization(store, "DNM") == dnm


class Meanwhile:
    """A store in which somebody else does something between this one's reading and writing."""

    def __init__(self, store, do):
        self._store, self._do = store, do

    def read(self, *args, **more):
        return self._store.read(*args, **more)

    def apply(self, operation):
        self._do()
        return self._store.apply(operation)


def test_what_somebody_else_wrote_meanwhile_is_not_overwritten(store, act, dnm):
    busy = Meanwhile(store, lambda: edit_organization(store, "DNM", NewOrganization(kind="x"), act))
    with pytest.raises(OrganizationChanged) as raised:
        edit_organization(busy, "DNM", NewOrganization(kind="y"), act)
    assert said(raised) == (
        "National Migration Directorate was changed by somebody else just now. Look, then type the command again."
    )

    planned = match_organizations(store, [named("Oficina")])
    add(store, act, {"es": "OFICINA"})
    with pytest.raises(OrganizationExists) as raised:
        store.apply(act.operation("import", planned.statements))
    assert said(raised) == "Somebody else has just added one of these organizations. Type the command again."


def test_the_statements_do_not_grow_with_the_rows(store, act, monkeypatch):
    reads = []
    read = LocalStore.read
    monkeypatch.setattr(LocalStore, "read", lambda self, *args, **more: reads.append(1) or read(self, *args, **more))
    counts = set()
    for many in (2, 80):
        reads.clear()
        matched = match_organizations(store, [named(f"Office {number}") for number in range(many)])
        counts.add((len(reads), len(matched.statements), len(matched.new) == many))
    assert counts == {(1, 1, True)}


def test_the_label_is_the_acronym_or_else_the_name():
    assert organization_label({"es": "ACNUR", "en": "UNHCR"}, {"en": "UN Refugee Agency"}, "es") == "ACNUR"
    assert organization_label({}, {"en": "Ministry", "es": "Ministerio"}, "es") == "Ministerio"


@pytest.mark.parametrize("bare", ["Oficina de Migraciones", "Oficina de Migraciones (XYZ)"])
def test_a_name_that_the_list_brings_goes_before_one_that_is_nearly_the_same(store, act, bare):
    keep(store, act, named("Oficina de Migración (DNM)"))
    wanted = [named("Oficina de Migraciones (DNM)"), named(bare)]

    first = keep(store, act, *wanted)

    assert (len(first.new), first.ids[0]) == (1, first.ids[1])
    assert match_organizations(store, wanted).ids == first.ids


WORDS = st.sampled_from(
    ["Oficina", "OFICINA", "Dirección", "direccion", "(DNM)", "DNM", "李明", "😀", "de", "Migración"]
)
NAMES = st.lists(WORDS, min_size=1, max_size=3).map(" ".join)
OFFICES = st.builds(named, NAMES.filter(lambda name: name != "(DNM)"), st.sampled_from(["AR", "UY"]))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wanted=st.lists(OFFICES, max_size=5))
def test_matching_twice_makes_none_the_second_time(store, act, wanted):
    first = keep(store, act, *wanted)
    again = match_organizations(store, wanted)

    assert (again.ids, again.new, again.statements) == (first.ids, frozenset(), ())
