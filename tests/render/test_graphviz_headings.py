import re
from xml.etree import ElementTree as ET

from opscope.render.dot.graphviz_headings import headings_on_top

SVG = """<?xml version="1.0"?>
<svg width="100pt" height="100pt" viewBox="0 0 100 100" xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">
<g id="graph0" class="graph">
<g id="clust1" class="cluster">
<title>cluster_0</title>
<g id="a_clust1"><a xlink:title="net &lt;b&gt;">
<path fill="#fbfcfe" stroke="#c3cad4" d="M0,0L9,9"/>
<text text-anchor="start" x="10" y="20" font-family="Inter" font-weight="bold" font-size="11.00">net &lt;b&gt;</text>
<text text-anchor="start" x="40" y="20" font-family="Inter" font-size="11.00"> &#160;</text>
</a>
</g>
</g>
<g id="node1" class="node"><text x="1" y="2" font-size="9.00">op</text></g>
<g id="edge1" class="edge"><path fill="none" d="M0,0L9,9"/></g>
</g>
</svg>
"""


def order(svg):
    return [(node.tag.rpartition("}")[2], "".join(node.itertext()).strip()) for node in ET.fromstring(svg).iter()]


def test_a_cards_words_stand_above_the_wires_on_a_ground_of_the_cards_colour():
    found = [entry for entry in order(headings_on_top(SVG)) if entry[0] in {"path", "text", "rect"}]
    assert found == [("path", ""), ("text", "op"), ("path", ""), ("rect", ""), ("text", "net <b>"), ("text", "")]
    assert re.search(r'<rect [^>]*fill="#fbfcfe" stroke="none"/><text [^>]*>net &lt;b&gt;', headings_on_top(SVG))


def test_no_word_is_lost_or_said_twice():
    before, after = (sorted(words for tag, words in order(svg) if tag == "text") for svg in (SVG, headings_on_top(SVG)))
    assert before == after


def test_a_drawing_without_cards_stays_as_it_is():
    plain = re.sub(r'<g id="clust1".*?</g>\n</g>\n', "", SVG, flags=re.DOTALL)
    assert headings_on_top(plain) == plain


def test_what_is_no_drawing_stays_as_it_is():
    assert headings_on_top("") == ""
