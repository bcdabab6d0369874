/* Runs before the first paint, so that a dark or large page never flashes light or small. Choices stay on this device. */
(() => {
  "use strict";
  const root = document.documentElement;
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const read = (key) => { try { return localStorage.getItem(key); } catch { return null; } };
  const apply = () => {
    root.dataset.bsTheme = read("rf-theme") ?? (dark.matches ? "dark" : "light");
    root.dataset.rfSize = read("rf-size") ?? "normal";
  };
  root.classList.add("rf-js");
  apply();
  dark.addEventListener("change", apply);
  window.addEventListener("storage", apply);
})();
