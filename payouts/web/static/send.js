// Sends the chosen file as it is, shows how far it is, and leads to its receipt. Without this script the
// form sends itself.
"use strict";
(() => {
  const form = document.getElementById("send");
  const file = form.elements.file;
  const how = form.querySelector(".send__how");
  const wrong = form.querySelector(".govuk-error-message");
  const button = form.querySelector("button");

  function end(text) {
    how.hidden = true;
    button.disabled = false;
    wrong.textContent = text;
    wrong.hidden = !text;
  }

  function told(request) {
    try {
      return JSON.parse(request.responseText);
    } catch {
      return {};
    }
  }

  form.addEventListener("submit", (event) => {
    const chosen = file.files[0];
    if (!chosen || !form.elements.bank.value) return; // the page that answers says what is missing
    event.preventDefault();
    end("");
    button.disabled = true;
    how.hidden = false;
    const query = new URLSearchParams({ filename: chosen.name, bank: form.elements.bank.value });
    if (form.elements.profile.value) query.set("profile", form.elements.profile.value);
    const request = new XMLHttpRequest();
    request.open("POST", `/v1/settlement-files?${query}`);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.setRequestHeader("Accept-Language", document.documentElement.lang);
    request.setRequestHeader("Prefer", "wait=10");
    request.setRequestHeader("X-CSRF-Token", form.elements.csrf_token.value);
    request.upload.addEventListener("progress", ({ loaded, total }) => {
      const share = total ? Math.floor((loaded / total) * 100) : 0;
      how.querySelector("progress").value = share;
      how.querySelector("span").textContent = loaded < total ? `${share} %` : form.dataset.sent;
    });
    request.addEventListener("load", () => {
      const answer = told(request);
      if (request.status === 200 || request.status === 202) window.location.assign(`/files/${answer.id}`);
      else if (request.status === 401) window.location.assign("/sign-in?next=/files/send");
      else end(answer.detail || form.dataset.failed);
    });
    request.addEventListener("error", () => end(form.dataset.failed));
    request.send(chosen);
  });
})();
