// The course page on a wide window, and on paper, shows what a phone folds away. Without this everything can be unfolded.

const folds = [...document.querySelectorAll("details[data-wide]")];
const wide = window.matchMedia("(min-width: 901px)");

if (wide.matches) for (const fold of folds) fold.open = true;

window.addEventListener("beforeprint", () => {
  for (const fold of folds) fold.open = true;
});
