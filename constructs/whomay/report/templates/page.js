"use strict";
document.documentElement.classList.add("js");
document.addEventListener("DOMContentLoaded", () => {
  const matrix = document.getElementById("matrix");
  const search = document.getElementById("search");
  const verdict = document.getElementById("verdict");
  const count = document.getElementById("count");
  const groups = Array.from(matrix.tBodies, (body) => {
    const [head, ...rest] = body.rows;
    const rows = rest.filter((row) => row.classList.contains("row"));
    const named = `${head.textContent} `;
    return { body, rows: rows.map((row) => ({ row, text: `${named}${row.textContent}`.toLowerCase() })) };
  });
  const total = matrix.querySelectorAll(".verdict").length;

  function filter() {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const group of groups) {
      let any = false;
      for (const { row, text } of group.rows) {
        const keep =
          words.every((word) => text.includes(word)) &&
          (verdict.value === "" || verdict.value === row.dataset.verdict);
        row.hidden = !keep;
        any ||= keep;
        shown += keep && row.dataset.verdict ? 1 : 0;
      }
      group.body.hidden = !any;
      const others = group.body.querySelector(".who .others");
      if (others && words.length > 0) {
        others.open = words.some((word) => others.textContent.toLowerCase().includes(word));
      }
    }
    count.textContent = `${shown} of ${total} statements`;
  }

  function toggle(row) {
    const open = row.classList.toggle("open");
    row.querySelector(".verdict").setAttribute("aria-expanded", open);
  }

  for (const each of matrix.querySelectorAll(".verdict")) {
    each.setAttribute("role", "button");
    each.setAttribute("aria-expanded", "false");
    each.tabIndex = 0;
  }
  matrix.addEventListener("click", (event) => {
    const row = event.target.closest(".row");
    if (event.target.closest("summary, a")) return;
    if (row?.querySelector(".verdict") && getSelection().isCollapsed) toggle(row);
  });
  matrix.addEventListener("keydown", (event) => {
    if (event.target.matches(".verdict") && (event.key === "Enter" || event.key === " ")) {
      event.preventDefault();
      toggle(event.target.closest(".row"));
    }
  });
  function reveal() {
    const place = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    place?.closest("details")?.setAttribute("open", "");
    place?.scrollIntoView();
  }

  addEventListener("hashchange", reveal);
  search.addEventListener("input", filter);
  verdict.addEventListener("change", filter);
  document.getElementById("tools").hidden = false;
  filter();
  if (location.hash) reveal();
});
