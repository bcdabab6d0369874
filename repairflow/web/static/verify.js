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
  const verdict = async (file) => {
    if (file.size > 50 * 1048576) return ["error", "文件太大，不是本系统制发的文书。"];
    const content = await file.arrayBuffer();
    if (new TextDecoder("latin1").decode(content.slice(0, 5)) !== "%PDF-") return ["error", `不一致：“${file.name}”不是 PDF 文件。`];
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", content));
    const hex = [...hash].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    if (hex === zone.dataset.rfDigest) {
      const same = `一致：“${file.name}”与制发时的文件逐字节相同。`;
      const state = zone.dataset.rfState;  // a genuine file of a letter that no longer stands is no good news
      if ("rfDoubtful" in zone.dataset) return ["warning", `${same}但是签名证书已吊销，见上文。`];
      return state ? ["warning", `${same}但是这份文书${state}，见上文。`] : ["success", same];
    }
    const earlier = (zone.dataset.rfEarlier ?? "").split(",").map((one) => one.split(" ")).find(([digest]) => digest === hex);
    if (earlier) {  // of the same letter, made before the file was lost or signed anew: the same words
      return ["warning", `“${file.name}”是${earlier[1]}制作的文件，文字与现在的文件相同；该文件后来重新制作，请改用新文件，缘由见上文。`];
    }
    return ["error", `不一致：“${file.name}”不是制发时的文件，可能被改动过，或者是另一份文书。它的摘要是 ${hex}`];
  };
  let chosen = 0;  // a large file chosen before may be compared after a small one: only the last choice is shown
  const start = async (file) => {
    const choice = ++chosen;
    if (!file) return;
    show("info", "正在计算……");
    const answer = await verdict(file).catch(() => ["error", "文件无法读取，请重新选择。"]);
    if (choice === chosen) show(...answer);
  };
  // A browser tells of no change when the same path is chosen again; the file behind it may have changed.
  input.addEventListener("click", () => { input.value = ""; out.hidden = true; chosen += 1; });
  input.addEventListener("change", () => start(input.files[0]));
  zone.addEventListener("drop", (event) => start(event.dataTransfer?.files[0]));
})();
