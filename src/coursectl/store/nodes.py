"""Asking a cluster: one request, to whichever of its nodes answers, until it is answered or the patience is at an end.

Everything that is asked here may be asked twice: reads change nothing, and a batch is recognised by its operation.
"""

from __future__ import annotations

import json
import random
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from itertools import count
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from coursectl.errors import N_
from coursectl.store.address import Address, Node
from coursectl.store.contract import StoreOutOfReach

if TYPE_CHECKING:
    import ssl

_CONNECT_SECONDS = 2.0
_ANSWER_SECONDS = 2.0  # in the first round, twice as long in each later one; and as many again as the body has MiB
_LONGEST_ANSWER_SECONDS = 16.0
_TRANSFER_SECONDS = 600.0  # a whole store
_NOBODY_SECONDS = 5.0  # how long to knock where not one node opens the door
_MEBIBYTE = 1_048_576
_FIRST_PAUSE, _LONGEST_PAUSE = 0.05, 0.5


@dataclass(frozen=True)
class Request:
    """What is asked. `body` is bytes, or a file that is sent as it is; `into` is the file that the answer goes to."""

    method: str
    path: str
    body: bytes | Path | None = None
    into: IO[bytes] | None = None

    @property
    def writes(self) -> bool:
        """Whether it may change anything: of what only looks, nobody asks whether it was written."""
        return self.path.startswith(("/db/execute", "/db/load", "/boot"))

    def seconds(self, turn: int) -> float:
        """How long a node may be silent in the `turn`-th round: one that is hung is soon left, one that is slow is given time."""
        if self.into is not None or isinstance(self.body, Path):
            return _TRANSFER_SECONDS
        answering = min(_ANSWER_SECONDS * (1 << turn), _LONGEST_ANSWER_SECONDS)
        return answering * (1 + len(self.body or b"") // _MEBIBYTE)


class _NotHeard(Exception):
    """The node didn't take the request: nothing can have come of it."""


class _NoAnswer(Exception):
    """The node took the request, or may have, and what came of it isn't known."""


class NotAllowed(StoreOutOfReach):
    """The node doesn't know who asks, or knows them and doesn't let them."""

    wording = N_(
        "{node} doesn't let {user} do this: the password is right, the permission is missing. Name a user who may in the store's URL, such as admin, or ask the cluster's administrator."
    )


class NotUnderstood(StoreOutOfReach):
    """The node has no answer to such a request."""

    wording = N_(
        "{node} doesn't understand the request ({status}: {reason}). Is it an rqlite node, version 8 or newer?"
    )


class Unanswered(StoreOutOfReach):
    """No node answered in time. `sure`: nothing was written, because no node took a request that writes."""

    wording = N_(
        "{store} doesn't answer ({reason}); nothing was written. Check the network, or ask who runs the cluster whether most of its nodes are up."
    )
    unsure = N_(
        "{store} didn't answer in time ({reason}), and whether it was written isn't known. Look before you type it again: coursectl store info"
    )

    def __init__(self, wording: str | None = None, /, *, sure: bool = True, **facts: object) -> None:
        super().__init__(wording or (None if sure else self.unsure), **facts)
        self.sure = sure


class Nodes:
    """The nodes of a cluster, in the order that the user named them; the one that answered last is asked first."""

    def __init__(self, address: Address, name: str) -> None:
        self._address = address
        self._name = name
        self._order = list(address.nodes)
        self._connections: dict[Node, HTTPConnection] = {}
        self._headers = {"Content-Type": "application/json"}
        if address.user is not None:
            login = f"{address.user}:{address.password()}".encode()
            self._headers["Authorization"] = f"Basic {b64encode(login).decode('ascii')}"
        self._tls = self._trust() if address.tls else None

    def ask(self, request: Request) -> Any:
        """The answer's JSON; None where it goes to a file.

        Raises Unanswered, and StoreOutOfReach where an answer says that asking on is useless: no permission, no trust.
        But once a node may have taken a write, no other node's refusal says that nothing was written: the others are asked on.
        """
        began = time.monotonic()
        sure, reached = True, False
        refused: StoreOutOfReach | None = None
        pause = _FIRST_PAUSE
        for turn in count():
            reason = ""
            for node in tuple(self._order):
                try:
                    answer = self._ask(node, request, turn)
                except _NotHeard as error:
                    reason, reached = str(error), reached or error.__cause__ is None
                except _NoAnswer as error:
                    reason, reached, sure = str(error), True, sure and not request.writes
                except StoreOutOfReach as error:
                    if sure:
                        raise
                    refused, reached = error, True
                else:
                    self._prefer(node)
                    return answer
            waited = time.monotonic() - began
            if waited > (self._address.wait if reached else min(_NOBODY_SECONDS, self._address.wait)):
                wording = None if request.writes else _SILENCE
                raise Unanswered(wording, store=self._name, reason=refused or reason, sure=sure) from refused
            time.sleep(pause * random.uniform(0.5, 1))  # noqa: S311 - so that many who wait don't come back together
            pause = min(pause * 2, _LONGEST_PAUSE)
        raise AssertionError("the rounds have no end but those above")

    def refuse_unless_may_load(self) -> None:
        """Raises NotAllowed where whoever asks may not put a store in the place of another one; nothing is put there."""
        with suppress(NotUnderstood):  # who may is told that one doesn't ask in this way
            self.ask(Request("GET", "/db/load"))

    def close(self) -> None:
        """Hang up."""
        for connection in self._connections.values():
            connection.close()
        self._connections.clear()

    def _prefer(self, node: Node) -> None:
        if self._order[0] != node:
            self._order.remove(node)
            self._order.insert(0, node)

    def _ask(self, node: Node, request: Request, turn: int) -> Any:
        connection = self._connected(node)
        try:
            if connection.sock is not None:
                connection.sock.settimeout(request.seconds(turn))
            self._put(connection, request)
            response = connection.getresponse()
            if request.into is not None and response.status == 200:
                _pour(response, request.into)
                return None
            said = response.read()
        except (OSError, HTTPException) as error:
            self._hang_up(node)
            raise _NoAnswer(f"{node}: {_reason(error)}") from error
        if response.status in (401, 403):
            raise self._not_allowed(node, connection)
        return self._read(node, response.status, said)

    def _not_allowed(self, node: Node, connection: HTTPConnection) -> NotAllowed:
        """rqlite says 401 to a wrong password and to a missing permission alike; whoever may read at least is known to it."""
        if self._address.user is None:
            return NotAllowed(_NAMELESS, node=str(node))
        try:
            connection.request("GET", "/db/query?level=none&q=SELECT%201", None, self._headers)
            response = connection.getresponse()
            response.read()
            known = response.status not in (401, 403)
        except (OSError, HTTPException):
            self._hang_up(node)
            return NotAllowed(_NOT_ALLOWED, node=str(node), user=repr(self._address.user))
        return NotAllowed(None if known else _UNKNOWN, node=str(node), user=repr(self._address.user))

    def _connected(self, node: Node) -> HTTPConnection:
        if (there := self._connections.get(node)) is not None:
            return there
        import ssl

        connection = (
            HTTPConnection(node.host, node.port, timeout=_CONNECT_SECONDS)
            if self._tls is None
            else HTTPSConnection(node.host, node.port, timeout=_CONNECT_SECONDS, context=self._tls)
        )
        try:
            connection.connect()
        except ssl.SSLCertVerificationError as error:
            raise StoreOutOfReach(
                N_(
                    "{node} shows a certificate that isn't trusted ({reason}). Name the authority's file with ca= in the store's URL."
                ),
                node=str(node),
                reason=error.verify_message,
            ) from error
        except ssl.SSLError as error:
            raise StoreOutOfReach(
                N_(
                    "{node} doesn't speak TLS as it should ({reason}). Check rqlite:// or rqlites://, the port and your certificate."
                ),
                node=str(node),
                reason=error.reason or str(error),
            ) from error
        except OSError as error:
            raise _NotHeard(f"{node}: {_reason(error)}") from error
        self._connections[node] = connection
        return connection

    def _put(self, connection: HTTPConnection, request: Request) -> None:
        if isinstance(request.body, Path):
            headers = self._headers | {"Content-Type": "application/octet-stream"}
            with request.body.open("rb") as file:
                headers["Content-Length"] = str(request.body.stat().st_size)
                connection.request(request.method, request.path, file, headers)
        else:
            connection.request(request.method, request.path, request.body, self._headers)

    def _read(self, node: Node, status: int, said: bytes) -> Any:
        text = said.decode("utf-8", "replace").strip().partition("\n")[0][:200]
        if status in (400, 404, 405, 413):
            raise NotUnderstood(node=str(node), status=status, reason=text)
        if status == 503:  # it knows no leader: it has passed nothing on
            raise _NotHeard(f"{node}: {text}")
        if status != 200:
            raise _NoAnswer(f"{node}: {status} {text}")
        try:
            answer = json.loads(said) if said else {}
        except ValueError as error:
            raise StoreOutOfReach(
                N_("{node} answers in a way that no rqlite node does. Check the host and the port."), node=str(node)
            ) from error
        if isinstance(answer, dict) and answer.get(
            "error"
        ):  # of the cluster, not of a statement: a leader lost in between
            raise _NoAnswer(f"{node}: {answer['error']}")
        return answer

    def _hang_up(self, node: Node) -> None:
        if (connection := self._connections.pop(node, None)) is not None:
            connection.close()

    def _trust(self) -> ssl.SSLContext:
        import ssl

        try:
            context = ssl.create_default_context(cafile=self._address.ca)
            if self._address.cert is not None:
                context.load_cert_chain(self._address.cert, self._address.key)
        except (OSError, ssl.SSLError) as error:
            raise StoreOutOfReach(
                N_("The certificates named in the store's URL can't be read ({reason})."),
                reason=getattr(error, "strerror", None) or str(error),
            ) from error
        return context


_SILENCE = N_(
    "{store} doesn't answer ({reason}). Check the network, or ask who runs the cluster whether most of its nodes are up; see them with: coursectl store info"
)
_NAMELESS = N_("{node} doesn't let anybody without a name do this. Put the user into the store's URL: rqlite://USER@…")
_UNKNOWN = N_(
    "{node} doesn't know {user} with this password. Check the user in the store's URL, and that the password is theirs."
)
_NOT_ALLOWED = N_(
    "{node} doesn't let {user} do this. Check the user in the store's URL, the password, and what the cluster's administrator allows."
)


def _pour(response: HTTPResponse, into: IO[bytes]) -> None:
    into.seek(0)
    into.truncate()
    for piece in _pieces(response):
        into.write(piece)


def _pieces(response: HTTPResponse) -> Iterator[bytes]:
    while piece := response.read(1 << 20):
        yield piece


def _reason(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "no answer in time"
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
