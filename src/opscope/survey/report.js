// The report of a survey. All words and figures come from Python as harmless text; nothing is ever put into the page as markup.
"use strict";
const data = JSON.parse(document.getElementById("data").textContent);
const STEP = 100; // so many rows more are shown at a time: a browser is slow with a table of 100,000
const state = { order: null, down: true, only: null, why: "", words: "", shown: STEP, tab: "models" };

function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name in element) element[name] = value;
    else element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

function narrow(rows, why) {
  Object.assign(state, { only: rows === null ? null : new Set(rows), why, shown: STEP, tab: "models" });
  draw();
}

function head() {
  const tiles = data.tiles.map((tile) =>
    make("button", { className: tile.bad ? "tile bad" : "tile", disabled: tile.rows === null, onclick: () => narrow(tile.label === "models" ? null : tile.rows, tile.label) },
      make("b", {}, tile.count), make("span", {}, ` ${tile.label}`)));
  const place = data.common ? make("p", { className: "soft place" }, "below ", make("code", {}, data.common)) : null;
  document.getElementById("head").replaceChildren(make("h1", {}, "Survey"), make("div", { className: "tiles" }, ...tiles), place ?? "");
}

function chart({ title, bars }) {
  const most = Math.max(...bars.map((bar) => bar.rows.length), 1);
  const lines = bars.map((bar) => {
    const fill = make("i", {});
    fill.style.setProperty("width", `${(100 * bar.rows.length) / most}%`);
    return make("button", { className: "bar", disabled: !bar.rows.length, title: `${bar.label}: ${bar.rows.length}`, onclick: () => narrow(bar.rows, `${title}: ${bar.label}`) },
      make("span", { className: "label" }, bar.label), make("span", { className: "room" }, fill), make("span", { className: "count" }, bar.rows.length.toLocaleString("en")));
  });
  return make("section", { className: "chart" }, make("h2", {}, title), ...lines);
}

const TABS = {
  models: ["Models", () => data.rows.length],
  charts: ["Distributions", () => data.charts.length],
  alike: ["Alike", () => data.alike.length],
  findings: ["Findings", () => data.findings.length],
  custom: ["Own ops", () => data.custom.length],
  breaks: [`Breaks on TensorFlow ${data.tensorflow}`, () => data.breaks.length],
  failed: ["Not read", () => data.failed.length],
};

function tabs() {
  const names = Object.keys(TABS).filter((name) => name !== "breaks" || data.breaks !== null);
  document.getElementById("tabs").replaceChildren(...names.map((name) => {
    const [title, count] = TABS[name];
    return make("button", { "aria-pressed": String(state.tab === name), onclick: () => { state.tab = name; draw(); } },
      title, make("span", { className: "soft" }, ` ${count().toLocaleString("en")}`));
  }));
}

function chosen() {
  const words = state.words.toLowerCase();
  const places = data.rows.map((_, place) => place).filter((place) =>
    (state.only === null || state.only.has(place)) &&
    (!words || [...data.rows[place].cells.map(([text]) => text), data.rows[place].error].some((text) => text.toLowerCase().includes(words))));
  if (state.order === null) return places;
  const numbers = data.columns[state.order].kind === "number";
  const sign = state.down ? -1 : 1;
  return places.sort((one, two) => {
    const a = data.rows[one].cells[state.order], b = data.rows[two].cells[state.order];
    if (!numbers) return sign * -1 * (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0) || one - two;
    if (a[1] === null || b[1] === null) return (a[1] === null) - (b[1] === null) || one - two; // what is not known comes last
    return sign * (a[1] - b[1]) || one - two;
  });
}

function order(column) {
  Object.assign(state, { down: state.order === column ? !state.down : true, order: column, shown: STEP });
  draw();
}

function table() {
  const places = chosen();
  const count = places.length;
  const columns = data.columns.map(({ title }, column) => {
    const sorted = state.order === column;
    const up = data.columns[column].kind === "number" ? !state.down : state.down;
    return make("th", { scope: "col", className: data.columns[column].kind, "aria-sort": sorted ? (up ? "ascending" : "descending") : "none" },
      make("button", { onclick: () => order(column) }, title, sorted ? (up ? " ▲" : " ▼") : ""));
  });
  const body = make("tbody", {}, ...places.slice(0, state.shown).flatMap(line));
  const more = count > state.shown ? make("button", { className: "more", onclick: () => { state.shown += STEP * 5; draw(); } }, `show ${Math.min(STEP * 5, count - state.shown)} more of ${(count - state.shown).toLocaleString("en")}`) : null;
  const all = state.only === null ? null : make("button", { className: "all", onclick: () => narrow(null, "") }, `${state.why} ×`);
  const told = make("span", { className: "soft" }, `${count.toLocaleString("en")} of ${data.rows.length.toLocaleString("en")}`);
  return [make("div", { className: "find" }, search, all ?? "", told),
    make("div", { className: "scroll" }, make("table", {}, make("thead", {}, make("tr", {}, ...columns)), body)), more ?? ""];
}

const search = make("input", { type: "search", placeholder: "path, format, error …", "aria-label": "Find models", oninput: () => {
  Object.assign(state, { words: search.value, shown: STEP });
  draw();
  search.focus();
} });

function line(place) {
  const { cells, more, drawing, error } = data.rows[place];
  const own = make("tr", {});
  const details = make("tr", { className: "details", hidden: true });
  cells.slice(0, error ? 1 : cells.length).forEach(([text], column) => {
    const cell = make("td", { className: data.columns[column].kind, title: column ? "" : text });
    if (column) cell.append(text);
    else {
      cell.append(make("button", { className: "name", "aria-expanded": "false", onclick: (event) => {
        if (!details.hasChildNodes()) details.append(make("td", { colSpan: cells.length }, make("dl", {}, ...more.flatMap(([title, told]) => [make("dt", {}, title), make("dd", {}, told)]))));
        details.hidden = !details.hidden;
        event.currentTarget.setAttribute("aria-expanded", String(!details.hidden));
      } }, text));
      if (drawing) cell.append(" ", make("a", { href: drawing }, "overview"));
    }
    own.append(cell);
  });
  if (error) own.append(make("td", { className: "error", colSpan: cells.length - 1 }, error));
  return [own, details];
}

function listed(entries, title, none) {
  if (!entries.length) return [make("p", { className: "none" }, none)];
  const most = Math.max(...entries.map((entry) => entry.rows.length));
  return [make("table", { className: "list" }, make("tbody", {}, ...entries.map((entry) => {
    const fill = make("i", {});
    fill.style.setProperty("width", `${(100 * entry.rows.length) / most}%`);
    return make("tr", {}, make("td", { className: "number" }, make("button", { className: "name", onclick: () => narrow(entry.rows, `${title}: ${entry.name}`) }, entry.rows.length.toLocaleString("en"))),
      make("td", { className: "room" }, fill), make("td", {}, entry.name, entry.words ? make("div", { className: "soft" }, entry.words) : ""));
  })))];
}

function draw() {
  tabs();
  const content = {
    models: table,
    charts: () => [make("div", { className: "charts" }, ...data.charts.map(chart))],
    alike: () => listed(data.alike.map((group) => ({ name: `${group.name} (${group.ops} ops)`, words: group.words, rows: group.rows })), "like", "No two models are alike."),
    findings: () => listed(data.findings, "finding", "Nothing was found in any of them."),
    custom: () => listed(data.custom, "op", "No model has ops that TensorFlow does not bring."),
    breaks: () => listed(data.breaks ?? [], "too new", `No model is known to need what TensorFlow ${data.tensorflow} lacks.`),
    failed: () => listed(data.failed, "not read", "All models could be read."),
  }[state.tab]();
  document.getElementById("main").replaceChildren(...content);
}

head();
draw();
document.documentElement.dataset.opscope = "ready";
