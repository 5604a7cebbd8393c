// Signing out leaves nothing on the device: what can be sent is sent first, and the rest is lost only by a second press.

import { kept, sendKept, wipe } from "./kept.js";

const page = document.querySelector("[data-unsent]");

function show(count) {
  page.hidden = count === 0;
  for (const one of document.querySelectorAll("[data-lose]")) one.hidden = count === 0;
  const words = page.querySelector("[data-count]");
  words.textContent = words.dataset.words.replace("COUNT", String(count));
}

function leave(form, answer, unsent) {
  for (const [name, value] of Object.entries({ kept: answer, unsent: String(unsent) })) {
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name, value });
    form.append(field);
  }
  form.submit();
}

async function signOut(form, lose) {
  if (lose) {
    const lost = (await kept()).length;
    await wipe();
    leave(form, "lost", lost);
    return;
  }
  const { offline } = await sendKept(form.dataset.user);
  const left = (await kept()).length;
  if (left === 0) leave(form, "none", 0);
  else if (offline || !navigator.onLine) form.querySelector("[data-says]").textContent = form.dataset.offline.replace("COUNT", String(left));
  else if (page) show(left);
  else window.location.assign(form.action);
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.signOut === undefined) return;
  event.preventDefault();
  event.stopPropagation();
  signOut(form, Boolean(event.submitter && event.submitter.value === "lost")).catch(() => form.submit());
}, true);

if (page) kept().then((entries) => show(entries.length));
