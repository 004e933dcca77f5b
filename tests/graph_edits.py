"""Edits of known kinds, made to the JSON of a graph: what a comparison has to find again."""

from __future__ import annotations

import copy
import pickle
from functools import lru_cache
from random import Random
from typing import Any, Callable, Dict, List, Optional

from opscope.graph.graph import Graph
from opscope.graph.json import from_dict, to_dict

Data = Dict[str, Any]


def edited(graph: Graph, count: int, seed: int) -> "tuple[Graph, List[str]]":
    """The graph after some random edits, and what they were."""
    random, data = Random(seed), pickle.loads(_pickled(graph))
    done: List[str] = []
    for number in range(200):
        if len(done) == count:
            break
        edit = random.choice(EDITS)
        said = edit(data, random, f"new{seed}_{number}x")
        if said:
            done.append(said)
    return from_dict(data), done


@lru_cache(maxsize=1)
def _pickled(graph: Graph) -> bytes:
    """The JSON of a graph that many edits are tried on."""
    return pickle.dumps(to_dict(graph))


def rename_op(data: Data, random: Random, new: str) -> Optional[str]:
    node = random.choice(data["nodes"])
    old, scope = node["name"], node["name"].rpartition("/")[0]
    name = f"{scope}/{new}" if scope else new
    if node["op"] in ("_Arg", "_Retval") or _owns(data, old):
        return None
    node["name"] = name
    _retarget(data, lambda edge: edge["node"] == old, {"node": name})
    return f"op {old} renamed to {name}"


def _owns(data: Data, name: str) -> bool:
    """Whether a body's names begin with that of the op, which then says whose body it is."""
    return any(node["name"].startswith(name + "/") for node in data["nodes"])


def _retarget(data: Data, where: Callable[[Data], bool], what: Data) -> None:
    for ports in [node["inputs"] for node in data["nodes"]] + [data.get("outputs", [])]:
        for edge in ports:
            if where(edge):
                edge.update(what)


def rename_layer(data: Data, random: Random, new: str) -> Optional[str]:
    if not data["groups"]:
        return None
    group = random.choice(data["groups"])
    old = group["path"]
    around = old[: -len(old.rpartition("/")[2])]
    if group["kind"] not in ("layer", "model", "module", "scope"):
        return None
    group["name"] = new
    _repath(data, old, around + new)
    return f"group {old} renamed to {new}"


def _repath(data: Data, old: str, new: str) -> None:
    """Give a group another path, and all that is in it or names it."""

    def path(text: Optional[str]) -> Optional[str]:
        if text is not None and (text == old or text.startswith(old + "/")):
            return new + text[len(old) :]
        return text

    for group in data["groups"]:
        group["path"], group["parent"], group["of"] = path(group["path"]), path(group["parent"]), path(group["of"])
    for node in data["nodes"]:
        node["group"] = path(node["group"])


def remove_op(data: Data, random: Random, _: str) -> Optional[str]:
    """Take out an op with one data input: who used it uses that input's source."""
    chosen = [
        node
        for node in data["nodes"]
        if node["op"] not in ("_Arg", "_Retval")
        and len(node["inputs"]) == 1
        and len(node["outputs"]) == 1
        and not node["inputs"][0]["control"]
    ]
    if not chosen:
        return None
    node = random.choice(chosen)
    if _owns(data, node["name"]):
        return None
    source = {key: node["inputs"][0][key] for key in ("node", "output")}
    _retarget(data, lambda edge: edge["node"] == node["name"] and not edge.get("control"), source)
    _retarget(data, lambda edge: edge["node"] == node["name"], {"node": source["node"]})
    data["nodes"].remove(node)
    return f"op {node['name']} removed"


def insert_op(data: Data, random: Random, new: str) -> Optional[str]:
    """Put an op between another one's first output and all that use it."""
    place = random.randrange(len(data["nodes"]))
    node = data["nodes"][place]
    if not node["outputs"] or node["op"] in ("_Arg", "_Retval"):
        return None
    scope = node["name"].rpartition("/")[0]
    name = f"{scope}/{new}" if scope else new
    _retarget(data, lambda edge: edge["node"] == node["name"] and edge["output"] == 0, {"node": name})
    added = {
        **copy.deepcopy(node), "name": name, "op": "Tanh", "inputs": [{"node": node["name"], "output": 0, "control": False}],
        "outputs": copy.deepcopy(node["outputs"][:1]), "attrs": {"T": node["outputs"][0]["dtype"]}, "cost": None, "measured": None,
    }  # fmt: skip
    data["nodes"].insert(place + 1, added)
    return f"op {name} inserted"


def change_attribute(data: Data, random: Random, new: str) -> Optional[str]:
    node = random.choice(data["nodes"])
    keys = sorted(key for key in node["attrs"] if key not in ("index", "_missing_functions", "_not_expanded"))
    if not keys:
        return None
    key = random.choice(keys)
    node["attrs"] = {**node["attrs"], key: new}
    return f"attribute {key} of {node['name']} changed"


def move_group(data: Data, random: Random, new: str) -> Optional[str]:
    if len(data["groups"]) < 2:
        return None
    group, home = random.choice(data["groups"]), random.choice(data["groups"])
    old = group["path"]
    name = old.rpartition("/")[2]
    target = f"{home['path']}/{name}"
    taken = {each["path"] for each in data["groups"]}
    if (
        group["kind"] not in ("layer", "scope")
        or home["kind"] not in ("layer", "model", "module", "scope")
        or home["path"] in (old, group["parent"])
        or home["path"].startswith(old + "/")
        or target in taken
    ):
        return None
    group["parent"] = home["path"]
    _repath(data, old, target)
    data["groups"].sort(key=lambda each: each["path"].count("/"))  # parents first
    return f"group {old} moved to {target}"


def repeat_group(data: Data, random: Random, new: str) -> Optional[str]:
    """One copy more of a group that repeats, behind the last one: what used that one's results uses those of the new one."""
    stems: Dict[Any, List[Data]] = {}
    for group in data["groups"]:
        stems.setdefault(
            (group["parent"], group["kind"], group["class"], group["name"].rstrip("0123456789")), []
        ).append(group)
    chosen = [groups for groups in stems.values() if len(groups) >= 3 and not _is_shared(data, groups[-1])]
    if not chosen:
        return None
    last = random.choice(chosen)[-1]
    old = last["path"]
    name = last["name"].rstrip("0123456789") + "9" + str(random.randrange(1000))
    fresh = old[: -len(old.rpartition("/")[2])] + name
    if any(group["path"] == fresh for group in data["groups"]):
        return None
    inside = [node for node in data["nodes"] if node["group"] == old or (node["group"] or "").startswith(old + "/")]
    if not inside:
        return None
    names = {node["name"]: f"{node['name']}_{name}" for node in inside}
    for group in [each for each in data["groups"] if each["path"] == old or each["path"].startswith(old + "/")]:
        added = {**copy.deepcopy(group), "path": fresh + group["path"][len(old) :]}
        added["parent"] = last["parent"] if group is last else fresh + group["parent"][len(old) :]
        added["name"] = name if group is last else group["name"]
        data["groups"].append(added)
    at = data["nodes"].index(inside[-1]) + 1
    for node in inside:
        added = {**copy.deepcopy(node), "name": names[node["name"]], "group": fresh + node["group"][len(old) :]}
        for edge in added["inputs"]:
            edge["node"] = names.get(edge["node"], edge["node"])
        data["nodes"].insert(at, added)
        at += 1
    return f"group {old} once more, as {fresh}"


def _is_shared(data: Data, group: Data) -> bool:
    return bool(group["variables"]) or any(
        node["op"] in ("_Arg", "_Retval") and (node["group"] or "").startswith(group["path"]) for node in data["nodes"]
    )


EDITS = (rename_op, rename_layer, remove_op, insert_op, change_attribute, move_group, repeat_group)
