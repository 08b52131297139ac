// What makes pages quicker. Everything works without it.

// A quote and its note belong together: pointing at one lights up both.
class EbPassage extends HTMLElement {
  connectedCallback() {
    for (const type of ["pointerover", "focusin"]) this.addEventListener(type, (e) => this.light(e.target, true));
    for (const type of ["pointerout", "focusout"]) this.addEventListener(type, (e) => this.light(e.target, false));
  }

  light(target, on) {
    const id = target.closest("[data-note]")?.dataset.note;
    if (!id) return;
    for (const el of this.querySelectorAll(`[data-note="${CSS.escape(id)}"]`)) el.classList.toggle("lit", on);
  }
}
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

// The list of help lines opens at the visitor's country, as far as the browser tells.
const region = (navigator.language.split("-")[1] || "").toLowerCase();
const country = region && document.getElementById("help-" + (region === "gb" ? "uk" : region));
if (country) {
  for (const d of country.parentElement.querySelectorAll("details")) d.open = d === country;
}
