"""Shows graphs and differences to a person: in a notebook's cell, else in the browser.

`cell_output` makes what a cell shows of its value, `cell_frame` the HTML that holds a page in it; `viewing` shows a file when it is
asked to.
"""

from __future__ import annotations

from .cell_output import difference_mimebundle, mimebundle
from .viewing import difference_page_file, in_notebook, page_file, show, view

__all__ = ["difference_mimebundle", "difference_page_file", "in_notebook", "mimebundle", "page_file", "show", "view"]
