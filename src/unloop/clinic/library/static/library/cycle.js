// The cycle fills as one writes, and the finished page can be printed with one press. Without this file both still work.

const live = document.querySelector("[data-live]");
if (live) {
  live.hidden = false;
  for (const field of document.querySelectorAll("textarea[data-step]")) {
    const shown = live.querySelector(`[data-shows="${field.dataset.step}"]`);
    if (!shown) continue;
    const show = () => { shown.textContent = field.value; };
    field.addEventListener("input", show);
    show();
  }
}

const print = document.querySelector("[data-print]");
if (print) {
  print.hidden = false;
  document.querySelector("[data-by-hand]").hidden = true;
  print.addEventListener("click", () => window.print());
}
