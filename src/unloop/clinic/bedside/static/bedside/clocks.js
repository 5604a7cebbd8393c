// Clocks and ages, counted in the server's time: how far this device is off is measured once a page and after each beat.

let offset = 0;

export function serverNow() {
  return Date.now() + offset;
}

function measure(seen = Date.now()) {
  const clocks = document.getElementById("clocks");
  if (clocks && clocks.dataset.serverNow) offset = Date.parse(clocks.dataset.serverNow) - seen;
}

// The page came when its first byte did; how long the scripts took to load is no difference of clocks.
function arrived() {
  const [page] = performance.getEntriesByType("navigation");
  return page && page.responseStart ? performance.timeOrigin + page.responseStart : Date.now();
}

function mmss(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

function tick() {
  const now = serverNow();
  for (const one of document.querySelectorAll("[data-since]")) {
    const end = one.dataset.until ? Date.parse(one.dataset.until) : now;
    one.textContent = mmss(end - Date.parse(one.dataset.since));
  }
  for (const one of document.querySelectorAll("[data-to]")) {
    const left = Date.parse(one.dataset.to) - now;
    one.textContent = left > 0 ? mmss(left) : one.dataset.over;
  }
  for (const one of document.querySelectorAll("[data-age]")) {
    const minutes = Math.max(0, Math.floor((now - Date.parse(one.dataset.age)) / 60000));
    one.textContent = one.dataset.words.replace("N", String(minutes));
  }
}

// Undo is offered for ten seconds.
function hideUndo() {
  for (const form of document.querySelectorAll("form[data-undo]:not([data-timed])")) {
    form.dataset.timed = "yes";
    setTimeout(() => { form.hidden = true; }, 10000);
  }
}

// A beat replaces parts of the page; it waits while somebody is choosing or writing in them.
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target.id !== "beat") return;
  const busy = document.querySelector("#pump details[open], #prompts details[open]");
  const writing = document.activeElement && document.activeElement.closest("#prompts input, #pump input");
  if (busy || writing) event.preventDefault();
});
document.addEventListener("htmx:afterSettle", () => { measure(); tick(); hideUndo(); });
document.addEventListener("htmx:oobAfterSwap", () => { measure(); tick(); hideUndo(); });

measure(arrived());
tick();
hideUndo();
setInterval(tick, 1000);
