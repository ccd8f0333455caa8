"""Where a shared store is: `rqlite://user@host1:4001,host2:4001/?ca=…`, and where its password comes from.

A password in the URL would be in the shell's history and in every list of processes, so it is refused there.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, unquote

from coursectl.errors import N_, Usage
from coursectl.store.contract import StoreOutOfReach

SCHEMES = ("rqlite", "rqlites")
_PORT = 4001  # rqlite's own default
_MEBIBYTE = 1024 * 1024

PASSWORD = "COURSECTL_STORE_PASSWORD"  # noqa: S105 - the names of the variables
PASSWORD_FILE = "COURSECTL_STORE_PASSWORD_FILE"  # noqa: S105
KEYRING_SERVICE = "coursectl"

_URL = re.compile(r"(?P<scheme>rqlites?)://(?:(?P<user>[^@/?#]*)@)?(?P<hosts>[^@/?#]*)/?(?:\?(?P<query>[^#]*))?", re.I)
_HOST = re.compile(r"(?P<name>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)(?::(?P<port>[0-9]{1,5}))?")


@dataclass(frozen=True)
class Node:
    """One machine of the cluster, as the user names it."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


@dataclass(frozen=True)
class Address:
    """A cluster: its nodes, whether they speak TLS, who asks, and the files that prove it.

    `wait` is in seconds: how long a command goes on asking while nodes are away. `request` is in bytes: what one
    request may carry.
    """

    url: str
    nodes: tuple[Node, ...]
    tls: bool = False
    user: str | None = None
    password_file: str | None = None
    ca: str | None = None
    cert: str | None = None
    key: str | None = None
    wait: float = 20.0
    request: int = 32 * _MEBIBYTE

    def password(self, environ: Mapping[str, str] | None = None) -> str | None:
        """The user's password: from the environment, from a file that only its owner can read, or from the keyring.

        Raises StoreOutOfReach where a file is named and can't be used, or where there is none anywhere.
        """
        environ = os.environ if environ is None else environ
        if self.user is None:
            return None
        if given := environ.get(PASSWORD):
            return given
        if file := self.password_file or environ.get(PASSWORD_FILE):
            return _from_file(Path(file).expanduser(), self.url)
        if (kept := _from_keyring(f"{self.user}@{self.nodes[0]}")) is not None:
            return kept
        raise StoreOutOfReach(
            N_(
                "{store} needs the password of {user!r}. Put it into a file that only you can read and name that in {variable}, or into the keyring: keyring set {service} {entry}"
            ),
            store=self.url,
            user=self.user,
            variable=PASSWORD_FILE,
            service=KEYRING_SERVICE,
            entry=f"{self.user}@{self.nodes[0]}",
        )


def is_url(target: str | Path) -> bool:
    """Whether the target is a URL and no file."""
    return "://" in str(target)


def parse(url: str) -> Address:
    """The cluster that the URL names. Raises Usage, saying which part can't be meant."""
    found = _URL.fullmatch(url.strip())
    if found is None:
        raise Usage(
            N_("{store!r} is no store: name a file, or a cluster as rqlite://user@host1:4001,host2:4001"),
            store=_without_password(url),
        )
    user = unquote(found["user"]) if found["user"] else None
    if user and ":" in user:  # also where it was written as %3A
        raise Usage(
            N_(
                "A password doesn't belong in the store's URL: everybody on this computer could read it. Put it into a file that only you can read and name that in {variable}."
            ),
            variable=PASSWORD_FILE,
        )
    options = _options(found["query"] or "", url)
    return Address(
        url=url.strip(),
        nodes=tuple(_node(host, url) for host in found["hosts"].split(",")),
        tls=found["scheme"].lower() == "rqlites",
        user=user,
        password_file=options.get("password_file"),
        ca=options.get("ca"),
        cert=options.get("cert"),
        key=options.get("key"),
        wait=_number(options, "wait", Address.wait, 1, 600),
        request=int(_number(options, "request_mb", Address.request / _MEBIBYTE, 0.001, 256) * _MEBIBYTE),
    )


_OPTIONS = ("ca", "cert", "key", "password_file", "wait", "request_mb")


def _options(query: str, url: str) -> dict[str, str]:
    options = dict(parse_qsl(query, keep_blank_values=True))
    for name, value in options.items():
        if name not in _OPTIONS or not value:
            raise Usage(
                N_("{option!r} in the store's URL {store} isn't known or has no value. Known: {known}."),
                option=name if value or name in _OPTIONS else "…",  # a bare word may be the password
                store=_without_password(url),
                known=", ".join(_OPTIONS),
            )
    return options


def _number(options: Mapping[str, str], name: str, default: float, least: float, most: float) -> float:
    given = options.get(name)
    if given is None:
        return default
    if not re.fullmatch(r"[0-9]+(\.[0-9]+)?", given) or not least <= float(given) <= most:
        raise Usage(
            N_("{option}= in the store's URL must be a number from {least} to {most}."),
            option=name,
            least=f"{least:g}",
            most=f"{most:g}",
        )
    return float(given)


def _node(text: str, url: str) -> Node:
    found = _HOST.fullmatch(text.strip())
    if found is None or not 0 < int(found["port"] or _PORT) < 65536:
        raise Usage(
            N_("{host!r} in the store's URL {store} is no host. Write host:port, several with commas between them."),
            host=text,
            store=_without_password(url),
        )
    return Node(found["name"].strip("[]"), int(found["port"] or _PORT))


def _without_password(url: str) -> str:
    """The URL for a sentence: what might be a password isn't repeated on the screen, so nothing of its options either."""
    found = re.match(r"(?P<scheme>[^:/?#@]*://)(?P<place>[^?#]*)", url.strip())
    if found is None or "@" in url.strip()[found.end() :]:
        return "…"
    user, at, hosts = found["place"].rpartition("@")
    return found["scheme"] + re.split(":|%3a", user, maxsplit=1, flags=re.IGNORECASE)[0] + at + hosts


def _from_file(path: Path, url: str) -> str:
    """The first line. Others on the computer must not be able to read it: ssh asks the same of its keys."""
    try:
        mode = path.stat().st_mode
        password = path.read_text(encoding="utf-8").partition("\n")[0].rstrip("\r")
    except (OSError, UnicodeDecodeError) as error:
        raise StoreOutOfReach(
            N_("The file with the password for {store} can't be read: {file} ({reason})."),
            store=url,
            file=str(path),
            reason=getattr(error, "strerror", None) or str(error),
        ) from error
    if os.name == "posix" and mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise StoreOutOfReach(
            N_("Others can read the password in {file}. Take that away: chmod 600 {file}"), file=str(path)
        )
    if not password:
        raise StoreOutOfReach(N_("The file {file} holds no password: its first line is empty."), file=str(path))
    return password


def _from_keyring(entry: str) -> str | None:
    """What the system's keyring keeps, where the keyring package is installed and has somewhere to look."""
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError:
        return None
    try:
        found: str | None = keyring.get_password(KEYRING_SERVICE, entry)
    except (KeyringError, RuntimeError):  # no desktop session, no daemon, locked
        return None
    return found
