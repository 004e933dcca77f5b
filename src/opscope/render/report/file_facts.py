"""The lines of the summary about a model file, from the `Graph.facts` of a loaded graph."""

from __future__ import annotations

from typing import TYPE_CHECKING, Dict, List, Mapping

if TYPE_CHECKING:
    from ...graph.facts import Facts, TensorFacts

MAX_SIGNATURES = 20
MAX_ARGUMENTS = 8
MAX_NAMES = 12
MAX_GRAPHS = 20


def file_lines(facts: "Facts") -> List[str]:
    """The format and sizes, a line for each signature, then functions, constants and so on; none for a traced graph."""
    if "format" not in facts:  # what is told of a trace or of a measurement is told elsewhere
        return []
    found = [_format(facts), *_signatures(facts)]
    found += _checkpoint(facts)
    found += _keras(facts)
    found += _lite(facts)
    found += _log(facts)
    functions = facts.get("functions") or {}
    if functions or facts.get("library_functions"):
        found.append(
            f"functions: {len(functions):,} of the {facts.get('library_functions', 0):,} in the file are used here"
        )
    constants = facts.get("constants")
    if constants is not None and constants["count"]:
        found.append(f"constants: {constants['count']:,} with {constants['bytes']:,} bytes in total")
    if facts.get("inferred_shapes"):
        found.append(f"shapes: not in the file for {facts['inferred_shapes']:,} ops, inferred by opscope")
    for names, what in ((facts.get("custom_ops"), "custom ops"), (facts.get("assets"), "assets")):
        if names:
            found.append(f"{what}: {_listed(names)}")
    return found


def _checkpoint(facts: "Facts") -> List[str]:
    """What a checkpoint does not have, and where that is."""
    if facts.get("format") != "checkpoint":
        return []
    beside = facts.get("graphs_beside")
    where = f"give {beside[0]}, which is beside it" if beside else "trace the model that it belongs to"
    found = [f"no graph: a checkpoint holds variables alone; to see the graph, {where}"]
    if facts.get("values_missing"):
        found.append(f"values: {facts['values_missing']:,} of the files that have them are not there")
    if facts.get("objects_unread"):
        found.append("objects: what describes them cannot be read, so names alone tell how variables belong together")
    return found


def _keras(facts: "Facts") -> List[str]:
    """What a file of Keras leaves open."""
    found = []
    if facts.get("calls_unknown"):
        found.append(
            f"the calls of {facts['calls_unknown']} are Python code, which is not in the file: only its weights are shown"
        )
    if facts.get("weights_unread"):
        found.append(
            f"parameters: counted by what the layers are set to, not by stored weights ({facts['weights_unread']})"
        )
    return found


def _log(facts: "Facts") -> List[str]:
    """Which graph of a log is shown, which others there are, and what could not be read."""
    shown, others = facts.get("log_graph"), facts.get("other_graphs") or []
    if shown is None:
        return []
    when = f", written {shown['written']}" if shown["written"] else ""
    found = [f"shown: run {shown['run']}, tag {shown['tag']} ({shown['kind']}), step {shown['step']:,}{when}"]
    if others:
        count = facts["graphs_in_log"] - 1
        runs: Dict[str, List[str]] = {}
        for each in others[:MAX_GRAPHS]:
            runs.setdefault(each["run"], []).append(f"{each['tag']} ({each['kind']})")
        named = "; ".join(f"run {run}: {', '.join(tags)}" for run, tags in runs.items())
        more = f" and {count - MAX_GRAPHS:,} more" if count > MAX_GRAPHS else ""
        found.append(f"{count:,} other graph{'' if count == 1 else 's'} in the log: {named}{more}")
    return [*found, *(f"not read: {why}" for why in facts.get("damage", [])[:MAX_NAMES])]


def _lite(facts: "Facts") -> List[str]:
    """What a TensorFlow Lite file has beside the part that is shown."""
    found = []
    uncalled = facts.get("uncalled")
    if uncalled:
        found.append(f"subgraphs that no signature begins and no operator runs, not shown: {_listed(uncalled)}")
    if facts.get("metadata"):
        found.append(f"metadata: {_listed(facts['metadata'])}")
    return found


def _format(facts: "Facts") -> str:
    """The format of the file, its sizes, tags and version."""
    parts = [facts["format"]]
    sizes = (
        (facts.get("graph_bytes"), "bytes of graph definition"),
        (facts.get("variables_bytes"), "bytes of variables"),
    )
    parts += [f"{size:,} {what}" for size, what in sizes if size]
    sets = facts.get("tag_sets") or []
    if len(sets) > 1:
        parts.append(
            f"{len(sets)} graphs, tagged " + " / ".join("+".join(tags) or "(none)" for tags in sets[:MAX_NAMES])
        )
    elif facts.get("tags"):
        parts.append("tagged " + "+".join(facts["tags"]))
    if facts.get("keras"):
        parts.append(f"Keras {facts['keras']}")
    if facts.get("schema_version") is not None:
        parts.append(f"schema version {facts['schema_version']}")
    if facts.get("needs_runtime"):
        parts.append(f"needs runtime {facts['needs_runtime']}")
    if facts.get("description"):
        parts.append(f"described as {facts['description']!r}")
    if facts.get("producer"):
        parts.append(f"GraphDef version {facts['producer']}")
    if facts.get("version") is not None:
        which = "the only one" if facts["versions"] == 1 else f"the highest of {facts['versions']:,}"
        parts.append(f"version {facts['version']} shown, {which} in the folder")
    if facts.get("function"):
        parts.append(f"function {facts['function']} shown")
    return ", ".join(parts)


def _signatures(facts: "Facts") -> List[str]:
    """A line for each signature. TensorFlow's own, such as ``__saved_model_init_op``, are left out."""
    signatures = {
        name: ends for name, ends in (facts.get("signatures") or {}).items() if not name.startswith("__saved_")
    }
    found = []
    for name in list(signatures)[:MAX_SIGNATURES]:
        shown = " (shown)" if name == facts.get("signature") else ""
        ends = f"{_tensors(signatures[name]['inputs'])} -> {_tensors(signatures[name]['outputs'])}"
        found.append(f"signature {name}{shown}: {ends}")
    if len(signatures) > MAX_SIGNATURES:
        found.append(f"and {len(signatures) - MAX_SIGNATURES:,} more signatures")
    return found


def ends_line(inputs: Mapping[str, "TensorFacts"], outputs: Mapping[str, "TensorFacts"]) -> str:
    """What goes into a graph that shows no signature, and what comes out."""
    return f"inputs and outputs: {_tensors(inputs)} -> {_tensors(outputs)}"


def _tensors(tensors: Mapping[str, "TensorFacts"]) -> str:
    """The inputs or the outputs of a signature."""
    parts = [f"{name} {_type(tensors[name])}" for name in list(tensors)[:MAX_ARGUMENTS]]
    if len(tensors) > MAX_ARGUMENTS:
        parts.append(f"{len(tensors) - MAX_ARGUMENTS:,} more")
    return ", ".join(parts) or "nothing"


def _type(tensor: "TensorFacts") -> str:
    shape = "(unknown)" if tensor["shape"] is None else str(tuple(tensor["shape"]))
    return f"{tensor['dtype']} {shape}"


def _listed(names: List[str]) -> str:
    more = f" and {len(names) - MAX_NAMES:,} more" if len(names) > MAX_NAMES else ""
    return ", ".join(names[:MAX_NAMES]) + more
