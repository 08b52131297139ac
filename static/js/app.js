// What makes pages quicker. Everything works without it.

// A quote and its note belong together: pointing at one lights up both.
class EbPassage extends HTMLElement {
  connectedCallback() {
    align();
    for (const type of ["pointerover", "focusin"]) this.addEventListener(type, (e) => this.light(e.target, true));
    for (const type of ["pointerout", "focusout"]) this.addEventListener(type, (e) => this.light(e.target, false));
  }

  light(target, on) {
    const id = target.closest("[data-note]")?.dataset.note;
    if (!id) return;
    for (const el of this.querySelectorAll(`[data-note="${CSS.escape(id)}"]`)) el.classList.toggle("lit", on);
  }
}

// On a wide page each note rises to the line of its quote, as far as the note above leaves room. A shift by CSS's
// "top" changes nothing else on the page, so the order in which notes are moved does not matter to the text.
const wide = matchMedia("(min-width: 68.01rem)");
const room = 14; // px between two notes
let waiting = false;
function align() {
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => {
    waiting = false;
    const notes = [...document.querySelectorAll(".note")];
    for (const n of notes) n.style.top = "";
    if (!wide.matches) return;
    const places = notes.map((n) => [n.getBoundingClientRect(), document.getElementById("q-" + n.dataset.note)?.getBoundingClientRect()]);
    let free = -Infinity;
    notes.forEach((n, i) => {
      const [own, quote] = places[i];
      const top = Math.min(own.top, Math.max(quote ? quote.top : own.top, free));
      n.style.top = top - own.top + "px";
      free = top + own.height + room;
    });
  });
}
addEventListener("resize", align);
document.fonts?.ready.then(align);
customElements.define("eb-passage", EbPassage);

// A form is sent once, however often the button is pressed. The buttons stay in place, so the focus does too.
class EbOnce extends HTMLElement {
  connectedCallback() {
    this.addEventListener("submit", (e) => {
      if (this.sent) return e.preventDefault();
      this.sent = true;
      this.mark(true);
    });
    // The way back shows the page as it was left: it may be sent again.
    addEventListener("pageshow", () => { this.sent = false; this.mark(false); });
  }

  mark(on) {
    for (const b of this.querySelectorAll("button")) b.setAttribute("aria-disabled", on);
    const status = this.querySelector("[data-saving]");
    if (status) status.textContent = on ? status.dataset.saving : "";
  }
}
customElements.define("eb-once", EbOnce);

// One's own words stay on the device until they are kept: a reload or a closed tab loses none. What the page brings with
// it has been kept, so a draft that says the same is done with.
const drafts = "eberbach-draft:";
class EbDraft extends HTMLElement {
  connectedCallback() {
    const key = drafts + location.pathname.replace(/^\/\w+/, "").replace(/\/answers\//, "/questions/");
    const area = this.querySelector("textarea");
    const note = this.querySelector(".small");
    const kept = area.defaultValue;
    try {
      const draft = localStorage.getItem(key);
      if (draft === kept) localStorage.removeItem(key);
      else if (draft !== null && !area.hasAttribute("aria-invalid")) area.value = draft;
      area.addEventListener("input", () => localStorage.setItem(key, area.value));
      note.textContent = this.dataset.note;
    } catch { /* no room or no permission: the page says what is true without it */ }
  }
}
customElements.define("eb-draft", EbDraft);

// An answer lies on this device until the server has it: a dropped connection, a closed tab or a restart loses none. Each
// waits under its learner, attempt and question, so the later answer to a question takes the earlier one's place. What is
// sent twice counts once; the server sees to that.
const waits = "eberbach-answer:";
const packs = "eberbach-pages:";
const local = (() => { try { localStorage.length; return localStorage; } catch { return null; } })();
const tabs = "BroadcastChannel" in window ? new BroadcastChannel("eberbach") : null;
const bar = () => document.querySelector("eb-queue");
const task = () => document.querySelector("main[data-question]");
const pageOf = (text) => new DOMParser().parseFromString(text, "text/html");
const counted = (data, n) => (n === 1 ? data.countOne : data.countMany).replace("#", n);

// One tab sends at a time, where the browser can see to it.
const alone = (f) => navigator.locks ? navigator.locks.request("eberbach-answers", f) : f();

// ask is fetch with a time limit; null when there is no answer from Eberbach.
async function ask(url, options) {
  try { return await fetch(url, { signal: AbortSignal.timeout(8000), ...options }); } catch { return null; }
}

function goTo(to) {
  const at = new URL(to, location.href);
  if (at.pathname + at.search !== location.pathname + location.search) return location.assign(at);
  history.scrollRestoration = "manual"; // the address says where to look
  history.replaceState(null, "", at);
  location.reload();
}

// The bar says how many answers wait, and sends them in order as soon as it can.
class EbQueue extends HTMLElement {
  connectedCallback() {
    this.path = location.pathname;
    addEventListener("online", () => this.send());
    addEventListener("storage", () => this.show());
    addEventListener("popstate", () => this.back());
    document.addEventListener("visibilitychange", () => document.hidden || this.send());
    document.addEventListener("click", (e) => this.follow(e));
    document.addEventListener("submit", (e) => this.last(e));
    this.send();
    this.pack();
  }

  // list is what waits, the oldest first.
  list() {
    if (!local) return [];
    const own = waits + this.dataset.owner + ":";
    return Object.keys(local).filter((key) => key.startsWith(own)).map((key) => ({ ...JSON.parse(local.getItem(key)), key })).sort((a, b) => a.at - b.at);
  }

  keyOf(attempt, question) { return waits + [this.dataset.owner, attempt, question].join(":"); }

  put(answer) {
    const { key, ...rest } = answer;
    local.setItem(key, JSON.stringify(rest));
    this.said = ""; // there is something newer to say
  }

  send() { return this.sending = (this.sending ?? Promise.resolve()).then(() => alone(() => this.sendAll())); }

  async sendAll() {
    clearTimeout(this.timer);
    for (const answer of this.list()) {
      if (answer.refused) continue;
      const got = await this.post(answer);
      this.away = !got;
      if (!got) {
        this.delay = Math.min(2 * (this.delay ?? 500), 30000);
        this.timer = setTimeout(() => this.send(), this.delay);
        return this.show();
      }
      this.delay = undefined;
      const now = this.list().find((a) => a.key === answer.key);
      if (now?.at === answer.at) { // else another answer has taken its place, and is next
        const here = task()?.dataset.question === answer.question;
        if (got.state === "saved" || got.state === "over" || here) local.removeItem(answer.key);
        else this.put({ ...answer, refused: got.message });
      }
      tabs?.postMessage(answer.attempt + answer.question);
      for (const el of document.querySelectorAll("eb-answer,eb-round")) el.got(answer, got);
    }
    if (navigator.onLine) this.said = "";
    this.show();
  }

  // post sends one answer; null when it has to wait. What is no answer of Eberbach's, such as a Wi-Fi's sign-in page, is none.
  async post(answer) {
    const body = new URLSearchParams(answer.fields);
    const age = Math.round((Date.now() - answer.at) / 1000);
    if (age > 0) body.set("_age", age);
    const r = await ask(answer.to, { method: "POST", body, headers: { Accept: "application/json" } });
    if (!r || r.status >= 500 || !r.headers.get("Content-Type")?.startsWith("application/json")) return null;
    try { return await r.json(); } catch { return null; }
  }

  // show says how many wait, in the bar unless that has said something else, and at each question in the row, and what was
  // not taken.
  show() {
    const list = this.list(), open = list.filter((a) => !a.refused);
    const text = this.said || (open.length ? counted(this.dataset, open.length) : "");
    const parts = [text];
    for (const a of list.filter((a) => a.refused)) {
      const link = document.createElement("a");
      link.href = a.to.replace("/answers/", "/questions/");
      link.textContent = this.dataset.refused.replace("#", a.n) + a.refused;
      parts.push(" ", link);
    }
    this.replaceChildren(...parts);
    for (const a of document.querySelectorAll(".steps a")) {
      const wait = open.some((o) => a.pathname === o.to.replace("/answers/", "/questions/"));
      if (wait === a.parentElement.classList.contains("waiting")) continue;
      a.parentElement.classList.toggle("waiting", wait);
      a.ariaLabel = wait ? a.ariaLabel + ", " + this.dataset.waits : a.ariaLabel.replace(", " + this.dataset.waits, "");
    }
    const leave = document.querySelector("p[data-count-many]");
    if (leave) {
      leave.hidden = !list.length;
      leave.textContent = counted(leave.dataset, list.length);
    }
  }

  // say stays, however often it tries again meanwhile, until all is sent, the page is turned or another answer waits.
  say(text) {
    this.said = text;
    this.show();
  }

  // pack keeps the pages of the open attempt in this tab: without a connection the quiz can be gone on with.
  async pack() {
    const attempt = task()?.dataset.attempt;
    if (!attempt || !document.querySelector("eb-answer") || document.querySelector("eb-round")) return; // the teacher turns the pages of a round
    const key = packs + document.documentElement.lang + attempt;
    try {
      if (sessionStorage.getItem(key)) return;
      const r = await ask(`/${document.documentElement.lang}/attempts/${attempt}/offline`);
      if (r?.ok && !r.redirected) sessionStorage.setItem(key, await r.text());
    } catch { /* no room or no permission: then there are no pages to go on with */ }
  }

  // turn shows a packed page. What the row of questions says is newer than what was packed.
  turn(path) {
    const old = task();
    const row = [...old?.querySelectorAll(".steps a") ?? []];
    const step = row.find((a) => a.pathname === path)?.parentElement;
    if (!step || step.className.replace("waiting", "").trim()) return false;
    let text;
    try { text = sessionStorage.getItem(packs + document.documentElement.lang + old.dataset.attempt); } catch { return false; }
    const main = text && pageOf(text).querySelector(`main[data-question="${CSS.escape(path.split("/").pop())}"]`);
    if (!main) return false;
    main.querySelectorAll(".steps a").forEach((a, i) => {
      a.parentElement.className = row[i].parentElement.className;
      a.ariaLabel = row[i].ariaLabel;
    });
    old.replaceWith(main);
    document.title = main.dataset.title;
    main.tabIndex = -1;
    main.focus({ preventScroll: true });
    scrollTo(0, 0);
    this.path = path;
    this.said = "";
    this.show();
    return true;
  }

  // follow turns the page without a connection, or says that there is none.
  async follow(e) {
    const a = e.target.closest?.("a[href]");
    if (!a || a.origin !== location.origin || e.ctrlKey || e.metaKey || e.shiftKey || !this.away && navigator.onLine) return;
    if (a.pathname === location.pathname && a.hash) return;
    e.preventDefault();
    if (this.turn(a.pathname)) return history.pushState(null, "", a.pathname);
    if ((await ask("/healthz"))?.ok) return location.assign(a.href); // it is back
    this.say(this.dataset.offline);
  }

  back() { if (location.pathname !== this.path && !this.turn(location.pathname)) location.reload(); }

  // last sends what waits before the quiz is handed in.
  async last(e) {
    if (!e.target.matches("[data-last]") || !this.list().some((a) => !a.refused)) return;
    e.preventDefault();
    await this.send();
    if (this.away) return this.say(this.dataset.offline);
    e.target.submit();
  }
}

// The form of an answer.
class EbAnswer extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.note = this.querySelector("[role=status]") ?? document.querySelector("main [data-waiting]");
    this.form.addEventListener("submit", (e) => this.submit(e));
    this.heard = (e) => e.data === this.attempt + this.question && this.elsewhere();
    this.seen = () => document.hidden || this.look();
    tabs?.addEventListener("message", this.heard);
    document.addEventListener("visibilitychange", this.seen);
    ({ attempt: this.attempt, question: this.question } = task().dataset);
    this.restore();
  }

  disconnectedCallback() {
    tabs?.removeEventListener("message", this.heard);
    document.removeEventListener("visibilitychange", this.seen);
  }

  submit(e) {
    const queue = bar();
    if (!queue || !local || !this.note) return; // a plain form
    if (this.sent) return e.preventDefault();
    const fields = [...new FormData(this.form, e.submitter)];
    try {
      queue.put({ key: queue.keyOf(this.attempt, this.question), attempt: this.attempt, question: this.question, n: this.number(), to: new URL(this.form.action).pathname, fields, at: Date.now() });
    } catch { return; } // no room: a plain form
    e.preventDefault();
    this.sent = true;
    this.note.textContent = this.note.dataset.saving;
    queue.send().then(() => { if (queue.away) this.wait(); });
  }

  number() { return task().dataset.n ?? document.querySelector(".steps [aria-current] i")?.textContent ?? ""; }

  // wait says so; until it is sent, the answer may still be changed.
  wait() {
    this.sent = false;
    this.note.textContent = this.note.dataset.waiting;
    this.note.scrollIntoView({ block: "nearest" });
  }

  // got hears what became of an answer. One that is to be mended is sent again as a plain form, and the page says why.
  got(answer, got) {
    if (answer.attempt !== this.attempt || answer.question !== this.question) return;
    if (got.to) return goTo(got.to);
    if (this.sent) this.form.submit();
    else this.note.textContent = got.message;
  }

  // restore puts what waits back into the form.
  restore() {
    const queue = bar();
    const kept = queue?.list().find((a) => a.key === queue.keyOf(this.attempt, this.question));
    if (!kept || !this.note || !kept.fields.some(([name]) => name[0] !== "_" && this.form.elements[name])) return;
    for (const el of this.form.elements) {
      const values = kept.fields.filter(([name]) => name === el.name).map(([, value]) => value);
      if (el.type === "radio" || el.type === "checkbox") el.checked = values.includes(el.value);
      else if (el.type !== "hidden" && values.length) el.value = values[0];
    }
    if (kept.refused) this.note.textContent = kept.refused;
    else this.wait();
  }

  // look asks whether the question was answered on another device while nobody looked.
  async look() {
    const r = await ask(location.pathname);
    if (!r?.ok || r.redirected || !this.isConnected) return;
    const main = pageOf(await r.text()).querySelector("main");
    if (main?.dataset.shown !== undefined && main.dataset.shown !== task().dataset.shown) this.elsewhere();
  }

  elsewhere() {
    if (!this.note || this.sent) return;
    const link = document.createElement("a");
    link.href = location.pathname;
    link.textContent = this.note.dataset.reload;
    this.note.replaceChildren(this.note.dataset.elsewhere, " ", link);
  }
}
customElements.define("eb-queue", EbQueue);
customElements.define("eb-answer", EbAnswer);

// A round goes on when the teacher says so: the server names the state it is in, and the page fetches what is another now.
// What was chosen and not sent before the question was closed cannot be sent any more. While nobody sees the page it does
// not listen; a line that is silent for too long is made anew.
class EbRound extends HTMLElement {
  connectedCallback() {
    this.toggle = () => { this.close(); if (!document.hidden) this.open(); };
    document.addEventListener("visibilitychange", this.toggle);
    for (const type of ["online", "pageshow"]) addEventListener(type, this.toggle);
    addEventListener("pagehide", () => this.close());
    this.toggle();
  }

  open() {
    this.source = new EventSource(this.getAttribute("src"));
    this.source.onmessage = (e) => { this.heard(); if (e.data !== this.dataset.state) this.later(300); };
    this.source.addEventListener("beat", () => this.heard());
    this.source.onerror = (e) => { if (e.target.readyState === EventSource.CLOSED) this.later(5000, true); };
    this.heard();
  }

  close() {
    clearTimeout(this.silence);
    clearTimeout(this.timer);
    this.source?.close();
  }

  heard() {
    clearTimeout(this.silence);
    this.silence = setTimeout(this.toggle, 40000);
  }

  // later looks in a while, for not all pupils are to ask at once.
  later(most, again) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => { this.look(); if (again) this.toggle(); }, most * Math.random());
  }

  async look() {
    const r = await ask(location.pathname);
    if (!r?.ok) return this.later(3000);
    if (r.redirected) return location.assign(r.url); // the round is over
    const main = pageOf(await r.text()).querySelector("main");
    const next = main?.querySelector("eb-round");
    if (!next) return this.later(3000);
    if (next.dataset.state === this.dataset.state) return;
    Object.assign(task().dataset, main.dataset);
    this.dataset.state = next.dataset.state;
    const part = (el, what) => el.querySelector(what);
    part(this, "[role=status]").textContent = part(next, "[role=status]").textContent;
    const region = part(this, "[data-region]"), inside = region.contains(document.activeElement);
    region.replaceChildren(...part(next, "[data-region]").childNodes);
    if (inside) region.focus({ preventScroll: true });
    scrollTo(0, 0);
  }

  // got hears of an answer to an earlier question that came too late.
  got(answer, got) {
    if (got.state === "over" && got.message && answer.question !== task().dataset.question) this.querySelector("[role=status]").textContent = got.message;
  }
}
customElements.define("eb-round", EbRound);

// Who leaves the device leaves nothing behind, neither drafts nor answers that wait; but only when they have really left.
for (const leave of document.querySelectorAll("form[data-leave]")) leave.addEventListener("submit", async (e) => {
  e.preventDefault();
  const r = await ask(leave.action, { method: "POST", body: new URLSearchParams(new FormData(leave)) });
  if (!r?.ok) return leave.submit(); // the browser says why
  for (const kept of [localStorage, sessionStorage]) for (const key of Object.keys(kept)) if (key.startsWith("eberbach-")) kept.removeItem(key);
  location.assign(r.url);
});

// The time that is left, by the second. The server's clock decides; this one only counts down from what it said.
class EbClock extends HTMLElement {
  connectedCallback() {
    const end = performance.now() + 1000 * this.dataset.left;
    const show = () => {
      const left = Math.max(0, Math.round((end - performance.now()) / 1000));
      this.textContent = Math.floor(left / 60) + ":" + String(left % 60).padStart(2, "0");
      if (left === 0) clearInterval(this.timer);
    };
    this.timer = setInterval(show, 1000);
    show();
  }

  disconnectedCallback() { clearInterval(this.timer); }
}
customElements.define("eb-clock", EbClock);

// 1,000 pictures as dots, some of them sought: how many alarms are right hangs on three numbers. The server has drawn what
// the sliders begin with (BaseRate in app/web/figure_baserate.go).
class EbBaseRate extends HTMLElement {
  connectedCallback() {
    this.querySelector("fieldset").hidden = false;
    this.addEventListener("input", () => this.draw());
  }

  draw() {
    const { format: number } = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 });
    const [sought, hits, errors] = [...this.querySelectorAll("input")].map((input) => {
      const value = +input.dataset.steps.split(" ")[input.value];
      const says = input.dataset.says.replace("{n}", number(value));
      input.setAttribute("aria-valuetext", input.previousElementSibling.textContent = says);
      return value;
    });
    const others = 1000 - sought, right = Math.round(sought * hits / 100), wrong = Math.round(others * errors / 100);
    const missed = sought - right, quiet = others - wrong, alarms = right + wrong;
    const counts = { sought, others, right, missed, wrong, quiet, alarms, silent: missed + quiet };
    for (const el of this.querySelectorAll("[data-count]")) if (el.dataset.count in counts) el.textContent = number(counts[el.dataset.count]);
    let at = 0;
    for (const path of this.querySelectorAll("[data-shape]")) {
      let d = "";
      for (let n = counts[path.getAttribute("class")]; n > 0; n--, at++) d += `M${at % 40 * 10 + 5} ${Math.floor(at / 40) * 10 + 5}${path.dataset.shape}`;
      path.setAttribute("d", d);
    }
    clearTimeout(this.timer); // said once the slider rests
    const text = this.dataset.says.replace("{alarms}", number(alarms)).replace("{right}", number(right)).replace("{share}", number(100 * right / alarms));
    this.timer = setTimeout(() => this.querySelector("[role=status]").textContent = text, 400);
  }
}
customElements.define("eb-base-rate", EbBaseRate);

// Notes on the texts have a script of their own, which comes when somebody needs it: when there are notes, with the first
// selection, and with the first press of "note".
const texts = document.querySelector("main[data-notes]");
if (texts) {
  const load = () => import(texts.dataset.notes);
  const chosen = () => {
    const s = getSelection();
    if (s.isCollapsed || !texts.contains(s.anchorNode)) return;
    document.removeEventListener("selectionchange", chosen);
    load().catch(() => document.addEventListener("selectionchange", chosen));
  };
  document.addEventListener("selectionchange", chosen);
  texts.addEventListener("click", (e) => {
    const a = e.target.closest("a[data-add]");
    if (!a || e.ctrlKey || e.metaKey || e.shiftKey) return;
    e.preventDefault();
    load().then((notes) => notes.mark(a)).catch(() => {
      const says = document.createElement("span");
      says.role = "alert";
      says.textContent = " " + texts.dataset.away;
      a.parentElement.replaceChildren(a, says);
    });
  });
  if (document.querySelector(".own")) load();
}

// An address inside a closed part opens it, also where the browser would not.
function reveal() {
  const details = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)))?.closest("details");
  if (details && !details.open) {
    details.open = true;
    document.querySelector(":target")?.scrollIntoView();
  }
}
addEventListener("hashchange", reveal);
reveal();

// The list of help lines opens at the visitor's country, as far as the clock's zone tells; the language would not: many
// phones in Berlin speak American English.
const zones = { "Europe/Berlin": "de", "Europe/Busingen": "de", "Europe/Vienna": "at", "Europe/Zurich": "ch", "Europe/London": "uk" };
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone || "";
const country = document.getElementById("help-" + (zones[zone] || (/^(America|US)\//.test(zone) ? "us" : "")));
if (country) {
  for (const d of country.parentElement.querySelectorAll("details")) d.open = d === country;
}
