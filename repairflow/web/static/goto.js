/* Ctrl+K: every place of the menu and every link of the page by a few letters. Comfort only: each stands on the page as well. */
(() => {
  "use strict";
  const dialog = document.getElementById("rf-goto");
  if (!dialog?.showModal) return;
  const input = dialog.querySelector("input"), list = dialog.querySelector("ul"), said = dialog.querySelector("[role=status]");
  const MOST = 30;
  let found = [], at = 0;

  const words = (part) => part.textContent.replace(/\s+/g, " ").trim();
  /* the menu first, then what stands on the page; an address once, under the first words it has */
  const places = () => {
    const seen = new Map();
    const steps = [...document.querySelectorAll("main details.rf-act > summary")].map((part) => [`办理：${words(part.querySelector("strong") ?? part)}`, part]);
    for (const part of document.querySelectorAll(".rf-nav a, .rf-menu a, main a[href], .rf-foot a")) {
      const text = words(part);
      if (text && !seen.has(part.href)) seen.set(part.href, [text, part]);
    }
    return [...steps, ...seen.values()];
  };
  const fits = (text, typed) => typed.toLowerCase().split(/\s+/).every((word) => text.toLowerCase().includes(word));
  const mark = () => {
    [...list.children].forEach((line, index) => line.setAttribute("aria-selected", String(index === at)));
    input.setAttribute("aria-activedescendant", list.children[at]?.id ?? "");
    list.children[at]?.scrollIntoView({ block: "nearest" });
  };
  const show = () => {
    found = places().filter(([text]) => fits(text, input.value.trim())).slice(0, MOST);
    at = 0;
    list.replaceChildren(...found.map(([text], index) => {
      const line = document.createElement("li");
      line.id = `rf-goto-${index}`;
      line.setAttribute("role", "option");
      line.textContent = text;
      line.addEventListener("click", () => go(index));
      return line;
    }));
    said.textContent = found.length ? `${found.length} 项，↑ ↓ 选择，回车打开` : "没有符合的，换几个字试试";
    mark();
  };
  const go = (index) => {
    const part = found[index]?.[1];
    if (!part) return;
    dialog.close();
    if (part.tagName === "SUMMARY") { part.parentElement.open = true; part.focus(); part.scrollIntoView({ block: "center" }); } else part.click();
  };
  input.addEventListener("input", show);
  /* Enter that takes a word of the input method (拼音) is the input method's */
  const composing = (event) => event.isComposing || event.keyCode === 229;
  input.addEventListener("keydown", (event) => {
    if (composing(event)) return;
    const last = found.length - 1;
    if (event.key === "ArrowDown") at = at >= last ? 0 : at + 1;
    else if (event.key === "ArrowUp") at = at <= 0 ? last : at - 1;
    else if (event.key === "Enter") { event.preventDefault(); go(at); return; } else return;
    event.preventDefault();
    mark();
  });
  document.addEventListener("keydown", (event) => {
    if (composing(event) || !(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "k" || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    input.value = "";
    dialog.showModal();
    show();
    input.focus();
  });
})();
