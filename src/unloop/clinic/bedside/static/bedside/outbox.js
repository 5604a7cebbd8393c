// The outbox of a tablet: an entry is kept here first, with its own id and time, then sent in order until the server has
// said that it is charted. Without a network entries wait; nothing is sent twice, since the server knows the ids.

import { serverNow } from "./clocks.js";
import { giveBack, renew } from "./renew.js";
import { keep, kept, sendKept } from "../unloop/kept.js";

const RETRY_MS = 5000;
const PATIENCE_MS = 5000;
const line = document.getElementById("connection");
const user = line ? line.dataset.user : "";
let downSince = null;
let sending = null;
let again = false;
let refusal = "";
let signIn = false;
let judged = false;
let waits = 0;

function uuid() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

function filled(words, own) {
  const time = downSince && downSince.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hour12: false });
  return words.replace("TIME", time).replace("COUNT", String(own)).replace("WHY", refusal);
}

// What the line says: the connection first, then what was refused, then what somebody else left on this device.
async function say() {
  if (!line) return;
  const entries = await kept();
  const own = entries.filter((entry) => entry.user === user).length;
  waits = own;
  let words = line.dataset.connected;
  if (judged) words = line.dataset.judged;
  else if (signIn && own) words = line.dataset.signIn;
  else if (downSince) words = line.dataset.offline;
  else if (refusal) words = line.dataset.refused;
  else if (own) words = line.dataset.waiting;
  else if (entries.length > own) words = line.dataset.others.replace("COUNT", String(entries.length - own));
  line.textContent = filled(words, own);
  line.classList.toggle("off", words !== line.dataset.connected);
}

// Whoever asks while something is being sent waits for the end of it, and for what was entered meanwhile.
export function flush() {
  if (sending) again = true;
  else sending = sendAll().finally(() => { sending = null; });
  return sending;
}

async function sendAll() {
  let result;
  do {
    again = false;
    result = await sendKept(user, (why, entry) => {
      refusal = why;
      giveBack(entry);
    });
    signIn = result.signIn;
    const offline = result.offline || Boolean(downSince && !result.charted && !(await reached()));
    if (!offline) judged = false;
    downSince = offline ? downSince || new Date(serverNow()) : null;
    await say();
    // What is entered while the page is made new is sent as well, and makes it new once more.
    if (result.charted && !result.offline) await after();
  } while (again && !result.offline);
}

async function down() {
  downSince = downSince || new Date(serverNow());
  await say();
}

async function after() {
  if (window.htmx && document.getElementById("beat")) window.htmx.trigger("#beat", "charted");
  else if (line && line.dataset.from) await renew(line.dataset.from, line.dataset.parts).catch(down);
  else window.location.reload();
}

async function reached() {
  try {
    return (await fetch("/healthz", { cache: "no-store", signal: AbortSignal.timeout(PATIENCE_MS) })).ok;
  } catch {
    return false;
  }
}

// What the server judges is sent only after everything that was entered before it, and never without a connection.
async function sendJudged(form, button) {
  await flush();
  waits = (await kept()).filter((entry) => entry.user === user).length;
  judged = waits > 0 || !(await reached());
  if (judged) {
    await down();
    return;
  }
  // What was entered before may have renewed the part of the page that the form stood in.
  const now = form.isConnected ? form : document.querySelector(`form[data-judged][action="${form.getAttribute("action")}"]`);
  if (!now) return;
  now.dataset.nothingWaits = "yes";
  now.requestSubmit(now === form ? button : now.querySelector("button"));
  delete now.dataset.nothingWaits;
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (form.dataset.judged !== undefined && form.dataset.nothingWaits === undefined && (waits || downSince || !navigator.onLine)) {
    event.preventDefault();
    event.stopPropagation();
    await sendJudged(form, event.submitter);
    return;
  }
  if (form.dataset.entry === undefined) return;
  event.preventDefault();
  event.stopPropagation();
  const fields = new FormData(form, event.submitter);
  fields.set("id", uuid());
  if (!fields.get("at_time")) fields.set("at", new Date(serverNow()).toISOString());
  fields.delete("csrfmiddlewaretoken");
  refusal = "";
  judged = false;
  waits += 1;
  await keep({ action: form.action, fields: [...fields.entries()], user });
  form.reset();
  const details = form.closest("details");
  if (details) details.open = false;
  if (document.activeElement && form.contains(document.activeElement)) document.activeElement.blur();
  await flush();
}, true);

window.addEventListener("online", flush);
window.addEventListener("offline", down);
document.addEventListener("htmx:sendError", down);
document.addEventListener("htmx:afterOnLoad", () => { if (downSince) flush(); });
setInterval(async () => { if (downSince || (await kept()).some((entry) => entry.user === user)) await flush(); }, RETRY_MS);
if (navigator.onLine) flush();
else down();
