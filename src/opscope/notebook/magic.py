"""``%load_ext opscope``: the magics ``%opscope`` and ``%%opscope`` of IPython. The only module that imports IPython when it is loaded."""

from __future__ import annotations

import argparse
import ast
import symtable
from typing import TYPE_CHECKING, Any, Dict, Optional

from IPython.core.error import UsageError
from IPython.core.magic import Magics, line_cell_magic, magics_class, no_var_expand
from IPython.display import FileLink, display

from ..capture import trace
from ..cli import drawing, source
from ..errors import InputError, OpscopeError, for_command
from ..graph.graph import Graph
from ..render.heeded import require_heeded
from ..render.registry import suffix_of
from ..render.save import save_one
from .cell_output import mimebundle, picture_bundle
from .defined_models import is_shown, model_of_cell, named_model
from .magic_line import ToldError, magic_parser, read_line

if TYPE_CHECKING:
    from ..render.options import Options


@magics_class
class OpscopeMagics(Magics):  # type: ignore[misc]  # IPython's classes are Any here
    """The magics of a notebook, or of IPython in a terminal."""

    @no_var_expand  # type: ignore[untyped-decorator]
    @line_cell_magic  # type: ignore[untyped-decorator]
    def opscope(self, line: str, cell: Optional[str] = None) -> None:
        """Show the graph of a model; `load_ipython_extension` puts the help here."""
        __tracebackhide__ = True  # an error in the user's cell is told without these lines
        try:
            options = read_line(line)
            drawn = _drawn(options)
            if cell is None and options.model is None:
                raise InputError("name the model: %opscope model; %%opscope shows what its cell defines")
        except ToldError:
            return
        except OpscopeError as error:
            raise UsageError(for_command(error)) from error
        bound, value = self._run(cell, shows_value=options.model is None) if cell is not None else ({}, None)
        try:
            subject = named_model(options.model, self.shell.user_ns) if options.model else model_of_cell(bound, value)
            self._show(_graph(subject, options), options, drawn)
        except OpscopeError as error:
            if options.traceback:
                raise
            # What the user's model raised while it was traced is the cause.
            theirs = error.__cause__ is not None and not isinstance(error.__cause__, OpscopeError)
            raise UsageError(for_command(error) + ("; --traceback shows where" if theirs else "")) from error

    def _run(self, cell: str, *, shows_value: bool) -> "tuple[Dict[str, Any], Any]":
        """Run the cell as IPython does; what it bound to names, and its own value.

        The value is printed as usual, unless it is a model and is shown as such.
        """
        __tracebackhide__ = True
        code = self.shell.transform_cell(cell)
        # IPython leaves out what is above the first line of code; lines are to be those of the whole cell, its first the magic's.
        above = cell[: len(cell) - len(cell.lstrip())].count("\n") + 1
        code = "\n" * above + code
        # From there Python, and so AutoGraph and opscope, read the lines of the cell.
        place = self.shell.compile.cache(code, self.shell.execution_count)
        tree = self.shell.transform_ast(self.shell.compile.ast_parse(code, filename=place))
        names = self.shell.user_ns
        before = {name: id(value) for name, value in names.items()}
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        exec(self.shell.compile(tree, place, "exec"), names)  # noqa: S102  (the user's own cell)
        value = None
        if last is not None:
            value = eval(self.shell.compile(ast.Expression(last.value), place, "eval"), names)  # noqa: S307
            if not (shows_value and is_shown(value)):
                self.shell.displayhook(value)
        written = {
            each.get_name() for each in symtable.symtable(code, place, "exec").get_symbols() if each.is_assigned()
        }
        bound = {
            name: each
            for name, each in names.items()
            if name in written or (before.get(name) != id(each) and name not in self.shell.user_ns_hidden)
        }
        return bound, value

    def _show(self, graph: Graph, options: argparse.Namespace, drawn: "Options") -> None:
        """Keep, write and show the graph as the arguments say."""
        if options.graph:
            self.shell.user_ns[options.graph] = graph
        for path in options.output:
            display(FileLink(str(save_one(graph, path, drawn))))
        if not options.output:
            display(picture_bundle(graph, drawn) if options.picture else mimebundle(graph, drawn), raw=True)


def _drawn(options: argparse.Namespace) -> "Options":
    """The options of the drawing; `InputError` for one that nothing of what is asked for heeds."""
    drawn = drawing.chosen(options)
    if options.picture and options.output:
        raise InputError("--picture says what the cell shows, and with -o it shows a link; leave one of them out")
    if not options.output and not options.picture:
        try:
            require_heeded(drawn, [".html"])
        except InputError as error:
            require_heeded(drawn, [".svg"])
            raise InputError(f"{for_command(error)}; or show a picture, with --picture") from error
    shown = [] if not options.picture else [".svg"]
    require_heeded(drawn, [suffix_of(path) for path in options.output] or shown or [".html"])
    return drawn


def _graph(subject: Any, options: argparse.Namespace) -> Graph:
    """The graph of what was found: traced, measured, or as it is."""
    positional, named = source.inputs(options)
    if isinstance(subject, Graph):
        if options.profile or options.input or options.training or options.step:
            raise InputError(
                "a graph is shown as it is; leave the options of tracing and measuring out, or name the model"
            )
        return subject
    live = {"training": options.training, "step": options.step, **named}
    if not options.profile:
        return trace(subject, *positional, **live)
    from ..profile.measure import profile

    chosen = {name: getattr(options, name) for name in ("steps", "batch") if getattr(options, name) is not None}
    return profile(subject, *positional, **chosen, **live)


def load_ipython_extension(shell: Any) -> None:
    """Give IPython the magics, with their help: ``%opscope?`` shows it, and ``%opscope -h``."""
    OpscopeMagics.opscope.__doc__ = magic_parser().format_help()
    shell.register_magics(OpscopeMagics)
