// Single keys on the page of a case: a digit leads to what came of a contact, Enter there saves it. They never
// act in a text field or while a word is composed; switched off, or without this script, the buttons do the same.
"use strict";
(() => {
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest(
      "input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]",
    );
    if (typing || event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
    const wanted =
      event.key === "n"
        ? document.querySelector("a.following")
        : document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (!wanted) return;
    event.preventDefault();
    wanted.focus();
    if (event.key === "n") wanted.click();
  });
})();
