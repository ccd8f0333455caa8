"""`course.toml`: a course with its organizations, authorities and editions, read and checked.

Everything that is wrong is told at once, each with its place in the file; a key that nobody knows is a fault, because it is
a typing error.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from coursectl import locale
from coursectl.editions import NewCourse, NewEdition
from coursectl.errors import N_, BadInput, BadTable, Fault
from coursectl.people import NewOrganization, NewPerson, is_email
from coursectl.program import NewModule
from coursectl.workflows.importing.toml_text import parsed

_TEXT = (str, dict)
COURSE = {"code": str, "title": _TEXT, "objectives": _TEXT, "methodology": _TEXT, "audience": _TEXT, "first_year": int,
          "serial": str, "attendance": (int, float), "crest": str, "design": str, "colors": dict}  # fmt: skip
ORGANIZATION = {"name": _TEXT, "acronym": _TEXT, "kind": str, "country": str, "website": str}
AUTHORITY = {"key": str, "name": str, "given_name": str, "family_name": str, "honorific": str, "sex": str, "email": str,
             "language": str, "post": _TEXT, "organization": str}  # fmt: skip
EDITION = {"number": int, "title": _TEXT, "year": int, "place": str, "venue": str, "country": str, "start": (date, str),
           "end": (date, str), "time_zone": str, "seats": int, "waiting_list": bool, "languages": list, "attendance": (int, float),
           "excused": str, "free_absences": int, "modality": str, "note": str, "organizer": (str, list), "host": (str, list), "partners": list, "sponsors": list, "design": str, "colors": dict,
           "modules": list, "signatories": list}  # fmt: skip
MODULE = {"title": _TEXT, "objectives": _TEXT}
SIGNATORY = {"authority": str, "post": _TEXT, "on_behalf_of": _TEXT, "signature": str}
TABLES = {"course": dict, "organizations": list, "authorities": list, "editions": list}
KEYS: Mapping[str, Mapping[str, Any]] = {"[course]": COURSE, "[[organizations]]": ORGANIZATION, "[[authorities]]": AUTHORITY, "[[editions]]": EDITION,
        "[[editions.modules]]": MODULE, "[[editions.signatories]]": SIGNATORY}  # fmt: skip
"""Every key that the file may have, by its table, with what it holds."""
_MUST: dict[Any, str] = {
    str: N_("this must be a text in quotation marks"),
    int: N_("this must be a whole number without quotation marks"),
    bool: N_("this must be true or false, without quotation marks"),
    dict: N_("this must be a table, under a line [course]"),
    list: N_('this must be a list, like ["…", "…"], or tables under lines [[…]]'),
    (int, float): N_("this must be a number without quotation marks"),
    (date, str): N_("this must be a date, like 2016-03-07"),
    (str, list): N_('this must be a text in quotation marks, or a list of them, like ["…", "…"]'),
    _TEXT: N_('this must be a text in quotation marks, or one for each language, like {{ es = "…", en = "…" }}'),
}
_NUMBERS = range(1, 10_000)  # what a reference can hold
_ROLES = {"organizer": "organizer", "host": "host", "partners": "partner", "sponsors": "sponsor"}


@dataclass(frozen=True)
class Authority:
    """Somebody who opens, chairs or signs, under the key by which the other files name them."""

    key: str
    person: NewPerson
    post: Mapping[str, str]
    organization: str


@dataclass(frozen=True)
class SignatoryOf:
    """An authority who signs an edition's certificates."""

    authority: str
    post: Mapping[str, str]
    on_behalf_of: Mapping[str, str]
    signature: Path | None


@dataclass(frozen=True)
class EditionOf:
    """An edition with what belongs to it; organizations by what the file calls them."""

    edition: NewEdition
    parties: Mapping[str, tuple[str, ...]]
    modules: tuple[NewModule, ...]
    signatories: tuple[SignatoryOf, ...]


@dataclass(frozen=True)
class CourseFile:
    """All that `course.toml` says."""

    path: Path
    course: NewCourse
    crest: Path | None
    faults: tuple[Fault, ...] = ()
    organizations: tuple[NewOrganization, ...] = ()
    authorities: tuple[Authority, ...] = ()
    editions: tuple[EditionOf, ...] = field(default=())

    @property
    def main(self) -> int | None:
        """The edition that files without a column `edition` are about: the last with a program or dates of its own."""
        own = [one.edition.number for one in self.editions if one.modules or one.edition.start]
        return max(own or [one.edition.number for one in self.editions], default=None)


def read_course_file(path: Path) -> CourseFile:
    """Read `course.toml`; what is wrong in it is in `faults`, and left out of the rest.

    Raises NotFound, BadInput where it is no TOML, and BadTable where what is wrong leaves no course, or an edition without
    its number: then nothing can be placed.
    """
    read = parsed(path)
    reader = _Reader(path)
    file = reader.course_file(read)
    if file is None:
        raise BadTable(path.name, reader.faults)
    return file


class _Reader:
    """Reads one file; what is wrong is in `faults`, each with its place."""

    def __init__(self, path: Path) -> None:
        self.faults: list[Fault] = []
        self._path = path

    def course_file(self, read: dict[str, Any]) -> CourseFile | None:
        top = self._known(read, TABLES, "", ("course",))
        course = self._known(top.get("course", {}), COURSE, "[course]", ("code", "title") if "course" in top else ())
        organizations = [
            self._organization(*one) for one in self._tables(top, "organizations", ORGANIZATION, ("name",))
        ]
        authorities = [self._authority(*one) for one in self._tables(top, "authorities", AUTHORITY, ("key", "name"))]
        editions = [self._edition(*one) for one in self._tables(top, "editions", EDITION, ("number",))]
        keys = [one.key for one in authorities if one]
        numbers = [one.edition.number for one in editions if one]
        self._twice("[[authorities]]", "key", keys)
        self._twice("[[editions]]", "number", numbers)
        self._signing(editions, keys)
        wanted, crest = self._course(course), self._beside(course.get("crest"), "[course] crest")
        if "code" not in course or None in editions or len(set(numbers)) < len(numbers):
            return None
        return CourseFile(
            self._path, wanted, crest, tuple(self.faults), _there(organizations), _there(authorities), _there(editions)
        )

    def _course(self, read: dict[str, Any]) -> NewCourse:
        texts: dict[str, Any] = {
            name: self._text(read, name, "[course]") or None
            for name in ("title", "objectives", "methodology", "audience")
        }
        code = read.get("code", "")
        return NewCourse(
            code,
            **{**texts, "title": texts["title"] or {"en": code}},
            first_year=read.get("first_year"),
            serial_pattern=read.get("serial"),
            attendance_minimum=self._share(read, "[course]"),
            design=read.get("design"),
            colors=self._colors(read, "[course]"),
        )

    def _organization(self, read: dict[str, Any], place: str) -> NewOrganization | None:
        texts = {name: self._text(read, name, place) for name in ("name", "acronym")}
        country = self._country(read, place)
        if not texts["name"]:
            return None
        return NewOrganization(texts["name"], texts["acronym"], read.get("kind"), country, read.get("website"))

    def _authority(self, read: dict[str, Any], place: str) -> Authority | None:
        """Who has a key stays, whatever else is wrong: what names them isn't wrong for it."""
        sex = self._sex(read, place)
        language = self._language(read.get("language"), f"{place} language")
        if (email := read.get("email")) and not is_email(email):
            self._add(f"{place} email", email, N_("this is no e-mail address"))
            email = None
        post = self._text(read, "post", place)
        if "key" not in read:
            return None
        person = NewPerson(
            name=read.get("name") or read["key"], given_name=read.get("given_name"), family_name=read.get("family_name"),
            honorific=read.get("honorific"), sex=sex, email=email or None, language=language,
        )  # fmt: skip
        return Authority(read["key"], person, post, read.get("organization", ""))

    def _edition(self, read: dict[str, Any], place: str) -> EditionOf | None:
        number: int | None = read.get("number")
        if number is not None and number not in _NUMBERS:
            self._add(f"{place} number", str(number), N_("an edition's number is from 1 to 9999"))
            number = None
        parties = {role: self._names(read, key, place) for key, role in _ROLES.items() if key in read}
        modules = self._tables(read, "modules", MODULE, ("title",), place)
        signatories = self._tables(read, "signatories", SIGNATORY, ("authority",), place)
        edition = NewEdition(
            number=number or 0,
            title=self._text(read, "title", place) or None,
            country=self._country(read, place),
            start=self._day(read, "start", place),
            end=self._day(read, "end", place),
            languages=self._languages(read, place),
            attendance_minimum=self._share(read, place),
            colors=self._colors(read, place),
            **{name: read[name] for name in ("year", "place", "venue", "time_zone", "seats", "waiting_list", "excused", "free_absences", "modality", "note", "design") if name in read},
        )  # fmt: skip
        held = EditionOf(
            edition,
            parties,
            tuple(self._module(one, number, where) for number, (one, where) in enumerate(modules, 1)),
            tuple(self._signatory(one, where) for one, where in signatories),
        )
        return held if number else None

    def _module(self, read: dict[str, Any], number: int, place: str) -> NewModule:
        """One without a title keeps its number: what names it isn't wrong for it."""
        title = self._text(read, "title", place) or {"en": str(number)}
        return NewModule(title, self._text(read, "objectives", place), number)

    def _signatory(self, read: dict[str, Any], place: str) -> SignatoryOf:
        return SignatoryOf(
            read.get("authority", ""), self._text(read, "post", place), self._text(read, "on_behalf_of", place),
            self._beside(read.get("signature"), f"{place} signature"),
        )  # fmt: skip

    def _signing(self, editions: Sequence[EditionOf | None], keys: Sequence[str]) -> None:
        for number, edition in enumerate(editions, 1):
            for position, one in enumerate(edition.signatories if edition else (), 1):
                if one.authority and one.authority not in keys:
                    self._unknown(
                        f"[[editions]] {number} [[signatories]] {position} authority", one.authority, keys,
                        N_("no authority has this key; did you mean {near}?"),
                        N_("no authority has this key; there are: {known}"),
                    )  # fmt: skip

    def _tables(
        self, read: dict[str, Any], name: str, known: Mapping[str, Any], required: tuple[str, ...], above: str = ""
    ) -> list[tuple[dict[str, Any], str]]:
        """The tables of a list, each checked and with its place."""
        found = []
        for number, one in enumerate(read.get(name, []), 1):
            place = f"{above} [[{name}]] {number}".strip()
            if isinstance(one, dict):
                found.append((self._known(one, known, place, required), place))
            else:
                self._add(place, str(one), N_("this must be a table, under a line [[…]]"))
        return found

    def _known(
        self, read: dict[str, Any], known: Mapping[str, Any], place: str, required: tuple[str, ...]
    ) -> dict[str, Any]:
        """Those of the keys that are known and hold what they must."""
        good = {name: value for name, value in read.items() if self._holds(name, value, known, place)}
        for name in required:
            if name not in read or (place and _is_blank(good.get(name, name))):
                self._add(f"{place} {name}".strip(), "", N_("this is missing"))
                good.pop(name, None)
        return good

    def _holds(self, name: str, value: Any, known: Mapping[str, Any], place: str) -> bool:
        if name not in known:
            self._no_key(name, known, f"{place} {name}".strip())
            return False
        kinds = known[name]
        if not isinstance(value, kinds) or (isinstance(value, bool) and kinds is not bool):
            self._add(f"{place} {name}".strip(), _shown(value), _MUST[kinds])
            return False
        return True

    def _no_key(self, name: str, known: Mapping[str, Any], place: str) -> None:
        homes = [table for table, keys in KEYS.items() if name in keys]
        if homes and not _near(name, known):
            self._add(place, "", N_("this key belongs under {tables}"), tables=", ".join(homes))
            return
        wordings = N_("no such key; did you mean {near}?"), N_("no such key; there are: {known}")
        self._unknown(place, "", list(known), *wordings, name=name)

    def _unknown(
        self, place: str, value: str, known: Sequence[str], nearly: str, otherwise: str, name: str | None = None
    ) -> None:
        """A word that isn't one of those known, with the one that was meant, or all of them."""
        near = _near(value if name is None else name, known)
        if near:
            self._add(place, value, nearly, near=near)
        else:
            self._add(place, value, otherwise, known=", ".join(known) or "–")

    def _text(self, read: Mapping[str, Any], name: str, place: str) -> dict[str, str]:
        """A text by language; one that says no language is English."""
        value = read.get(name, {})
        texts: dict[str, str] = {}
        for tag, text in ({"en": value} if isinstance(value, str) else value).items():
            language = locale.find_language(tag)
            if language is None:
                self._add(
                    f"{place} {name}", tag, N_("this is no language: each text goes under its own, like es or en")
                )
            elif isinstance(text, str):
                texts |= {language: text.strip()} if text.strip() else {}
            else:
                self._add(f"{place} {name}", _shown(text), _MUST[str])
        return texts

    def _names(self, read: Mapping[str, Any], key: str, place: str) -> tuple[str, ...]:
        value = read[key]
        names = []
        for one in [value] if isinstance(value, str) else value:
            if isinstance(one, str) and one.strip():
                names.append(one.strip())
            else:
                self._add(f"{place} {key}", _shown(one), N_("this must be the name or acronym of an organization"))
        return tuple(names)

    def _languages(self, read: Mapping[str, Any], place: str) -> tuple[str, ...] | None:
        if "languages" not in read:
            return None
        found = [self._language(_shown(one), f"{place} languages") for one in read["languages"]]
        return tuple(one for one in found if one)

    def _language(self, words: str | None, place: str) -> str | None:
        found = locale.find_language(words) if words else None
        if words and found is None:
            self._add(place, words, N_("no language has this name"))
        return found

    def _day(self, read: Mapping[str, Any], name: str, place: str) -> str | None:
        if name not in read:
            return None
        try:
            return locale.parse_date(str(read[name])).isoformat()
        except BadInput as error:
            self._add(f"{place} {name}", str(read[name]), error.args[0], **error.facts)
            return None

    def _country(self, read: Mapping[str, Any], place: str) -> str | None:
        words = read.get("country")
        found = locale.find_country(words) if words else None
        if words and found is None:
            self._add(f"{place} country", words, N_("no country has this name"))
        return found

    def _sex(self, read: Mapping[str, Any], place: str) -> str | None:
        words = read.get("sex")
        found = locale.read_word("sex", words) if words else None
        if words and found is None:
            self._add(f"{place} sex", words, N_("use F or M, or a word for it"))
        return found

    def _share(self, read: Mapping[str, Any], place: str) -> float | None:
        percent: float | None = read.get("attendance")
        if percent is None or percent == 0 or 1 <= percent <= 100:
            return None if percent is None else percent / 100
        reason = N_("this is a percentage from 1 to 100, like 80, or 0 where none is needed")
        self._add(f"{place} attendance", str(percent), reason)
        return None

    def _colors(self, read: Mapping[str, Any], place: str) -> dict[str, str] | None:
        """The colors by their role; whether they are some is the matter of the room."""
        good = {role: color for role, color in read.get("colors", {}).items() if isinstance(color, str)}
        for role in read.get("colors", {}).keys() - good.keys():
            self._add(f"{place} colors {role}", _shown(read["colors"][role]), _MUST[str])
        return good if "colors" in read else None

    def _beside(self, name: str | None, place: str) -> Path | None:
        """A file beside this one: a name alone, never a way out of the folder."""
        if name is None:
            return None
        if Path(name).name != name or "\\" in name:
            self._add(place, name, N_("this must be the name of a file in the same folder"))
            return None
        return self._path.parent / name

    def _twice(self, table: str, name: str, values: Sequence[object]) -> None:
        for value in dict.fromkeys(one for one in values if values.count(one) > 1):
            self._add(f"{table} {name}", str(value), N_("several have it; each needs its own"))

    def _add(self, place: str, value: str, reason: str, /, **facts: object) -> None:
        self.faults.append(Fault(None, place, value, reason, tuple(facts.items())))


T = TypeVar("T")


def _there(found: Sequence[T | None]) -> tuple[T, ...]:
    return tuple(one for one in found if one is not None)


def _is_blank(value: object) -> bool:
    if isinstance(value, dict):
        return all(map(_is_blank, value.values()))
    return isinstance(value, str) and not value.strip()


def _near(name: str, known: Iterable[str]) -> str | None:
    from difflib import get_close_matches

    return next(iter(get_close_matches(name.lower(), list(known), 1, 0.7)), None)


def _shown(value: object) -> str:
    return "true" if value is True else "false" if value is False else str(value)
