// The tab of opscope in TensorBoard: a list of the runs' graphs and profiles, and the page of the one that is chosen, in a frame.
// TensorBoard loads this module in a frame of its own and calls `render`. All words of a log are put into the document as text, never as markup.

const ASK_WHILE_LOOKING = 1000; // milliseconds
const ASK = 10000;
const ASK_WHILE_WORKING = 400;
const PATIENCE = 15000; // so long may a loaded page take until it is drawn, or says that it cannot be
const MOST_SHOWN = 300; // runs in the list at once; the field above it finds the others

const STYLE = `
  :root { color-scheme: light dark; --line: #d0d7de; --soft: #57606a; --back: #fff; --side: #f6f8fa; --text: #1f2328;
    --chosen: #ddeeff; --accent: #0969da; --bad: #a40e26; }
  @media (prefers-color-scheme: dark) { :root { --line: #3d444d; --soft: #9198a1; --back: #0d1117; --side: #151b23; --text: #e6edf3;
    --chosen: #1c3355; --accent: #6cb2ff; --bad: #ff8182; } }
  * { box-sizing: border-box; }
  html, body { height: 100%; margin: 0; }
  body { display: flex; font: 13px/1.4 Roboto, "Segoe UI", system-ui, sans-serif; color: var(--text); background: var(--back); }
  nav { width: 270px; flex: none; display: flex; flex-direction: column; border-right: 1px solid var(--line); background: var(--side); }
  body.narrow nav { display: none; }
  nav input { margin: 8px; padding: 5px 8px; font: inherit; color: inherit; background: var(--back); border: 1px solid var(--line); border-radius: 4px; }
  #list { flex: 1; overflow: auto; padding: 0 8px 12px; }
  h2 { font-size: 12px; margin: 12px 6px 2px; overflow-wrap: anywhere; color: var(--soft); font-weight: 600; }
  button { font: inherit; color: inherit; background: none; border: 0; border-radius: 4px; cursor: pointer; }
  button.item { display: block; width: 100%; text-align: left; padding: 3px 6px; overflow-wrap: anywhere; }
  button.item:hover { background: var(--line); }
  button.item[aria-current] { background: var(--chosen); }
  .item small, #list p, #list summary { color: var(--soft); font-size: 11.5px; }
  .item small { display: block; }
  #list p, #list summary { margin: 4px 6px; overflow-wrap: anywhere; }
  main { flex: 1; min-width: 0; display: flex; flex-direction: column; }
  header { display: flex; gap: 10px; align-items: baseline; padding: 4px 10px; border-bottom: 1px solid var(--line); min-height: 30px; }
  #said { flex: 1; min-width: 0; overflow-wrap: anywhere; }
  #said.failed { color: var(--bad); }
  header a { color: var(--accent); white-space: nowrap; }
  header button { border: 1px solid var(--line); padding: 0 7px; }
  :focus-visible { outline: 2px solid var(--accent); outline-offset: -1px; }
  iframe { flex: 1; width: 100%; border: 0; }
`;

const address = (name, query = {}) => {
  const url = new URL(name, import.meta.url);
  for (const [key, value] of Object.entries(query)) url.searchParams.set(key, value);
  return url.href;
};

const made = (tag, properties = {}, ...inside) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...inside);
  return element;
};

const ask = async (name, query) => {
  const answer = await fetch(address(name, query));
  if (!answer.ok) throw new Error(`TensorBoard answered ${answer.status}`);
  return answer.json();
};

const later = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

let seen = null; // the last answer to "runs", as text
let runs = [];
let problems = [];
let looking = true;
let version = "";
let chosen = null; // the key of what is shown, and how it is called
let parts = {};

export async function render() {
  document.title = "opscope";
  document.head.append(made("style", { textContent: STYLE }));
  parts = {
    filter: made("input", { type: "search", placeholder: "find a run, graph or profile", oninput: list }),
    list: made("div", { id: "list" }),
    side: made("button", { textContent: "☰", title: "hide or show the list", onclick: () => document.body.classList.toggle("narrow") }),
    said: made("span", { id: "said" }),
    link: made("a", { textContent: "open in a tab of its own", target: "_blank", rel: "noopener", hidden: true }),
    main: made("main"),
  };
  for (const name of ["filter", "side"]) parts[name].setAttribute("aria-label", parts[name].title || parts[name].placeholder);
  parts.said.setAttribute("role", "status");
  parts.main.append(made("header", {}, parts.side, parts.said, parts.link));
  document.body.append(made("nav", {}, parts.filter, parts.list), parts.main);
  say("Choose a graph or a profile from the list.");
  for (;;) {
    if (!document.hidden) await refresh();
    await later(looking ? ASK_WHILE_LOOKING : ASK);
  }
}

function say(text, failed = false) {
  parts.said.textContent = text;
  parts.said.className = failed ? "failed" : "";
}

async function refresh() {
  try {
    const answer = await ask("runs");
    ({ looking, version } = answer);
    const text = JSON.stringify([answer.runs, answer.problems, looking && !answer.runs.length]);
    if (text === seen) return;
    seen = text;
    ({ runs, problems } = answer);
  } catch (error) {
    problems = [`The list is as it was: ${error.message}. Does TensorBoard still run?`];
    seen = null;
    looking = false;
  }
  list();
}

function list() {
  const words = parts.filter.value.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = (run, name) => words.every((word) => `${run} ${name}`.toLowerCase().includes(word));
  const found = runs
    .map(({ run, graphs, profiles }) => ({
      run,
      graphs: graphs.filter((graph) => fits(run, `${graph.name} ${graph.kind}`)),
      profiles: profiles.filter((profile) => fits(run, `profile ${profile.name}`)),
    }))
    .filter(({ graphs, profiles }) => graphs.length + profiles.length);
  const top = parts.list.scrollTop;
  parts.list.replaceChildren(...found.slice(0, MOST_SHOWN).flatMap(section), ...remarks(found.length));
  parts.list.scrollTop = top;
}

function section({ run, graphs, profiles }) {
  const written = graphs.filter((graph) => !graph.made).map((graph) => graphItem(run, graph));
  const others = graphs.filter((graph) => graph.made).map((graph) => graphItem(run, graph));
  const folded = others.length && written.length
    ? [made("details", { open: Boolean(parts.filter.value) || others.some(isChosen) }, made("summary", { textContent: `what TensorFlow made of them (${others.length})` }), ...others)]
    : others;
  return [made("h2", { textContent: run }), ...profiles.map((profile) => profileItem(run, profile)), ...written, ...folded];
}

const isChosen = (element) => element.hasAttribute("aria-current");

function graphItem(run, graph) {
  const step = graph.step > 0 ? `, step ${graph.step}` : "";
  return item(run, graph.key, graph.name, [graph.kind + step, graph.written].filter(Boolean).join(" · "));
}

function profileItem(run, profile) {
  const hosts = profile.hosts.length > 1 ? `${profile.hosts.length} hosts: ${profile.hosts.join(", ")}` : `host ${profile.hosts[0]}`;
  return item(run, profile.key, `profile ${profile.name}`, hosts);
}

function item(run, key, name, about) {
  const element = made("button", { className: "item", onclick: () => show(key, `${run}: ${name}`) }, name, made("small", { textContent: about }));
  if (chosen === key) element.setAttribute("aria-current", "true");
  return element;
}

function remarks(count) {
  const texts = [];
  if (!runs.length) {
    texts.push(looking ? "Looking through the log directory…" : "No graph and no profile is in the log directory.");
    if (!looking) texts.push("Write one with tf.summary.graph, tf.summary.trace_on, or the callback TensorBoard(write_graph=True, profile_batch=…).");
  } else if (!count) texts.push("Nothing in the list has these words.");
  if (count > MOST_SHOWN) texts.push(`${(count - MOST_SHOWN).toLocaleString("en")} more runs: find them by the field above.`);
  const elements = texts.map((textContent) => made("p", { textContent }));
  if (problems.length) {
    const lines = problems.map((textContent) => made("p", { textContent }));
    elements.push(made("details", { open: !runs.length }, made("summary", { textContent: `not read: ${problems.length}` }), ...lines));
  }
  return [...elements, made("p", { textContent: version && `opscope ${version}` })];
}

async function show(key, name) {
  chosen = key;
  list();
  parts.link.hidden = true;
  parts.main.querySelector("iframe")?.remove();
  say(`${name}: …`);
  let again = { again: 1 };
  while (chosen === key) {
    let answer;
    try {
      answer = await ask("state", { key, ...again });
    } catch (error) {
      answer = { state: "failed", why: `${error.message}. Does TensorBoard still run?` };
    }
    if (chosen !== key) return;
    again = {};
    if (answer.state === "failed") return say(`${name}: ${answer.why}`, true);
    if (answer.state === "ready") return frame(key, name);
    say(`${name}: ${answer.doing} (${answer.seconds} s)`);
    await later(ASK_WHILE_WORKING);
  }
}

function frame(key, name) {
  const src = address("page", { key });
  const element = made("iframe", { title: name, src });
  Object.assign(parts.link, { href: src, hidden: false });
  say(`${name}: loading the page`);
  element.addEventListener("load", () => watch(element, name));
  parts.main.append(element);
}

// The page says at its root how far it is. Where its script may not run or cannot, it says nothing, so it is told here.
async function watch(element, name) {
  const end = Date.now() + PATIENCE;
  for (let told = false; element.isConnected; await later(100)) {
    const state = element.contentDocument?.documentElement?.dataset.opscope;
    if (state === "ready") return say(name);
    if (state === "error") return say(`${name}: the page says why it cannot be shown`, true);
    if (told || (state !== undefined && Date.now() < end)) continue;
    told = true; // a slow machine may draw it yet
    say(`${name}: its script has not run. Is the browser older than 2020, or does a proxy send a Content-Security-Policy of its own? ` +
      "Open it in a tab of its own, or write it to a file: opscope render LOGDIR -o page.html", true);
  }
}
