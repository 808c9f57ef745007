"use strict";
const search = document.getElementById("search");
const verdict = document.getElementById("verdict");
const count = document.getElementById("count");
const rows = Array.from(document.querySelectorAll("#matrix tbody tr"), (row) => ({
  row,
  text: row.textContent.toLowerCase(),
  verdict: row.dataset.verdict,
}));
function filter() {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const one of rows) {
    const keep =
      words.every((word) => one.text.includes(word)) &&
      (verdict.value === "" || verdict.value === one.verdict);
    one.row.hidden = !keep;
    shown += keep ? 1 : 0;
  }
  count.textContent = `${shown} of ${rows.length} rows`;
}
search.addEventListener("input", filter);
verdict.addEventListener("change", filter);
document.getElementById("tools").hidden = false;
filter();
