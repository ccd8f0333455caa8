"""Crests, logos and signatures: bytes in the store, named by their hash."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from coursectl.errors import N_, BadInput, NotFound
from coursectl.store import Statement, Store

_LARGEST = 5 * 1024 * 1024
_STARTS = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg", b"GIF8": "image/gif"}


@dataclass(frozen=True)
class PictureFile:
    """A picture and what it is: image/png, image/jpeg, image/gif or image/svg+xml."""

    hash: str
    media_type: str
    data: bytes


def read_picture(path: Path) -> PictureFile:
    """The picture in a file. Raises NotFound, BadInput for what is no picture or too large."""
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST + 1)
    except FileNotFoundError:
        raise NotFound(N_("There is no file {path}."), path=str(path)) from None
    except (OSError, ValueError) as error:  # a ValueError is a NUL in the name, as course.toml can hold one
        reason = getattr(error, "strerror", None) or str(error)
        raise BadInput(N_("{path} can't be read: {reason}."), path=str(path), reason=reason) from error
    if len(data) > _LARGEST:
        raise BadInput(N_("{path} is too large for a crest, a logo or a signature: 5 MB at most."), path=str(path))
    media_type = next((kind for start, kind in _STARTS.items() if data.startswith(start)), None)
    if media_type is None and _is_svg(data):
        media_type = "image/svg+xml"
    if media_type is None:
        raise BadInput(N_("{path} is no picture that can be printed: use SVG, PNG, JPEG or GIF."), path=str(path))
    return PictureFile(sha256(data).hexdigest(), media_type, data)


def _is_svg(data: bytes) -> bool:
    """Whether this is XML whose root is svg; a page with a drawing in it isn't."""
    if b"<svg" not in data and b":svg" not in data:
        return False
    from xml.etree.ElementTree import ParseError, fromstring

    try:
        root = fromstring(data)  # noqa: S314 - expat refuses bombs of entities and fetches nothing
    except (ParseError, LookupError, ValueError):  # the latter two for an encoding that expat doesn't know
        return False
    return root.tag in ("svg", "{http://www.w3.org/2000/svg}svg")


def picture_statements(picture: PictureFile) -> list[Statement]:
    """Keep the picture, once. The bytes are a literal in hexadecimal, because a remote engine takes no blob parameters."""
    sql = f"INSERT INTO picture (hash, media_type, data) VALUES (:hash, :media_type, X'{picture.data.hex()}') ON CONFLICT (hash) DO NOTHING"
    return [Statement(sql, {"hash": picture.hash, "media_type": picture.media_type})]


def get_picture(store: Store, picture_hash: str) -> PictureFile:
    """The picture with this hash. Raises NotFound."""
    rows = store.read("SELECT * FROM picture WHERE hash = :hash", {"hash": picture_hash}, level="strong")
    if not rows:
        raise NotFound(N_("The store has no picture {hash}."), hash=picture_hash[:12])
    return PictureFile(**rows[0])
