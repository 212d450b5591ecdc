// The browser's half of the smallest notebook host, and a scripted annotator who works in it.

// What other hosts do otherwise; a test sets it before the cell runs.
globalThis.host = {
  bytes: (buffer) => new DataView(buffer),
  send: null, // in place of the comm's
  spec: (spec) => spec,
  find: async (model) => model, // the host's own model, by its id
  late: 0, // ms after which what was rendered is put into the page
  place: (el) => document.querySelector("#cell").replaceChildren(el),
};

class Model {
  listeners = new Map();
  comm_live = true;
  constructor(port) {
    this.port = port;
    this.widget_manager = { get_model: () => host.find(this) };
  }
  get(name) {
    return this.state[name];
  }
  on(event, listener) {
    this.listeners.set(event, [...(this.listeners.get(event) ?? []), listener]);
  }
  off(event, listener) {
    this.listeners.set(event, (this.listeners.get(event) ?? []).filter((l) => l !== listener));
  }
  tell(event, ...values) {
    for (const listener of this.listeners.get(event) ?? []) listener(...values);
  }
  // As with a comm over a dropped socket: what is sent into it is lost without a word.
  set(name, value) {
    this.state[name] = value;
  }
  send(content) {
    if (host.send) return host.send(content);
    if (!this.comm_live) throw new Error("the comm is closed");
    if (this.socket.readyState === WebSocket.OPEN && !this.dropped) this.socket.send(JSON.stringify(content));
  }
  connect() {
    return new Promise((resolve, reject) => {
      this.socket = new WebSocket(`ws://127.0.0.1:${this.port}/comm`);
      this.socket.binaryType = "arraybuffer";
      let waiting = null;
      this.socket.onmessage = ({ data }) => {
        if (this.dropped) return;
        if (typeof data !== "string") waiting.parts.push(host.bytes(data));
        else {
          const message = JSON.parse(data);
          if (message.state) {
            this.state = message.state;
            this.state.spec = host.spec(message.state.spec);
            resolve();
            return;
          }
          waiting = { ...message, parts: [] };
        }
        if (waiting && waiting.parts.length === waiting.buffers) {
          const { content, parts } = waiting;
          waiting = null;
          for (const [i, outcome] of (Array.isArray(content.ok) ? content.ok : []).entries())
            if (outcome?.applied) acknowledged(this.asked?.get(content.re)?.[i]);
          this.tell("msg:custom", content, parts);
        }
      };
      this.socket.onerror = () => reject(new Error("no kernel"));
    });
  }
}

// -- what is watched: every change the moment the editor keeps it, and what the kernel acknowledges

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

// A host imports the loader for every model, and the browser keeps every module that a page ever
// imported: that is the host's own to keep, so here the same code is imported once.
const modules = new Map();
const imported = (code) => {
  if (!modules.has(code))
    modules.set(code, import(URL.createObjectURL(new Blob([code], { type: "text/javascript" }))));
  return modules.get(code);
};

let current = null;
globalThis.run = async (port) => {
  const model = new Model(port);
  await model.connect();
  model.asked = new Map();
  const { send } = model;
  model.send = (content) => {
    if (content.op === "changes") model.asked.set(content.id, content.changes);
    return send.call(model, content);
  };
  current?.unmount?.();
  const widget = (await imported(model.state._esm)).default();
  const close = widget.initialize({ model });
  const el = document.createElement("div");
  if (!host.late) host.place(el);
  current = { model, close, unmount: widget.render({ model, el }) };
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
