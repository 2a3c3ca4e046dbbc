"use strict";
// Sorting, filtering, and a reading of the plots under the pointer. The page is complete without it.
(() => {
  const table = document.getElementById("table");
  const body = table.tBodies[0];
  const headings = [...table.tHead.rows[0].cells];
  const rows = [...body.rows];
  const cards = [...document.querySelectorAll("article")];
  const form = document.querySelector(".filters");

  // --- sorting: errors begin with the largest, names with a
  const words = new Intl.Collator("en", { numeric: true });
  const key = (row, column) => {
    const cell = row.cells[column];
    return "v" in cell.dataset ? Number(cell.dataset.v) : cell.textContent;
  };
  const compare = (a, b) => (typeof a === "number" ? (a < b ? -1 : a > b ? 1 : 0) : words.compare(a, b));
  headings.forEach((heading, column) => {
    heading.querySelector("button").addEventListener("click", () => {
      const first = heading.classList.contains("number") ? "descending" : "ascending";
      const other = first === "ascending" ? "descending" : "ascending";
      const direction = heading.getAttribute("aria-sort") === first ? other : first;
      for (const h of headings) h.setAttribute("aria-sort", h === heading ? direction : "none");
      const sign = direction === "ascending" ? 1 : -1;
      body.append(...[...body.rows].sort((a, b) => sign * compare(key(a, column), key(b, column))));
    });
  });

  // --- filtering: of the table, and of the cards of activations that are left in it
  const filter = () => {
    const name = form.elements.name.value.trim().toLowerCase();
    const wanted = ["output", "dtype", "provider", "verdict"].map((n) => [n, form.elements[n].value]);
    const left = new Set();
    let count = 0;
    for (const row of rows) {
      const shown = row.dataset.name.includes(name) && wanted.every(([n, v]) => v === "" || row.dataset[n] === v);
      row.hidden = !shown;
      if (shown) {
        count += 1;
        left.add(row.dataset.activation);
      }
    }
    for (const card of cards) card.hidden = !left.has(card.dataset.activation);
    form.querySelector("output").textContent = `${count} of ${rows.length}`;
  };
  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  // A link to a card that is filtered away brings everything back.
  window.addEventListener("hashchange", () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target && target.hidden) {
      form.reset();
      filter();
      target.scrollIntoView();
    }
  });
  filter(); // a browser may bring back what was typed before a reload

  // --- the error at the pointer, read back from the path: M x y starts a piece, h goes along, v up or down
  const axes = JSON.parse(document.getElementById("axes").textContent);
  const levels = (path, bins) => {
    const result = new Array(bins).fill(null);
    let x = 0;
    let y = 0;
    for (const [, command, first, second] of path.getAttribute("d").matchAll(/([Mhv])(-?\d+)(?: (\d+))?/g)) {
      if (command === "M") [x, y] = [Number(first), Number(second)];
      else if (command === "v") y += Number(first);
      else for (const end = x + Number(first); x < end; x += 1) result[x] = y;
    }
    return result;
  };
  const round = (ulp) => {
    if (ulp >= 1e5) {
      const exponent = Math.floor(Math.log10(ulp));
      return `${(ulp / 10 ** exponent).toFixed(1)}e${exponent}`;
    }
    return ulp >= 100 ? String(Math.round(ulp)) : ulp.toPrecision(2);
  };
  const near = (x) => {
    const size = Math.abs(x);
    return size !== 0 && (size < 1e-3 || size >= 1e5) ? x.toExponential(1) : String(Number(x.toPrecision(3)));
  };
  for (const figure of document.querySelectorAll("figure.error")) {
    const axis = axes[figure.dataset.dtype];
    const area = figure.querySelector(".area");
    const svg = area.querySelector("svg");
    const note = figure.querySelector(".readout");
    const names = [...figure.querySelectorAll(".legend li")].map((li) => li.textContent.split(":")[0]);
    let lines = null;
    const cross = document.createElementNS("http://www.w3.org/2000/svg", "path");
    cross.setAttribute("class", "cross");
    area.addEventListener("pointermove", (event) => {
      lines ??= [...svg.querySelectorAll(".line")].map((path) => levels(path, axis.bins));
      const box = svg.getBoundingClientRect();
      const bin = Math.min(Math.max(Math.floor(((event.clientX - box.left) / box.width) * axis.bins), 0), axis.bins - 1);
      const low = bin > 0 ? axis.x[bin - 1] : -Infinity;
      const high = bin < axis.bins - 1 ? axis.x[bin] : Infinity;
      const x = !Number.isFinite(low) ? high : !Number.isFinite(high) ? low : (low + high) / 2;
      const errors = lines.map((line, i) => {
        if (line[bin] === null) return `${names[i]} \u2013`;
        const ulp = 10 ** (axis.top - (line[bin] / axis.height) * (axis.top + 1));
        const text = line[bin] <= 0 ? "off the scale" : line[bin] >= axis.height ? "below 0.1" : round(ulp);
        return `${names[i]} ${text}`;
      });
      note.textContent = `x \u2248 ${near(x)}: ${errors.join(", ")}`;
      note.hidden = false;
      cross.setAttribute("d", `M${bin + 0.5} 0V${axis.height}`);
      if (!cross.isConnected) svg.append(cross);
    });
    area.addEventListener("pointerleave", () => {
      note.hidden = true;
      cross.remove();
    });
  }
})();
