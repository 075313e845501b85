// Shows new texts and delivery states without a reload, and sends without leaving the page.
"use strict";

const main = document.querySelector("main");
let version = Number(main.dataset.version);

function piece(part) {
  if (!part.link) return document.createTextNode(part.text);
  const link = document.createElement("a");
  link.href = part.link;
  link.target = "_blank";
  link.rel = "noopener";
  link.textContent = part.text;
  return link;
}

function draw(item, text) {
  const words = document.createElement("p");
  words.append(...text.parts.map(piece));
  const meta = document.createElement("span");
  meta.className = "meta";
  meta.textContent = text.mine ? text.time : `${text.time} · ${text.state}${text.error ? ` ${text.error}` : ""}`;
  item.className = text.mine ? "mine" : "theirs";
  item.dataset.sid = text.sid;
  item.replaceChildren(words, meta);
}

function show(text) {
  const thread = document.querySelector(`[data-number="${CSS.escape(text.patient)}"] .thread`);
  if (!thread) return;
  const known = thread.querySelector(`[data-sid="${text.sid}"]`);
  const item = known ?? document.createElement("li");
  draw(item, text);
  if (!known) {
    thread.append(item);
    thread.scrollTop = thread.scrollHeight;
  }
}

async function look() {
  try {
    const answer = await fetch(`/simulator/phone/news?since=${version}`);
    const news = await answer.json();
    // The server was started anew: its phones are empty, and so are ours.
    if (news.version < version) return location.reload();
    news.texts.forEach(show);
    version = news.version;
  } catch {
    // The server is away; it is asked again.
  }
}

async function send(event) {
  event.preventDefault();
  const form = event.target;
  const words = new URLSearchParams(new FormData(form));
  words.set("script", "1");
  form.elements.body.value = "";
  form.elements.body.focus();
  await fetch(form.action, { method: "POST", body: words });
  await look();
}

for (const form of document.querySelectorAll("form.write")) {
  form.addEventListener("submit", send);
  form.elements.body.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      if (form.elements.body.value.trim()) form.requestSubmit();
    }
  });
}
for (const thread of document.querySelectorAll(".thread")) thread.scrollTop = thread.scrollHeight;
setInterval(() => document.hidden || look(), 700);
