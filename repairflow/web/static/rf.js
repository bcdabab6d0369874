/* RepairFlow in the browser: comfort only. Every page and form works without this file. No eval, no inline style. */
(() => {
  "use strict";
  const root = document.documentElement;
  const $$ = (selector, scope = document) => [...scope.querySelectorAll(selector)];
  const save = (key, value) => { try { localStorage.setItem(key, value); } catch { /* private window: the choice lasts for this page */ } };

  /* ---- look: theme and text size ---- */
  const look = {
    "theme": () => { const next = root.dataset.bsTheme === "dark" ? "light" : "dark"; root.dataset.bsTheme = next; save("rf-theme", next); },
    "size": () => { const next = root.dataset.rfSize === "large" ? "normal" : "large"; root.dataset.rfSize = next; save("rf-size", next); },
  };
  const showLook = () => {
    for (const button of $$("[data-rf-look]")) {
      const on = button.dataset.rfLook === "theme" ? root.dataset.bsTheme === "dark" : root.dataset.rfSize === "large";
      button.setAttribute("aria-pressed", String(on));
    }
  };

  /* ---- forms: one press sends once; a chosen action shows its own fields ---- */
  const onceOnly = (form) => form.addEventListener("submit", (event) => {
    if (form.dataset.rfSent) { event.preventDefault(); return; }
    form.dataset.rfSent = "1";
    for (const button of $$("button[type=submit], button:not([type])", form)) {
      button.setAttribute("aria-disabled", "true");
      button.classList.add("rf-sending");
    }
  });
  window.addEventListener("pageshow", () => {       /* back button: the page may be sent again */
    for (const form of $$("form[data-rf-sent]")) {
      delete form.dataset.rfSent;
      for (const button of $$(".rf-sending", form)) { button.classList.remove("rf-sending"); button.removeAttribute("aria-disabled"); }
    }
  });

  /* ---- confirm: the same question the no-script page would ask ---- */
  const confirmDialog = (form) => {
    const dialog = document.getElementById(form.dataset.rfConfirm);
    if (!dialog || !dialog.showModal) return;
    form.addEventListener("submit", (event) => {
      if (form.dataset.rfConfirmed) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      if (!form.reportValidity()) return;
      dialog.showModal();
      dialog.addEventListener("close", () => {
        if (dialog.returnValue !== "yes") return;
        form.dataset.rfConfirmed = "1";
        const already = form.querySelector("input[name=confirmed]");
        if (already) already.value = "yes";
        form.requestSubmit();
        delete form.dataset.rfConfirmed;
      }, { once: true });
    });
  };

  /* ---- counters, upload names and sizes ---- */
  const counter = (area) => {
    const out = document.getElementById(area.id + "-count");
    const max = Number(area.maxLength);
    if (!out || max < 1) return;
    const show = () => { out.textContent = `已写 ${area.value.length} 字，还可写 ${max - area.value.length} 字`; };
    area.addEventListener("input", show);
    show();
  };
  const size = (bytes) => bytes < 1048576 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1048576).toFixed(1)} MB`;
  const upload = (input) => {
    const list = document.getElementById(input.id + "-files");
    const limit = Number(input.dataset.rfMaxBytes);
    const zone = input.closest(".rf-upload");
    const show = () => {
      if (!list) return;
      list.replaceChildren();
      let problem = "";
      for (const file of input.files) {
        const row = document.createElement("li");
        const wrong = file.size === 0 ? "空文件，请重新选择"
          : limit && file.size > limit ? `${size(file.size)}，超过单个文件上限 ${size(limit)}` : "";
        row.textContent = `${file.name}（${wrong || size(file.size)}）`;
        row.classList.toggle("rf-no", wrong !== "");
        problem ||= wrong;
        list.append(row);
      }
      input.setCustomValidity(problem);
      // A chosen file is sent at once where the form asks for it: one press less, and a fault shows at the file.
      if (!problem && input.files.length && input.form && "rfAtOnce" in input.form.dataset) input.form.requestSubmit();
    };
    input.addEventListener("change", show);
    if (!zone) return;
    for (const kind of ["dragenter", "dragover"]) zone.addEventListener(kind, (event) => { event.preventDefault(); zone.classList.add("over"); });
    zone.addEventListener("dragleave", () => zone.classList.remove("over"));
    zone.addEventListener("drop", (event) => {
      event.preventDefault();
      zone.classList.remove("over");
      if (event.dataTransfer?.files.length) { input.files = event.dataTransfer.files; show(); }
    });
  };
  /* While a file is on its way no other form of the page is sent: the file would be lost, and nobody told. */
  const underway = new Set();
  document.addEventListener("submit", (event) => {
    if (!underway.size || underway.has(event.target)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    document.getElementById("rf-underway")?.remove();
    const note = document.createElement("p");
    note.id = "rf-underway";
    note.className = "rf-warn mt-2 mb-0";
    note.setAttribute("role", "alert");
    note.textContent = "文件还在上传，请等上传完成以后再提交。";
    event.target.append(note);
  }, true);
  /* A form with an upload is sent by XHR only to show how far it is; the answer is the page the server would have given. */
  const uploadProgress = (form) => {
    const bar = form.querySelector("progress[data-rf-progress]");
    if (!bar) return;
    form.addEventListener("submit", (event) => {
      if (event.defaultPrevented || !window.XMLHttpRequest) return;
      event.preventDefault();
      const request = new XMLHttpRequest();
      const data = new FormData(form, event.submitter ?? undefined);
      bar.hidden = false;
      underway.add(form);
      request.upload.addEventListener("progress", (step) => { if (step.lengthComputable) bar.value = step.loaded / step.total; });
      request.addEventListener("loadend", () => underway.delete(form));
      request.addEventListener("load", () => {
        const at = form.querySelector("input[type=file]")?.id;
        try { if (at) sessionStorage.setItem("rf-focus", JSON.stringify([request.responseURL, at])); } catch { /* the focus is then where a new page has it */ }
        if (request.responseURL && request.responseURL !== form.action) { location.assign(request.responseURL); return; }
        const page = new DOMParser().parseFromString(request.responseText, "text/html");
        document.title = page.title;
        document.body.replaceWith(document.adoptNode(page.body));
        start(document);
        document.dispatchEvent(new Event("rf-page"));
        document.querySelector(".rf-errors")?.focus();
      });
      request.addEventListener("error", () => { underway.delete(form); delete form.dataset.rfSent; bar.hidden = true; form.submit(); });
      request.open("POST", form.action);
      request.send(data);
    });
  };

  /* ---- sign of life: an open page in use keeps its session awake; reading alone never writes on the server ---- */
  const token = () => document.querySelector("meta[name=csrf-token]")?.content;
  /* told in all tabs of the browser (kept.js): pages that are only read, each for less than a minute, keep it awake too */
  const lastSign = () => { try { return Number(localStorage.getItem("rf-sign")) || 0; } catch { return 0; } };
  const sign = () => {
    if (!token()) return;
    save("rf-sign", String(Date.now()));
    fetch(root.dataset.rfAlive, { method: "POST", headers: { "X-CSRFToken": token() }, keepalive: true }).catch(() => {});
  };
  const alive = () => { if (Date.now() - lastSign() >= 60000) sign(); };
  document.addEventListener("rf-sign-now", sign);
  for (const kind of ["keydown", "pointerdown", "scroll"]) document.addEventListener(kind, alive, { passive: true, capture: true });
  document.addEventListener("htmx:config:request", (event) => {
    const request = event.detail.ctx.request;
    if (request.method !== "GET" && token()) request.headers["X-CSRFToken"] = token();
  });

  /* ---- widths given as data: set through CSSOM, which a strict style-src allows ---- */
  const width = (part) => { part.style.width = `${Math.min(100, Math.max(0, Number(part.dataset.rfWidth)))}%`; };

  /* ---- queue by keyboard ---- */
  const queue = (table) => {
    const rows = $$("tbody tr", table).filter((row) => row.querySelector("a[href]"));
    let at = -1;
    const go = (next) => {
      if (!rows.length) return;
      rows[at]?.classList.remove("rf-at");
      at = Math.min(rows.length - 1, Math.max(0, next));
      rows[at].classList.add("rf-at");
      rows[at].querySelector("a[href]").focus({ preventScroll: true });
      rows[at].scrollIntoView({ block: "nearest" });
    };
    for (const [index, row] of rows.entries()) row.addEventListener("focusin", () => { rows[at]?.classList.remove("rf-at"); at = index; row.classList.add("rf-at"); });
    const all = table.querySelector("thead input[type=checkbox]");
    all?.addEventListener("change", () => { for (const box of $$("tbody input[type=checkbox]", table)) box.checked = all.checked; });
    return { down: () => go(at + 1), up: () => go(at - 1), first: () => go(0), last: () => go(rows.length - 1),
      open: () => rows[at]?.querySelector("a[href]").click(),
      tick: () => { const box = rows[at]?.querySelector("input[type=checkbox]"); if (box) box.checked = !box.checked; },
      batch: () => document.getElementById(table.dataset.rfBatch ?? "")?.requestSubmit() };
  };
  let keys = null, before = "";
  const typing = (target) => target.closest("input, textarea, select, [contenteditable]") && target.type !== "checkbox";
  /* the menu of the person closes with Esc, which gives the focus back, and with a press beside it */
  const menu = () => document.querySelector(".rf-who[open]");
  document.addEventListener("click", (event) => { const open = menu(); if (open && !open.contains(event.target)) open.open = false; });
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229) return;   /* the input method's (拼音) */
    const open = event.key === "Escape" ? menu() : null;
    if (open) { open.open = false; open.querySelector("summary").focus(); return; }
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || document.querySelector("dialog[open]")) return;
    const help = document.getElementById("rf-keys");
    const search = document.querySelector("[data-rf-search]");
    const follow = (rel) => document.querySelector(`main nav a[rel=${rel}]`)?.click();
    if (before === "g" && event.key === "q") { document.querySelector("[data-rf-home]")?.click(); before = ""; event.preventDefault(); return; }
    before = event.key;
    const does = { j: keys?.down, k: keys?.up, n: () => follow("next"), p: () => follow("prev"), "?": () => help?.showModal?.(), "/": () => search?.focus(),
      ArrowDown: keys?.down, ArrowUp: keys?.up, Home: keys?.first, End: keys?.last, x: keys?.tick, b: keys?.batch };
    const onLink = event.target.closest("a, button, summary");
    if (event.key === "Enter" && keys && !onLink) { keys.open(); return; }
    const act = does[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-rf-look], [data-rf-print], [data-rf-copy], [data-rf-keys], [data-rf-close]");
    if (!button) return;
    if (button.dataset.rfLook) { look[button.dataset.rfLook]?.(); showLook(); }
    if ("rfPrint" in button.dataset) window.print();
    if ("rfKeys" in button.dataset) document.getElementById("rf-keys")?.showModal?.();
    if ("rfClose" in button.dataset) button.closest("dialog")?.close(button.value);
    if ("rfCopy" in button.dataset) {
      navigator.clipboard?.writeText(button.dataset.rfCopy).then(() => {
        const before = button.textContent;
        button.textContent = "已复制";
        setTimeout(() => { button.textContent = before; }, 1600);
      });
    }
  });
  const seen = new WeakMap();                       /* a part swapped in by htmx may hold parts already wired */
  const wire = (selector, scope, work) => {
    for (const part of $$(selector, scope)) {
      const done = seen.get(part) ?? new Set();
      if (done.has(work)) continue;
      seen.set(part, done.add(work));
      work(part);
    }
  };
  const reload = (part) => setTimeout(() => location.reload(), 1000 * Number(part.dataset.rfReload));
  const autosubmit = (select) => select.addEventListener("change", () => select.form.requestSubmit());
  /* what is asked for some lists alone (失信名单) is hidden while another is chosen; what was typed there stays */
  const unless = (part) => {
    const form = part.closest("form"), not = part.dataset.rfUnless.split(" ");
    const show = () => { part.hidden = not.includes(new FormData(form).get("in.list_kind")); };
    form.addEventListener("change", show);
    show();
  };
  const tickAll = (all) => {
    const boxes = $$(`input[type=checkbox][name="${all.dataset.rfAll}"]`, all.form);
    all.addEventListener("change", () => { for (const box of boxes) box.checked = all.checked; });
    for (const box of boxes) box.addEventListener("change", () => { all.checked = boxes.every((one) => one.checked); });
  };
  const start = (scope) => {
    wire("[data-rf-width]", scope, width);
    wire("form[data-rf-confirm]", scope, confirmDialog);
    wire("form[method=post]", scope, onceOnly);
    wire("form[enctype='multipart/form-data']", scope, uploadProgress);
    wire("textarea[maxlength]", scope, counter);
    wire("input[type=file]", scope, upload);
    wire("[data-rf-reload]", scope, reload);
    wire("[data-rf-unless]", scope, unless);
    wire("input[data-rf-all]", scope, tickAll);
    wire("select[data-rf-autosubmit]", scope, autosubmit);
    for (const table of $$("table[data-rf-queue]", scope)) if (!seen.has(table)) { seen.set(table, new Set()); keys = queue(table); }
    showLook();
  };
  /* after an upload the focus is where it was: at the field for the next file, else at what the page says; on no other page, where
     the visitor may be by now on a slow line */
  const uploaded = () => {
    try {
      const [page, at] = JSON.parse(sessionStorage.getItem("rf-focus") ?? "[]");
      sessionStorage.removeItem("rf-focus");
      return page?.split("#")[0] === location.href.split("#")[0] ? document.getElementById(at) ?? document.getElementById("main") : null;
    } catch { return null; }
  };
  document.addEventListener("DOMContentLoaded", () => {
    const onward = document.querySelector("a[data-rf-onward]");   /* what was typed is kept here: on to the login at once */
    if (onward) { location.replace(onward.href); return; }
    start(document);
    (document.querySelector(".rf-errors") ?? document.querySelector("[data-rf-focus]") ?? uploaded())?.focus();
  });
  document.addEventListener("htmx:after:swap", (event) => start(event.target instanceof Element ? event.target : document));
})();
