// What makes teachers' pages quicker. Everything works without it.

// In a table the arrow keys go from cell to cell, and Tab goes past it: it would stop hundreds of times.
class EbGrid extends HTMLElement {
  connectedCallback() {
    const table = this.querySelector("table");
    table.setAttribute("role", "grid");
    this.rows = [...table.rows].map((row) => [...row.cells].map((cell) => cell.querySelector("a") ?? cell));
    for (const at of this.rows.flat()) at.tabIndex = -1;
    this.here = this.rows[1]?.[1];
    if (this.here) this.here.tabIndex = 0;
    this.addEventListener("keydown", (e) => this.key(e));
    this.addEventListener("focusin", (e) => this.take(e.target));
  }

  place(at) {
    const y = this.rows.findIndex((row) => row.includes(at));
    return [y, y < 0 ? -1 : this.rows[y].indexOf(at)];
  }

  take(at) {
    if (this.place(at)[0] < 0) return;
    this.here.tabIndex = -1;
    this.here = at;
    at.tabIndex = 0;
  }

  key(e) {
    const [y, x] = this.place(e.target);
    if (y < 0 || e.altKey || e.metaKey) return;
    const last = { y: this.rows.length - 1, x: this.rows[y].length - 1 };
    const to = {
      ArrowUp: [y - 1, x], ArrowDown: [y + 1, x], ArrowLeft: [y, x - 1], ArrowRight: [y, x + 1],
      PageUp: [Math.max(y - 10, 0), x], PageDown: [Math.min(y + 10, last.y), x],
      Home: e.ctrlKey ? [0, 0] : [y, 0], End: e.ctrlKey ? [last.y, last.x] : [y, last.x],
    }[e.key];
    if (!to) return;
    e.preventDefault();
    this.rows[to[0]]?.[to[1]]?.focus();
  }
}
customElements.define("eb-grid", EbGrid);
