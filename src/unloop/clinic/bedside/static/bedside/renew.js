// Fresh parts for a page that has no beat: each part that nobody is writing in is replaced by what the server shows now.

function halfWritten(part) {
  if (part.contains(document.activeElement) && document.activeElement.matches("input, select, textarea")) return true;
  return [...part.querySelectorAll("input:not([type=hidden]), select, textarea")].some((field) => {
    if (["radio", "checkbox"].includes(field.type)) return field.checked !== field.defaultChecked;
    if (field.tagName === "SELECT") return [...field.options].some((one) => one.selected && !one.defaultSelected && one.value);
    return field.value !== field.defaultValue;
  });
}

export async function renew(from, parts) {
  const answer = await fetch(from, { credentials: "same-origin" });
  if (!answer.ok || answer.redirected) {
    window.location.assign(from);
    return;
  }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  // Somebody else went on with the session, so that it has another page by now.
  if (!parts.split(" ").some((id) => page.getElementById(id))) {
    window.location.assign(from);
    return;
  }
  for (const id of parts.split(" ")) {
    const [old, fresh] = [document.getElementById(id), page.getElementById(id)];
    if (old && fresh && !halfWritten(old)) old.replaceWith(fresh);
  }
}

// Give the fields of a refused entry back to the form that they came from, so that nothing is typed twice.
export function giveBack(entry) {
  const given = new Map(entry.fields);
  for (const form of document.querySelectorAll("form[data-entry]")) {
    const { kind } = form.elements;
    if (form.action !== entry.action || (kind && kind.value !== given.get("kind"))) continue;
    const written = [...form.querySelectorAll("input:not([type=hidden]), select, textarea")];
    if (!written.some((field) => given.get(field.name)) || halfWritten(form)) continue;
    for (const field of written) {
      if (["radio", "checkbox"].includes(field.type)) field.checked = given.get(field.name) === field.value;
      else field.value = given.get(field.name) || "";
    }
    return;
  }
}
