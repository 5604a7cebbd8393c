// Rating by keyboard: a number chooses that answer and goes on to the next question; every answer is kept at once.
// Without this the page is one form that is saved at the end.

const form = document.querySelector("form[data-keep]");
const questions = [...form.querySelectorAll("fieldset[data-question]")];
const state = form.querySelector("[data-state]");
const hidden = (name) => form.querySelector(`input[name="${name}"]`).value;
let line = Promise.resolve(); // one after the other, so that the last choice is the one that stays
let saving = false; // the form itself carries every answer

async function keep(question, answer) {
  const body = new URLSearchParams({ question, answer });
  for (const name of ["csrfmiddlewaretoken", "for_person", "sheet"]) body.set(name, hidden(name));
  try {
    const reply = await fetch(form.dataset.keep, { method: "POST", body, keepalive: true });
    state.textContent = reply.ok ? state.dataset.kept : state.dataset.failed;
  } catch {
    state.textContent = state.dataset.failed;
  }
}

form.addEventListener("change", (event) => {
  const question = event.target.closest("fieldset[data-question]");
  if (!question) return;
  line = line.then(() => saving || keep(question.dataset.question, event.target.value));
});
form.addEventListener("submit", () => { saving = true; });

function goTo(question) {
  const target = question
    ? question.querySelector("input:checked") ?? question.querySelector("input")
    : form.querySelector(".actions button");
  target.focus();
  (question ?? target).scrollIntoView({ block: "nearest" });
}

function here() {
  return document.activeElement.closest("fieldset[data-question]")
    ?? questions.find((question) => !question.querySelector("input:checked"));
}

let below = false; // after a minus, which RASS needs

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const minus = below;
  if (event.key !== "Shift") below = event.key === "-";
  if (!/^[0-9]$/.test(event.key)) return;
  if (document.activeElement.matches('textarea, input:not([type="radio"])')) return;
  const question = here();
  const choice = question?.querySelector(`input[value="${minus ? "-" : ""}${event.key}"]`);
  if (!choice) return;
  event.preventDefault();
  choice.checked = true;
  choice.dispatchEvent(new Event("change", { bubbles: true }));
  goTo(questions[questions.indexOf(question) + 1]);
});

if (!document.querySelector(".error-summary")) goTo(questions.find((one) => !one.querySelector("input:checked")) ?? null);
