// What this device keeps until the server has it: entries in their order, each with its own id, time and author.
// Nothing is sent under another name, and nothing is sent twice, since the server knows the ids.

const NAME = "unloop-bedside";
const STORE = "entries";
const PATIENCE_MS = 15000;

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

export const kept = () => inStore("readonly", (store) => store.getAll());
export const keep = (entry) => inStore("readwrite", (store) => store.add(entry));
export const drop = (order) => inStore("readwrite", (store) => store.delete(order));
export const wipe = () => inStore("readwrite", (store) => store.clear());

// One entry to the server: "charted", "refused" (with `why`), "sign-in" or "later".
async function send(entry) {
  const body = new URLSearchParams(entry.fields);
  const token = document.querySelector("[name=csrfmiddlewaretoken]");
  if (token) body.set("csrfmiddlewaretoken", token.value);
  const answer = await fetch(entry.action, {
    method: "POST", body, redirect: "manual", headers: { "X-Outbox": "1" }, credentials: "same-origin",
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  const json = (answer.headers.get("content-type") || "").includes("application/json");
  if (answer.ok && json) return { outcome: "charted" };
  if (answer.status === 422 && json) {
    const said = await answer.json();
    return { outcome: "refused", why: `${said.where}: ${said.mend}` };
  }
  if (answer.status === 409) return { outcome: "refused", why: "409" };
  if (answer.type === "opaqueredirect" || [401, 403].includes(answer.status)) return { outcome: "sign-in" };
  return { outcome: "later" };
}

// Send what this user entered, in order. A refused entry is dropped once `tell` has said so; without it, it stays.
export async function sendKept(user, tell) {
  const result = { charted: 0, offline: false, signIn: false };
  try {
    for (const entry of await kept()) {
      if (entry.user !== user) continue;
      const { outcome, why } = await send(entry);
      result.signIn = outcome === "sign-in";
      if (outcome === "sign-in" || outcome === "later") break;
      if (outcome === "refused" && !tell) continue;
      if (outcome === "refused") tell(why, entry);
      await drop(entry.order);
      result.charted += 1;
    }
  } catch {
    result.offline = true;
  }
  return result;
}
