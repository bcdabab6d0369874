/* Compares a PDF with the digest a letter was issued with. The file stays in the browser. */
(() => {
  "use strict";
  const zone = document.querySelector("[data-rf-digest]");
  const input = zone?.querySelector("input[type=file]");
  const out = document.getElementById("compared");
  if (!zone || !input || !out) return;
  const show = (tone, text) => { out.className = `rf-say ${tone}`; out.textContent = text; out.hidden = false; };
  if (!globalThis.crypto?.subtle) {
    input.disabled = true;
    show("warning", "此网页不是经加密连接打开的，浏览器不允许计算摘要。请改用 https 地址打开本页。");
    return;
  }
  const compare = async (file) => {
    if (!file) return;
    if (file.size > 50 * 1048576) { show("error", "文件太大，不是本系统出具的文书。"); return; }
    show("info", "正在计算……");
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
    const hex = [...hash].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    if (hex === zone.dataset.rfDigest) show("success", `一致：“${file.name}”与出具时的文件逐字节相同。`);
    else show("error", `不一致：“${file.name}”不是出具时的文件，可能被改动过，或者是另一份文书。它的摘要是 ${hex}`);
  };
  const start = (file) => compare(file).catch(() => show("error", "文件无法读取，请重新选择。"));
  // A browser tells of no change when the same path is chosen again; the file behind it may have changed.
  input.addEventListener("click", () => { input.value = ""; out.hidden = true; });
  input.addEventListener("change", () => start(input.files[0]));
  zone.addEventListener("drop", (event) => start(event.dataTransfer?.files[0]));
})();
