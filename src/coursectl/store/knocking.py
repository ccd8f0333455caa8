"""Which nodes of a cluster answer, each asked for itself: what there is to tell when they don't do so together."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, replace

from coursectl.errors import N_, untranslated
from coursectl.store.address import Address, Node, parse
from coursectl.store.contract import StoreOutOfReach
from coursectl.store.nodes import Nodes, Request


@dataclass(frozen=True)
class Knocked:
    """A node that the URL names: whether it answers, whom it takes for the leader, and what is wrong where it doesn't."""

    node: str
    answers: bool
    leads: bool = False
    leader: str | None = None
    reason: str = ""


def knock(url: str) -> list[Knocked]:
    """Ask each of the nodes that the URL names, all at once; a few seconds at most. Raises Usage for a URL that is none."""
    address = parse(url)
    with ThreadPoolExecutor(len(address.nodes)) as pool:
        return list(pool.map(lambda node: _knock(address, node), address.nodes))


def _knock(address: Address, node: Node) -> Knocked:
    try:
        with closing(Nodes(replace(address, nodes=(node,), wait=0), str(node))) as alone:
            told = alone.ask(Request("GET", "/status"))["store"]
    except StoreOutOfReach as error:
        return Knocked(str(node), answers=False, reason=str(error.facts.get("reason", "")) or str(error))
    leader = told.get("leader", {}).get("addr") or None
    return Knocked(str(node), answers=True, leads=told.get("raft", {}).get("state") == "Leader", leader=leader)


def are_most(nodes: list[Knocked]) -> bool:
    """Whether enough of them answer for the cluster to be able to work."""
    return sum(one.answers for one in nodes) * 2 > len(nodes)


class FewAnswer(StoreOutOfReach):
    """The cluster doesn't work: its nodes, one by one, and what can be done all the same."""

    wording = N_("{store} doesn't work: {count} of its {all} nodes answer, and most must, with a leader among them.")

    def __init__(self, store: str, nodes: list[Knocked]) -> None:
        super().__init__(store=store, count=sum(one.answers for one in nodes), all=len(nodes))
        self.nodes = nodes

    def sentence(self, translate: Callable[[str], str] = untranslated) -> str:
        advice = N_("Bring back the nodes that don't answer, or ask who runs the cluster.")
        stale = N_(
            "To look at what those have that answer, or to keep it: add --stale to store info, lists and store backup."
        )
        lines = [super().sentence(translate), *(f"  {_told(one, translate)}" for one in self.nodes), translate(advice)]
        return "\n".join([*lines, translate(stale)] if any(one.answers for one in self.nodes) else lines)


def _told(one: Knocked, translate: Callable[[str], str]) -> str:
    if not one.answers:
        wording = N_("{node}: doesn't answer ({reason})")
    elif one.leads:
        wording = N_("{node}: answers, and leads")
    else:
        wording = (
            N_("{node}: answers, and follows {leader}") if one.leader else N_("{node}: answers, and knows no leader")
        )
    return translate(wording).format(node=one.node, reason=one.reason, leader=one.leader)
