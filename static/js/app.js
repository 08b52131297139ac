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

// Who leaves the device leaves no draft behind.
document.querySelector("form[data-leave]")?.addEventListener("submit", () => {
  for (const key of Object.keys(localStorage)) if (key.startsWith(drafts)) localStorage.removeItem(key);
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
