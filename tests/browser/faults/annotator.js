// A scripted annotator who works in one widget, and what is watched while it does.

import { opened } from "../plain/host.js";

const { host } = globalThis;
host.place = (el) => document.querySelector("#cell").replaceChildren(el);

// -- every change the moment the editor keeps it, and what the kernel acknowledges

const log = { presses: [], kept: [], acknowledged: [] };
const save = () => sessionStorage.setItem("log", JSON.stringify(log));
Object.assign(log, JSON.parse(sessionStorage.getItem("log") ?? "{}"));
globalThis.log = log;

let press = null;
const put = IDBObjectStore.prototype.put;
IDBObjectStore.prototype.put = function (entry, ...more) {
  if (entry?.change) {
    const { client, seq, key, kind, action } = entry.change;
    log.kept.push({ client, seq, key, kind, action, shown: shownKey(), during: press });
    save();
  }
  return put.call(this, entry, ...more);
};

function acknowledged(change) {
  if (!change) return;
  log.acknowledged.push([change.client, change.seq]);
  save();
}

// -- the widget, as a notebook's cell makes it: a new model each time the cell runs

let current = null;
globalThis.run = async (address) => {
  const opening = await opened(address, (model) => {
    const asked = new Map();
    const { send } = model;
    model.send = (content) => {
      if (content.op === "changes") asked.set(content.id, content.changes);
      return send.call(model, content);
    };
    model.on("msg:custom", ({ ok, re }) => {
      for (const [i, outcome] of (Array.isArray(ok) ? ok : []).entries())
        if (outcome?.applied) acknowledged(asked.get(re)?.[i]);
    });
    current?.unmount?.();
  });
  const { model, widget } = opening;
  const el = document.createElement("div");
  if (!host.late) host.place(el);
  current = { ...opening, unmount: widget.render({ model, el }) };
  if (host.late) setTimeout(() => host.place(el), host.late);
};
globalThis.shut = () => {
  current.unmount();
  current.close();
  current.model.socket.close();
  current = null;
};
// What a notebook would save of it.
globalThis.state = () => current.model.state;
globalThis.state.model = () => current.model;
globalThis.died = () => {
  current.model.comm_live = false;
  current.model.tell("comm_live_update");
};
globalThis.drop = (dropped) => {
  current.model.dropped = dropped;
};

// -- the annotator

const root = () => deep("[data-lm-suppress-shortcuts]")?.shadowRoot;
/** What a selector finds, in shadow roots too. */
const deep = (selector, from = document) =>
  from.querySelector(selector) ??
  [...from.querySelectorAll("*")].map((el) => el.shadowRoot && deep(selector, el.shadowRoot)).find(Boolean);
globalThis.root = root;
const shownKey = () =>
  root()?.querySelector("[role=textbox]")?.textContent.match(/task (\d+)/)?.[1] ?? null;
globalThis.shownKey = shownKey;
// Whether the cell shows what a test waits for.
globalThis.shown = () =>
  /^\d/.test(root()?.querySelector("[aria-label=Task]")?.textContent ?? "");

const KEYS = [
  ...Array(10).fill({ key: "1" }),
  ...Array(10).fill({ key: "2" }),
  ...Array(10).fill({ key: "3" }),
  ...Array(18).fill({ key: "Enter", ctrlKey: true }),
  ...Array(4).fill({ key: " ", ctrlKey: true }),
  ...Array(6).fill({ key: "z", ctrlKey: true }),
  ...Array(3).fill({ key: "z", ctrlKey: true, shiftKey: true }),
  ...Array(3).fill({ key: "ArrowUp", altKey: true }),
];

function strike(stroke) {
  const widget = root()?.querySelector(".nb");
  if (!widget) return;
  const shown = shownKey();
  press = log.presses.push({ ...stroke, shown, at: Date.now() }) - 1;
  const code = stroke.key === " " ? "Space" : undefined;
  widget.dispatchEvent(
    new KeyboardEvent("keydown", { ...stroke, code, bubbles: true, composed: true, cancelable: true }),
  );
  press = null;
}

let random = 1;
const draw = () => {
  random = (random * 48271) % 2147483647;
  return random / 2147483647;
};
let working = null;
globalThis.work = (seed, pause) => {
  random = seed;
  clearInterval(working);
  working = setInterval(() => strike(KEYS[Math.floor(draw() * KEYS.length)]), pause);
};
globalThis.rest = () => clearInterval(working);
