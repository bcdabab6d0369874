/* What is typed stays in this tab until it is sent: a session that ends takes nothing with it.
   Kept in sessionStorage alone, under a key of the person, and removed when it was sent or the person signs out. No password,
   no file and nothing that is sealed (data-rf-unkept: identity numbers, an informant's name) is kept. */
(() => {
  "use strict";
  const root = document.documentElement;
  const $$ = (selector, scope = document) => [...scope.querySelectorAll(selector)];
  const PREFIX = "rf-kept:", SENT = "rf-kept-sent", SIGN = "rf-sign";
  const store = {
    get: (key) => { try { return sessionStorage.getItem(key); } catch { return null; } },
    set: (key, value) => { try { sessionStorage.setItem(key, value); } catch { /* full or forbidden: nothing is kept */ } },
    drop: (key) => { try { sessionStorage.removeItem(key); } catch { /* forbidden */ } },
    keys: () => { try { return Object.keys(sessionStorage); } catch { return []; } },
  };
  const whose = root.dataset.rfPerson;

  /* ---- what of a form is kept ---- */
  const KINDS = ["text", "date", "datetime-local", "number", "search", "email", "tel", "url", "radio", "checkbox"];
  const fields = (form) => $$("input[name], textarea[name], select[name]", form).filter((field) =>
    !("rfUnkept" in field.dataset) && (field.tagName !== "INPUT" || (KINDS.includes(field.type) && field.autocomplete !== "one-time-code")));
  const ticks = (field) => field.type === "radio" || field.type === "checkbox";
  const changed = (field) => ticks(field) ? field.checked !== field.defaultChecked
    : field.tagName === "SELECT" ? !field.selectedOptions[0]?.defaultSelected && field.selectedIndex > 0 : field.value !== field.defaultValue;
  const values = (form) => fields(form).filter(changed).map((field) =>
    [field.name, ticks(field) ? `${field.value}` : "", ticks(field) ? field.checked : field.value]);
  const keyOf = (form) => `${PREFIX}${whose}:${location.pathname}:${form.getAttribute("action") ?? ""}`;
  const keepable = (form) => form.method === "post" && !form.querySelector("input[type=password]") && !("rfUnkept" in form.dataset) &&
    fields(form).some((field) => !ticks(field) && field.tagName !== "SELECT");

  const keep = (form) => {
    const found = values(form);
    if (found.length) store.set(keyOf(form), JSON.stringify({ at: Date.now(), values: found }));
    else if (!("rfRefused" in form.dataset)) store.drop(keyOf(form));
  };
  const fill = (form, kept) => {
    let filled = 0;
    for (const [name, value, given] of kept.values) {
      const field = fields(form).find((one) => one.name === name && (!ticks(one) || one.value === value));
      if (!field || changed(field) || (ticks(field) ? field.checked === given : field.value === given)) continue;
      if (ticks(field)) field.checked = given; else field.value = given;
      field.dispatchEvent(new Event("input", { bubbles: true }));
      filled += 1;
    }
    return filled;
  };
  const announce = (form, at) => {
    const note = document.createElement("div");
    note.className = "rf-say warning";
    note.setAttribute("role", "status");
    const when = new Date(at).toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit" });
    const words = document.createElement("span");
    words.textContent = `已恢复您 ${when} 填写、还没有提交的内容，请核对后提交。`;
    const clear = document.createElement("button");
    clear.type = "button";
    clear.className = "text-nowrap btn btn-outline-secondary btn-sm ms-auto";
    clear.textContent = "不要了";
    clear.addEventListener("click", () => { form.reset(); store.drop(keyOf(form)); note.remove(); });
    note.append(words, clear);
    form.prepend(note);
    for (let part = form.closest("details"); part; part = part.parentElement?.closest("details")) part.open = true;
  };

  const wire = (form) => {
    let waits = 0;
    const later = () => { clearTimeout(waits); waits = setTimeout(() => keep(form), 250); };
    form.addEventListener("input", later);
    form.addEventListener("change", () => keep(form));
    window.addEventListener("pagehide", () => { if (!form.dataset.rfSent) keep(form); });
    form.addEventListener("submit", () => { clearTimeout(waits); keep(form); store.set(SENT, keyOf(form)); });
    const kept = store.get(keyOf(form));
    if (!kept) return;
    try {
      const read = JSON.parse(kept);
      if (fill(form, read)) announce(form, read.at);
    } catch { store.drop(keyOf(form)); }
  };

  /* ---- the end of a session is told two minutes before ---- */
  const idle = Number(root.dataset.rfIdle) * 60000;
  const ending = document.getElementById("rf-ending");
  const sign = () => { try { localStorage.setItem(SIGN, String(Date.now())); } catch { /* private window */ } };
  const lastSign = () => { try { return Number(localStorage.getItem(SIGN)) || Date.now(); } catch { return Date.now(); } };
  const warn = () => {
    if (!ending?.showModal) return;
    const left = lastSign() + idle - Date.now();
    if (left < 120000 && left > 0 && !ending.open) ending.showModal();
    if (ending.open && left >= 120000) ending.close();
    if (ending.open && left <= 0) {
      ending.querySelector("p").textContent = "您已经很久没有操作，系统已退出登录。您填写的内容还在，重新登录后可以接着填写。";
    }
  };

  document.addEventListener("DOMContentLoaded", () => {
    if (!whose) {
      return;                                       /* the page of the login: what was kept waits for its person */
    }
    for (const key of store.keys()) if (key.startsWith(PREFIX) && !key.startsWith(`${PREFIX}${whose}:`)) store.drop(key);
    const sent = store.get(SENT);
    const answered = !document.querySelector(".rf-errors, [data-rf-failed]") && !store.get("rf-kept-login");
    if (sent && answered) store.drop(sent);
    else if (sent) {                                /* refused: the page that answers has what was typed, and is the one that is sent on */
      const refused = $$("form").filter(keepable).find((form) => keyOf(form).split(":").at(-1) === sent.split(":").at(-1));
      const kept = store.get(sent);
      if (refused && kept) { refused.dataset.rfRefused = ""; store.drop(sent); store.set(keyOf(refused), kept); }
    }
    store.drop(SENT);
    store.drop("rf-kept-login");
    const wireAll = () => { for (const form of $$("form")) if (keepable(form)) wire(form); };
    wireAll();
    document.addEventListener("rf-page", wireAll);   /* a page that took this one's place after an upload (rf.js) */
    for (const form of $$("form[data-rf-leave]")) form.addEventListener("submit", () => {
      for (const key of store.keys()) if (key.startsWith(PREFIX)) store.drop(key);
    });
    if (!idle) return;
    if (!sessionStorage.getItem("rf-sign-tab")) { sign(); store.set("rf-sign-tab", "1"); }
    document.addEventListener("rf-signed", sign);
    ending?.addEventListener("close", () => document.dispatchEvent(new Event("rf-sign-now")));
    setInterval(warn, 15000);
  });
  if (!whose) document.addEventListener("DOMContentLoaded", () => {
    if (document.querySelector("input[type=password], [data-rf-login]")) store.set("rf-kept-login", "1");
  });
})();
