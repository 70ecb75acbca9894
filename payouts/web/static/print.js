/* A button that prints the page; without scripts it stays hidden, and the browser's own command prints. */
"use strict";
document.querySelectorAll("[data-print]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => print());
  if (button.dataset.print === "first") button.focus();
});
