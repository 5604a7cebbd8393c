// Small manners of every page: focus the error summary, say "Saving" on a pressed button, hold the bedside mode.

const summary = document.querySelector(".error-summary");
if (summary) summary.focus();

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.dataset.sent === "yes") {
    if (form.dataset.sent === "yes") event.preventDefault(); // pressed twice: sent once
    return;
  }
  const button = event.submitter;
  if (form.method !== "post" || !button || !button.dataset.busy) return;
  form.dataset.sent = "yes";
  button.style.minWidth = `${button.offsetWidth}px`;
  button.setAttribute("aria-busy", "true");
  button.dataset.rest = button.textContent;
  button.textContent = button.dataset.busy;
});

// Coming back with the browser's own button shows the page as it was left: let it be sent again.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll('form[data-sent="yes"]')) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll('[aria-busy="true"]')) {
      button.removeAttribute("aria-busy");
      button.textContent = button.dataset.rest;
    }
  }
});

// Light or dim is a matter of the room, not of the person: this browser remembers it, and the server renders it.
for (const button of document.querySelectorAll("[data-set-mode]")) {
  button.addEventListener("click", () => {
    const mode = button.dataset.setMode;
    document.documentElement.dataset.mode = mode;
    document.cookie = `unloop_mode=${mode}; path=/; samesite=strict; max-age=31536000`;
    for (const other of document.querySelectorAll("[data-set-mode]")) {
      other.setAttribute("aria-pressed", String(other.dataset.setMode === mode));
    }
  });
}

for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent.trim());
    button.textContent = button.dataset.copied;
  });
}
