// One press, one answer: a finger that taps twice must not answer the next question as well.

const SETTLED_MS = 350; // since this page was asked for; a second tap comes sooner, a thought does not

document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-one-press]");
  if (!form) return;
  if (event.timeStamp < SETTLED_MS || form.dataset.pressed === "yes") {
    event.preventDefault();
    return;
  }
  form.dataset.pressed = "yes";
});

window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll('form[data-pressed="yes"]')) delete form.dataset.pressed;
});
