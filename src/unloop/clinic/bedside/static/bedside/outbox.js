// The outbox of a tablet: an entry is kept here first, with its own id and time, then sent in order until the server has
// said that it is charted. Without a network entries wait; nothing is sent twice, since the server knows the ids.

import { serverNow } from "./clocks.js";

const NAME = "unloop-bedside";
const STORE = "entries";
const RETRY_MS = 5000;
const line = document.getElementById("connection");
let downSince = null;
let sending = false;
let refusal = "";
let signIn = false;

function open() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "order", autoIncrement: true });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function inStore(mode, work) {
  const database = await open();
  try {
    return await new Promise((resolve, reject) => {
      const transaction = database.transaction(STORE, mode, { durability: "strict" });
      const request = work(transaction.objectStore(STORE));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onerror = transaction.onabort = () => reject(transaction.error);
    });
  } finally {
    database.close();
  }
}

const kept = () => inStore("readonly", (store) => store.getAll());
const keep = (entry) => inStore("readwrite", (store) => store.add(entry));
const drop = (order) => inStore("readwrite", (store) => store.delete(order));
const wipe = () => inStore("readwrite", (store) => store.clear());

function uuid() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

function say(count) {
  if (!line) return;
  const time = downSince && downSince.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hour12: false });
  if (signIn && count) line.textContent = line.dataset.signIn.replace("COUNT", String(count));
  else if (downSince) line.textContent = line.dataset.offline.replace("TIME", time).replace("COUNT", String(count));
  else if (refusal) line.textContent = line.dataset.refused.replace("WHY", refusal);
  else line.textContent = line.dataset.connected;
  line.classList.toggle("off", Boolean(downSince || refusal || signIn));
}

async function send(entry) {
  const body = new URLSearchParams(entry.fields);
  const token = document.querySelector("[name=csrfmiddlewaretoken]");
  if (token) body.set("csrfmiddlewaretoken", token.value);
  const answer = await fetch(entry.action, {
    method: "POST", body, redirect: "manual", headers: { "X-Outbox": "1" }, credentials: "same-origin",
  });
  const json = (answer.headers.get("content-type") || "").includes("application/json");
  if (answer.ok && json) return "charted";
  if (answer.status === 422 && json) {
    const why = await answer.json();
    refusal = `${why.where}: ${why.mend}`;
    return "refused";
  }
  if (answer.status === 409) {
    refusal = "409";
    return "refused";
  }
  signIn = answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403;
  return "later";
}

export async function flush() {
  if (sending) return;
  sending = true;
  let charted = 0;
  try {
    for (const entry of await kept()) {
      const outcome = await send(entry);
      if (outcome === "later") break;
      await drop(entry.order);
      charted += 1;
    }
    downSince = null;
  } catch {
    downSince = downSince || new Date(serverNow());
  }
  sending = false;
  const left = await kept();
  say(left.length);
  if (charted && !downSince) after();
}

function after() {
  if (window.htmx && document.getElementById("beat")) window.htmx.trigger("#beat", "charted");
  else window.location.reload();
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (form.dataset.entry === undefined) return;
  event.preventDefault();
  event.stopPropagation();
  const fields = new FormData(form, event.submitter);
  fields.set("id", uuid());
  if (!fields.get("at_time")) fields.set("at", new Date(serverNow()).toISOString());
  fields.delete("csrfmiddlewaretoken");
  refusal = "";
  await keep({ action: form.action, fields: [...fields.entries()], user: line ? line.dataset.user : "" });
  form.reset();
  const details = form.closest("details");
  if (details) details.open = false;
  if (document.activeElement && form.contains(document.activeElement)) document.activeElement.blur();
  await flush();
}, true);

// What somebody else left behind on this tablet is not sent under another name.
async function begin() {
  const user = line ? line.dataset.user : "";
  if ((await kept()).some((entry) => entry.user !== user)) await wipe();
  await flush();
}

// Signing out leaves nothing on the tablet: what can be sent is sent first.
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (form.dataset.signOut === undefined || form.dataset.wiped) return;
  event.preventDefault();
  event.stopPropagation();
  await flush();
  await wipe();
  form.dataset.wiped = "yes";
  form.submit();
}, true);

window.addEventListener("online", flush);
window.addEventListener("offline", async () => {
  downSince = downSince || new Date(serverNow());
  say((await kept()).length);
});
document.addEventListener("htmx:sendError", async () => {
  downSince = downSince || new Date(serverNow());
  say((await kept()).length);
});
document.addEventListener("htmx:afterOnLoad", () => { if (downSince) flush(); });
setInterval(async () => { if (downSince || (await kept()).length) await flush(); }, RETRY_MS);
begin();
