// Notes on the texts: a place is marked by mouse, by finger or sentence by sentence. The server says where a note stands;
// here is only found out what was selected, and painted what the server says.

// What belongs to a text, textsOf in app/web/learn_texts.go reads by the same rules.
const aside = ".cite,.note,.num,h2,h3,form,button,figure,svg";
const breaks = "h2,h3,form,button,figure,svg";
const inLine = "a,em,strong,code,sup,span,mark,b,i";
const around = 32; // characters sent with a quote, to tell it from others

// read puts the text of a piece together; at has the place in the page of each of its UTF-16 units.
export function read(id) {
  let text = "", gap = "", spot;
  const at = [];
  const put = (char, node, i) => { text += char; at.push([node, i]); };
  const walk = (n) => {
    if (n.nodeType === Node.TEXT_NODE) {
      for (let i = 0; i < n.data.length; i++) {
        if (" \t\n\r\f".includes(n.data[i])) {
          if (!gap) [gap, spot] = [" ", [n, i]];
          continue;
        }
        if (text && gap) put(gap, ...(gap === " " ? spot : [n, i]));
        gap = "";
        put(n.data[i], n, i);
      }
    } else if (n.nodeType === Node.ELEMENT_NODE) {
      if (n.matches(aside)) { if (n.matches(breaks)) gap = "\n"; return; }
      const block = !n.matches(inLine);
      if (block) gap = "\n";
      n.childNodes.forEach(walk);
      if (block) gap = "\n";
    }
  };
  for (const el of document.querySelectorAll(`[data-unit="${CSS.escape(id)}"]`)) walk(el);
  return { text, at };
}

const isLow = (char) => char >= "\uDC00" && char <= "\uDFFF";
const points = (text, unit) => [...text.slice(0, unit)].length;

// units are where code points begin, in UTF-16 units; one more for the end.
function units(text) {
  const list = [0];
  for (const char of text) list.push(list.at(-1) + char.length);
  return list;
}

// within is the stretch of a piece's text that a range of the page covers; null for none. Half of a pair takes the other half
// with it: the server could not say where it lies.
export function within(id, range) {
  const { text, at } = read(id);
  const first = (test) => {
    let low = 0, high = at.length;
    while (low < high) {
      const mid = (low + high) >> 1;
      if (test(at[mid])) high = mid; else low = mid + 1;
    }
    return low;
  };
  let from = first(([node, i]) => range.comparePoint(node, i) >= 0);
  let to = first(([node, i]) => range.comparePoint(node, i + 1) > 0);
  if (isLow(text[from])) from--;
  if (isLow(text[to])) to++;
  while (from < to && text[from].trim() === "") from++;
  while (from < to && text[to - 1].trim() === "") to--;
  return from < to ? stretch(text, from, to) : null;
}

function stretch(text, from, to) {
  return { exact: text.slice(from, to), prefix: text.slice(Math.max(0, from - around), from), suffix: text.slice(to, to + around), start: points(text, from), end: points(text, to) };
}

// ranges are the stretches of the page that show a stretch of a piece's text, given in code points; what stands in between
// and does not belong to it stays out.
export function ranges(id, start, end) {
  const { text, at } = read(id);
  const places = units(text), list = [];
  for (let i = places[start]; i < places[end]; i++) {
    const [node, offset] = at[i];
    let last = list.at(-1);
    if (last?.startContainer !== node) {
      list.push(last = new Range());
      last.setStart(node, offset);
    }
    last.setEnd(node, offset + 1);
  }
  return list;
}

function show(name, list) {
  if (list.length) CSS.highlights?.set(name, new Highlight(...list));
  else CSS.highlights?.delete(name);
}

// paint shows all marks in the text as the lists say.
function paint() {
  if (!("highlights" in CSS)) return;
  for (const kind of ["highlight", "note", "unclear"]) {
    const list = [];
    for (const li of document.querySelectorAll(`.own li.own-${kind}[data-at]`)) {
      list.push(...ranges(li.closest(".own").id.replace("notes-", ""), ...li.dataset.at.split(" ").map(Number)));
    }
    show("own-" + kind, list);
  }
}

const status = document.createElement("p");
status.className = "hidden";
status.role = "status";
document.querySelector("main").append(status);
const say = (text) => { status.textContent = text; };

let tool; // the toolbar, once it was needed
let at; // what is marked: unit, stretch, and in steps the sentences and those that are chosen
let finger = matchMedia("(pointer: coarse)").matches; // how the page was touched last
const part = (selector) => tool.querySelector(selector);
const adder = (id) => document.querySelector(`a[data-add="${CSS.escape(id)}"]`);

// need asks for what it takes to note something on a piece of text; null when nothing may be noted. It throws without a
// connection.
async function need(id) {
  const r = await fetch(adder(id).href, { headers: { Accept: "application/json" }, signal: AbortSignal.timeout(8000) });
  if (!r.ok) return null;
  const got = await r.json();
  if (!tool) {
    const made = document.createElement("template");
    made.innerHTML = got.tool;
    tool = made.content.firstElementChild;
    listen();
  }
  tool.dataset.seed = got.seed;
  return got;
}

function listen() {
  tool.addEventListener("mousedown", (e) => { if (e.target.closest("button")) e.preventDefault(); }); // the selection stays
  tool.addEventListener("click", (e) => {
    const { kind, step, extend, close } = e.target.closest("button")?.dataset ?? {};
    if (kind) choose(kind);
    if (step) move(+step);
    if (extend) move(+extend, true);
    if (close !== undefined) leave(true);
  });
  tool.addEventListener("keydown", (e) => {
    if (e.key === "Escape") { e.stopPropagation(); return leave(true); }
    const buttons = [...tool.querySelectorAll("[role=toolbar] button")].filter((b) => b.checkVisibility());
    const i = buttons.indexOf(document.activeElement), step = { ArrowLeft: -1, ArrowRight: 1 }[e.key];
    if (i < 0 || !step) return;
    e.preventDefault();
    buttons[(i + step + buttons.length) % buttons.length].focus();
  });
  part("textarea").addEventListener("input", (e) => keep(at.id, e.target.value));
  part("form").addEventListener("submit", (e) => { e.preventDefault(); save(at.kind, part("textarea").value); });
}

// keep keeps words that are not stored yet on this device, as eb-draft does, so that a closed tab loses none; without words
// it returns those that are kept.
function keep(id, words) {
  const key = "eberbach-draft:" + new URL(adder(id).href).pathname;
  try {
    if (words) localStorage.setItem(key, words);
    else if (words === "") localStorage.removeItem(key);
    return localStorage.getItem(key) ?? "";
  } catch { return ""; }
}

// open shows the toolbar for what is marked: near it, or at the bottom of the screen where fingers have the rest.
function open() {
  const fresh = at.shown !== true;
  at.shown = true;
  show("own-at", ranges(at.id, at.start, at.end));
  part(".step").hidden = !at.sentences;
  if (fresh) {
    part("form").hidden = true;
    part("textarea").value = part(".said").textContent = "";
    adder(at.id).parentElement.after(tool);
  }
  tool.hidden = false;
  tool.classList.toggle("below", finger);
  const boxes = ranges(at.id, at.start, at.end).map((r) => r.getBoundingClientRect());
  const left = Math.min(...boxes.map((b) => b.left)), bottom = Math.max(...boxes.map((b) => b.bottom));
  tool.style.top = finger ? "" : scrollY + bottom + 10 + "px";
  const covered = bottom + 12 - tool.getBoundingClientRect().top;
  if (finger && covered > 0) scrollBy({ top: covered, behavior: "instant" });
  tool.style.left = finger ? "" : Math.max(8, Math.min(left, document.documentElement.clientWidth - tool.offsetWidth - 8)) + "px";
}

function leave(back) {
  const { id, sentences } = at ?? {};
  at = null;
  show("own-at", []);
  if (tool) tool.hidden = true;
  if (!back) return;
  if (sentences) say(tool.dataset.left);
  adder(id).focus({ preventScroll: true });
}

// choose notes why something is marked; only a highlight needs nothing else.
function choose(kind) {
  at.kind = kind;
  if (kind === "highlight") return save(kind, "");
  part("form").hidden = false;
  part("label").textContent = part(`[data-kind=${kind}]`).dataset.ask;
  part("textarea").value ||= keep(at.id);
  open(); // it is larger now
  part("textarea").focus({ preventScroll: finger });
}

// save sends the note. What was typed stays until it is stored.
async function save(kind, words) {
  if (at.busy) return;
  const mine = at;
  mine.busy = true;
  const got = await send({ seed: tool.dataset.seed, kind, words, exact: at.exact, prefix: at.prefix, suffix: at.suffix, start: at.start, end: at.end });
  mine.busy = false;
  if (got?.state !== "saved") {
    part(".said").textContent = got?.message ?? tool.dataset.failed;
    return;
  }
  if (words) keep(mine.id, "");
  if (got.to) { // somebody new: the page has more to show them
    history.replaceState(null, "", got.to);
    return location.reload();
  }
  tool.dataset.seed = got.seed;
  part("textarea").value = "";
  put(mine.id, got.list);
  const focus = tool.contains(document.activeElement) || mine.sentences;
  getSelection().removeAllRanges();
  if (at === mine) leave(false);
  if (focus) adder(mine.id).focus({ preventScroll: true });
  say(tool.dataset.saved);
}

async function send(fields) {
  try {
    const r = await fetch(adder(at.id).href, { method: "POST", body: new URLSearchParams(fields), headers: { Accept: "application/json" }, signal: AbortSignal.timeout(8000) });
    return r.headers.get("Content-Type")?.startsWith("application/json") ? await r.json() : null;
  } catch { return null; }
}

// put shows the notes on a piece of text.
function put(id, html) {
  document.getElementById("notes-" + id)?.remove();
  const made = document.createElement("template");
  made.innerHTML = html;
  adder(id).parentElement.after(made.content);
  paint();
}

// selected is what is selected, in the first piece of text that has some of it; null for nothing.
function selected() {
  const s = getSelection();
  if (s.isCollapsed || !s.rangeCount) return null;
  const range = s.getRangeAt(0);
  for (const el of document.querySelectorAll("[data-unit]")) {
    const id = el.dataset.unit;
    const found = range.intersectsNode(el) && adder(id) && within(id, range);
    if (found) return { id, ...found };
  }
  return null;
}

const typing = () => tool && !tool.hidden && tool.contains(document.activeElement);

// look offers what can be done with a selection, once it rests. Handles that are dragged on a phone send nothing else.
let timer;
function look() {
  clearTimeout(timer);
  timer = setTimeout(async () => {
    if (typing() || at?.busy) return;
    const found = selected();
    if (!found) return at && !at.sentences && leave(false);
    if (at && at.id === found.id && at.start === found.start && at.end === found.end) return;
    if (!tool && !await need(found.id).catch(() => null)) return;
    at = found;
    open();
  }, 250);
}

// mark goes through a piece of text sentence by sentence.
export async function mark(link) {
  const id = link.dataset.add;
  if (at?.sentences && at.id === id) return;
  const got = await need(id);
  if (!got) return location.assign(link.href); // the page says why
  link.parentElement.replaceChildren(link);
  getSelection().removeAllRanges();
  at = { id, sentences: got.sentences, first: 0, last: 0 };
  link.focus({ preventScroll: true });
  settle(tool.dataset.keys + " ");
}

// move goes to another sentence, or takes more of them or fewer.
function move(step, extend) {
  const last = at.sentences.length - 1, to = at.last + step;
  if (extend) at.last = Math.max(at.first, Math.min(last, to));
  else at.first = at.last = Math.max(0, Math.min(last, (step < 0 ? at.first : at.last) + step));
  settle("");
}

function settle(before) {
  const { text } = read(at.id), places = units(text);
  const start = at.sentences[at.first][0], end = at.sentences[at.last][1];
  Object.assign(at, stretch(text, places[start], places[end]));
  ranges(at.id, ...at.sentences[at.last])[0].startContainer.parentElement.scrollIntoView({ block: "nearest" });
  open();
  const count = at.first === at.last ? at.first + 1 : at.first + 1 + "–" + (at.last + 1);
  say(before + tool.dataset.sentence.replace("##", at.sentences.length).replace("#", count) + at.exact);
}

document.addEventListener("keydown", (e) => {
  if (!at?.sentences || document.activeElement !== adder(at.id)) return;
  const step = { ArrowUp: -1, ArrowLeft: -1, ArrowDown: 1, ArrowRight: 1 }[e.key];
  if (step) move(step, e.shiftKey);
  else if (e.key === "Escape") leave(true);
  else if (e.key === "Enter") at.enter = true; // not before the key is up: the same press would go on to the button
  else return;
  e.preventDefault();
});
document.addEventListener("keyup", (e) => {
  if (e.key === "Enter" && at?.enter) part("[data-kind]").focus();
  if (at) at.enter = false;
});
addEventListener("pointerdown", (e) => { finger = e.pointerType === "touch"; }, true);
addEventListener("resize", () => { if (at && !typing()) open(); });
document.addEventListener("selectionchange", look);
paint();
look();
