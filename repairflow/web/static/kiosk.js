/* A touch screen in a hall. No page is added to the history, and after a minute without a touch nothing is left of whoever stood here:
   neither in the page, nor behind the browser's Back, nor in what the browser keeps. */
(() => {
  "use strict";
  const WARNED = 45000, IDLE = 60000;
  const root = document.documentElement, dialog = document.getElementById("kiosk-idle");
  const first = () => "kioskFirst" in root.dataset;
  let last = Date.now(), leaving = false;

  const leave = () => {
    if (leaving) return;
    leaving = true;
    document.body.hidden = true;
    try { sessionStorage.clear(); localStorage.clear(); } catch { /* forbidden: then nothing is kept */ }
    location.replace(root.dataset.kioskClear);
  };
  const touched = () => { last = Date.now(); };
  /* closed by a whole touch of the dialog alone: one that closed it when it begins would end on what lies below */
  dialog.addEventListener("click", () => dialog.close());
  for (const what of ["pointerdown", "keydown", "input", "wheel", "touchmove"]) {
    window.addEventListener(what, touched, { capture: true, passive: true });
  }
  setInterval(() => {
    if (first()) return;
    const idle = Date.now() - last;
    if (idle >= IDLE) leave();
    else if (idle >= WARNED && !dialog.open) dialog.showModal();
  }, 1000);
  window.addEventListener("pageshow", (event) => { if (event.persisted) { if (first()) leaving = false; else leave(); } });

  /* what answers takes the place of what asked, in the page and in the history */
  const wire = () => {
    for (const keys of document.querySelectorAll("[data-kiosk-keys]")) keys.hidden = false;
    for (const button of document.querySelectorAll("[data-kiosk-print]")) button.hidden = !document.querySelector("main section.card");
  };
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (link) {
      event.preventDefault();
      if (link.origin === location.origin && link.pathname.startsWith("/kiosk")) location.replace(link.href);
      return;                                       /* what leads out of the terminal leads nowhere */
    }
    if (event.target.closest("[data-kiosk-print]")) { window.print(); return; }
    const key = event.target.closest("[data-kiosk-keys] button");
    if (!key) return;
    const field = document.getElementById(key.parentElement.dataset.kioskKeys);
    field.value = "kioskBack" in key.dataset ? field.value.slice(0, -1) : field.value + key.textContent;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (form.method !== "post") return;
    event.preventDefault();
    try {
      const answer = await fetch(form.action, { method: "POST", body: new FormData(form), cache: "no-store", credentials: "same-origin" });
      if (leaving) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (leaving) return;
      document.querySelector("main").replaceWith(document.importNode(page.querySelector("main"), true));
      wire();
      document.querySelector("main").focus();
      window.scrollTo(0, 0);
    } catch { leave(); }
  });
  wire();
})();
