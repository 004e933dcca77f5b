"""How VS Code and Colab embed a cell's output, rebuilt from their sources and documents: `docs/notebooks.md` names them.

Each place is several documents of several origins, so that a browser keeps them apart as it does there. Playwright answers for all of them.
"""

from __future__ import annotations

import json
from typing import Any, Dict

WEBVIEW_CSP = "default-src 'none'; script-src 'self'; frame-src 'self'; style-src 'unsafe-inline';"
"""Of the frame that VS Code keeps between itself and a webview (webview/browser/pre/index.html)."""
NOTEBOOK_CSP = (
    "default-src 'none'; script-src https://webview.test 'unsafe-inline' 'unsafe-eval'; style-src https://webview.test 'unsafe-inline'; "
    "img-src https://webview.test https: http: data:; font-src https://webview.test https:; connect-src https:; child-src https: data:;"
)
"""Of the webview with the outputs, where the setting notebook.experimental.enableCsp is on (backLayerWebView.ts)."""
_EDITOR = """<!DOCTYPE html><title>editor</title><body style="margin: 0">
<iframe class="webview" style="border: none; width: 1000px; height: 760px" src="https://webview.test/index.html"
 sandbox="allow-scripts allow-same-origin allow-forms allow-pointer-lock allow-downloads"></iframe>"""
_WEBVIEW = f"""<!DOCTYPE html><meta http-equiv="Content-Security-Policy" content="{WEBVIEW_CSP}">
<body style="margin: 0; overflow: hidden"><script type="module" src="main.js"></script>"""
_MAIN = """
const frame = document.createElement('iframe');
frame.id = 'pending-frame';
frame.setAttribute('sandbox', 'allow-same-origin allow-pointer-lock allow-scripts allow-downloads allow-forms');
frame.src = './fake.html';
frame.style.cssText = 'position: absolute; width: 100%; height: 100%; border: none';
document.body.appendChild(frame);
frame.contentWindow.addEventListener('DOMContentLoaded', (event) => setTimeout(async () => {
  const inner = event.target;
  inner.open();
  inner.write(CONTENT);
  inner.close();
}, 0));
"""
_RENDERER = """<!DOCTYPE html><html><head><meta charset="UTF-8">CSP</head><body><div id="container"></div><script>
const policy = trustedTypes.createPolicy('notebookRenderer', {createHTML: (value) => value, createScript: (value) => value});
const element = document.createElement('div');
element.innerHTML = policy.createHTML(OUTPUT);
document.getElementById('container').appendChild(element);
</script></body></html>"""
_COLAB = """<!DOCTYPE html><title>notebook</title><body style="margin: 0">
<iframe style="border: none; width: 1000px; height: 760px" sandbox="allow-scripts" src="https://output.colab.test/outputframe.html"></iframe>"""
_OUTPUT_FRAME = """<!DOCTYPE html><body><div id="output-area"></div><script>
const element = document.createElement('div');
element.innerHTML = OUTPUT;
document.getElementById('output-area').appendChild(element);
</script>"""


def _script(value: str) -> str:
    """A text as it may stand in a script element."""
    return json.dumps(value).replace("</", "<\\/").replace("<!--", "<\\!--")


def vscode(output: str, *, strict: bool) -> Dict[str, str]:
    """The documents of VS Code, by address, with one output in `text/html`; `strict` with its policy for notebooks."""
    policy = f'<meta http-equiv="Content-Security-Policy" content="{NOTEBOOK_CSP}">' if strict else ""
    content = _RENDERER.replace("CSP", policy).replace("OUTPUT", _script(output))
    return {
        "https://editor.test/": _EDITOR,
        "https://webview.test/index.html": _WEBVIEW,
        "https://webview.test/main.js": _MAIN.replace("CONTENT", json.dumps(content)),
        "https://webview.test/fake.html": "<!DOCTYPE html>",
    }


def colab(output: str) -> Dict[str, str]:
    """The documents of Colab: each output in a frame of another origin, with nothing allowed but what scripts need at all."""
    return {
        "https://colab.test/": _COLAB,
        "https://output.colab.test/outputframe.html": _OUTPUT_FRAME.replace("OUTPUT", _script(output)),
    }


def opened(page: Any, documents: Dict[str, str]) -> Any:
    """Open the first of the documents. Gives the frame with opscope's page."""
    return found(page, documents, "iframe[title=opscope]").content_frame()


def found(page: Any, documents: Dict[str, str], selector: str) -> Any:
    """Open the first of the documents; whatever else a page asks for is refused. Gives the element of the cell's output."""

    def answer(route: Any) -> None:
        document = documents.get(route.request.url)
        if document is None:
            route.abort()
            return
        script = route.request.url.endswith(".js")
        route.fulfill(body=document, content_type="text/javascript" if script else "text/html; charset=utf-8")

    page.route("**/*", answer)
    page.goto(next(iter(documents)))
    for _ in range(600):
        for frame in page.frames:
            held = frame.query_selector(selector) if frame.url != "about:blank" else None
            if held is not None:
                return held
        page.wait_for_timeout(100)
    raise AssertionError([frame.url for frame in page.frames])
