/* The desk in the browser: comfort only. A phrase goes into the reason box of its form, where the cursor was. */
(() => {
  "use strict";
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-desk-phrase]");
    const area = button?.closest(".rf-field")?.querySelector("textarea");
    if (!area) return;
    area.setRangeText(button.dataset.deskPhrase, area.selectionStart, area.selectionEnd, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
    area.focus();
  });
  document.addEventListener("click", (event) => {
    const fold = event.target.closest("[data-desk-open]") && document.querySelector(event.target.closest("[data-desk-open]").getAttribute("href"));
    if (fold instanceof HTMLDetailsElement) fold.open = true;
  });
})();
