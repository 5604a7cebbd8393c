// What a page is made of, without its words: two pages of one structure, at one size, look the same to axe.
// Kept are tags, classes, roles, states and whether there is text; the third and later of equal neighbours are left out.
(() => {
  const WHOLE = new Set(["class", "style", "role", "type", "lang"]);
  const PLAIN = /^[a-z-]+$/;
  const said = ({ name, value }) => {
    if (WHOLE.has(name) || PLAIN.test(value)) return `${name}=${value}`;
    return `${name}${value.trim() ? "+" : "-"}`;
  };
  const structure = (element) => {
    const attributes = [...element.attributes].map(said).sort().join(" ");
    const state = [":checked", ":disabled", ":focus", ":invalid"].filter((one) => element.matches(one)).join("");
    const text = [...element.childNodes].some((one) => one.nodeType === Node.TEXT_NODE && one.data.trim()) ? "T" : "";
    const inner = [];
    for (const child of element.children) {
      const found = structure(child);
      if (found !== inner.at(-1) || found !== inner.at(-2)) inner.push(found);
    }
    return `<${element.tagName} ${attributes}${state}>${text}${inner.join("")}</>`;
  };
  return structure(document.documentElement);
})()
