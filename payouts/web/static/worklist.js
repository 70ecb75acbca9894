// Single keys for who works through the list: they never act in a text field or while a word is composed.
// Without this script, or with the keys switched off, links, boxes and buttons do the same.
"use strict";
(() => {
  const keys = document.getElementById("keys");
  const rows = () => [...document.querySelectorAll(".worklist tbody tr")];
  const here = () => rows().findIndex((row) => row.contains(document.activeElement));
  const all = document.getElementById("all-here");

  if (all) {
    all.addEventListener("change", () => {
      for (const box of document.querySelectorAll(".worklist tbody input[type=checkbox]")) {
        box.checked = all.checked;
      }
    });
  }
  if (!keys || !("on" in keys.dataset)) return;

  function go(step) {
    const list = rows();
    if (!list.length) return;
    const at = here();
    const next = at < 0 ? (step > 0 ? 0 : list.length - 1) : Math.min(Math.max(at + step, 0), list.length - 1);
    list[next].querySelector("th a").focus();
    list[next].scrollIntoView({ block: "nearest" });
  }

  function choose() {
    const row = rows()[here()];
    const box = row && row.querySelector("input[type=checkbox]");
    if (box) box.checked = !box.checked;
  }

  function help() {
    keys.open = !keys.open;
    if (keys.open) keys.querySelector("summary").focus();
  }

  const does = {
    j: () => go(1),
    k: () => go(-1),
    x: choose,
    "/": () => document.getElementById("q").focus(),
    "?": help,
    n: () => document.querySelector(".pages a[rel=next]")?.click(),
  };

  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");
    if (typing || event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
    const act = does[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
})();
