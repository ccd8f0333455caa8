"""`course.toml`: a course with its organizations, authorities and editions, read and checked.

Whatever is wrong is told with the place in the file; a key that nobody knows is a fault, because it is a typing error.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from coursectl import locale
from coursectl.editions import NewCourse, NewEdition
from coursectl.errors import N_, BadInput, NotFound, untranslated
from coursectl.people import NewOrganization, NewPerson
from coursectl.program import NewModule

_TEXT = (str, dict)
_COURSE = {"code": str, "title": _TEXT, "objectives": _TEXT, "methodology": _TEXT, "audience": _TEXT, "first_year": int,
           "serial": str, "attendance": (int, float), "crest": str}  # fmt: skip
_ORGANIZATION = {"name": _TEXT, "acronym": _TEXT, "kind": str, "country": str, "website": str}
_AUTHORITY = {"key": str, "name": str, "given_name": str, "family_name": str, "honorific": str, "sex": str, "email": str,
              "language": str, "post": _TEXT, "organization": str}  # fmt: skip
_EDITION = {"number": int, "title": _TEXT, "year": int, "place": str, "venue": str, "country": str, "start": (date, str),
            "end": (date, str), "time_zone": str, "seats": int, "waiting_list": bool, "languages": list, "attendance": (int, float),
            "excused": str, "note": str, "organizer": (str, list), "host": (str, list), "partners": list, "sponsors": list,
            "modules": list, "signatories": list}  # fmt: skip
_MODULE = {"title": _TEXT, "objectives": _TEXT}
_SIGNATORY = {"authority": str, "post": _TEXT, "on_behalf_of": _TEXT, "signature": str}
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
    organizations: tuple[NewOrganization, ...] = ()
    authorities: tuple[Authority, ...] = ()
    editions: tuple[EditionOf, ...] = field(default=())

    @property
    def main(self) -> int | None:
        """The edition that files without a column `edition` are about: the last with a program or dates of its own."""
        own = [one.edition.number for one in self.editions if one.modules or one.edition.start]
        return max(own or [one.edition.number for one in self.editions], default=None)


def read_course_file(path: Path) -> CourseFile:
    """Read and check `course.toml`. Raises NotFound, and BadInput naming the place and what is wrong there."""
    try:
        read = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise NotFound(N_("There is no {path}: a folder to import needs one."), path=str(path)) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput(N_("{path} can't be read as TOML: {reason}."), path=path.name, reason=str(error)) from error
    except OSError as error:
        raise BadInput(
            N_("{path} can't be read: {reason}."), path=str(path), reason=error.strerror or str(error)
        ) from error
    return _Reader(path).course_file(read)


class BadPlace(BadInput):
    """Something in the file that can't be used: the sentence begins with the file and the place in it."""

    def sentence(self, translate: Callable[[str], str] = untranslated) -> str:
        return f"{self.facts['file']}, {self.facts['place']}: {super().sentence(translate)}."


class _Reader:
    """Reads one file; every error names the place in it."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def course_file(self, read: dict[str, Any]) -> CourseFile:
        tables = {"course": dict, "organizations": list, "authorities": list, "editions": list}
        self._check(read, tables, "course.toml", required=("course",))
        course = self._check(read["course"], _COURSE, "[course]", required=("code", "title"))
        return CourseFile(
            self._path,
            self._course(course),
            self._beside(course.get("crest"), "[course] crest"),
            tuple(self._organization(one, place) for one, place in self._tables(read, "organizations")),
            tuple(self._authority(one, place) for one, place in self._tables(read, "authorities")),
            tuple(self._edition(one, place) for one, place in self._tables(read, "editions")),
        )

    def _course(self, read: dict[str, Any]) -> NewCourse:
        texts: dict[str, Any] = {
            name: self._text(read[name]) for name in ("title", "objectives", "methodology", "audience") if name in read
        }
        return NewCourse(
            read["code"],
            **texts,
            first_year=read.get("first_year"),
            serial_pattern=read.get("serial"),
            attendance_minimum=_share(read.get("attendance")),
        )

    def _organization(self, read: dict[str, Any], place: str) -> NewOrganization:
        self._check(read, _ORGANIZATION, place, required=("name",))
        return NewOrganization(
            self._text(read["name"]), self._text(read.get("acronym", {})), read.get("kind"),
            self._country(read.get("country"), place), read.get("website"),
        )  # fmt: skip

    def _authority(self, read: dict[str, Any], place: str) -> Authority:
        self._check(read, _AUTHORITY, place, required=("key", "name"))
        sex = locale.read_word("sex", read["sex"]) if "sex" in read else None
        if "sex" in read and sex is None:
            raise self._bad(N_("{value!r} is no sex that can be recorded"), place, value=read["sex"])
        person = NewPerson(
            name=read["name"], given_name=read.get("given_name"), family_name=read.get("family_name"),
            honorific=read.get("honorific"), sex=sex, email=read.get("email"), language=read.get("language"),
        )  # fmt: skip
        return Authority(read["key"], person, self._text(read.get("post", {})), read.get("organization", ""))

    def _edition(self, read: dict[str, Any], place: str) -> EditionOf:
        self._check(read, _EDITION, place, required=("number",))
        edition = NewEdition(
            number=read["number"],
            title=self._text(read["title"]) if "title" in read else None,
            country=self._country(read.get("country"), place),
            start=self._day(read.get("start"), place),
            end=self._day(read.get("end"), place),
            languages=tuple(read["languages"]) if "languages" in read else None,
            attendance_minimum=_share(read.get("attendance")),
            **{name: read[name] for name in ("year", "place", "venue", "time_zone", "seats", "waiting_list", "excused", "note") if name in read},
        )  # fmt: skip
        parties = {role: _names(read[key]) for key, role in _ROLES.items() if key in read}
        return EditionOf(
            edition,
            parties,
            tuple(
                self._module(one, number, where)
                for number, (one, where) in enumerate(self._tables(read, "modules", place), 1)
            ),
            tuple(self._signatory(one, where) for one, where in self._tables(read, "signatories", place)),
        )

    def _module(self, read: dict[str, Any], number: int, place: str) -> NewModule:
        self._check(read, _MODULE, place, required=("title",))
        return NewModule(self._text(read["title"]), self._text(read.get("objectives", {})), number)

    def _signatory(self, read: dict[str, Any], place: str) -> SignatoryOf:
        self._check(read, _SIGNATORY, place, required=("authority",))
        return SignatoryOf(
            read["authority"], self._text(read.get("post", {})), self._text(read.get("on_behalf_of", {})),
            self._beside(read.get("signature"), place),
        )  # fmt: skip

    def _tables(self, read: dict[str, Any], name: str, above: str = "") -> list[tuple[dict[str, Any], str]]:
        found = []
        for number, one in enumerate(read.get(name, []), 1):
            place = f"{above} {name} {number}".strip()
            if not isinstance(one, dict):
                raise self._bad(N_("this must be a table, [[{name}]]"), place, name=name)
            found.append((one, place))
        return found

    def _check(
        self, read: dict[str, Any], known: Mapping[str, Any], place: str, required: tuple[str, ...] = ()
    ) -> dict[str, Any]:
        for name, value in read.items():
            if name not in known:
                raise self._bad(
                    N_("{name!r} isn't known here; known are: {known}"), place, name=name, known=", ".join(known)
                )
            if not isinstance(value, known[name]) or (isinstance(value, bool) and known[name] is not bool):
                raise self._bad(N_("{name} can't be {value!r}"), place, name=name, value=value)
            if (
                isinstance(value, dict)
                and known[name] == _TEXT
                and not all(isinstance(text, str) for text in value.values())
            ):
                raise self._bad(N_("{name} needs a text for each language"), place, name=name)
        for name in required:
            if name not in read:
                raise self._bad(N_("{name} is missing"), place, name=name)
        return read

    def _text(self, value: str | Mapping[str, str]) -> dict[str, str]:
        texts = {"en": value} if isinstance(value, str) else value
        return {language: text.strip() for language, text in texts.items()}

    def _day(self, value: date | str | None, place: str) -> str | None:
        if value is None:
            return None
        try:
            return locale.parse_date(str(value)).isoformat()
        except BadInput as error:
            raise self._bad(N_("{reason}"), place, reason=error.sentence().rstrip(".")) from error

    def _country(self, words: str | None, place: str) -> str | None:
        if not words:
            return None
        found = locale.find_country(words)
        if found is None:
            raise self._bad(N_("no country is called {country!r}"), place, country=words)
        return found

    def _beside(self, name: str | None, place: str) -> Path | None:
        """A file beside this one: a name alone, never a way out of the folder."""
        if name is None:
            return None
        if Path(name).name != name:
            raise self._bad(N_("{name!r} must be the name of a file in the same folder"), place, name=name)
        return self._path.parent / name

    def _bad(self, wording: str, place: str, **facts: object) -> BadInput:
        """The error about a place in the file; its wording is translated whole, place and all."""
        return BadPlace(wording, file=self._path.name, place=place, **facts)


def _share(percent: float | None) -> float | None:
    return None if percent is None else percent / 100


def _names(value: str | list[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(str(one) for one in value)
