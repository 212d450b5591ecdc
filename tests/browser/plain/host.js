// The browser's half of the plainest notebook: models on WebSockets, and widgets made of them.

// What other hosts do otherwise; a test sets it before the cell runs.
const host = {
  bytes: (buffer) => new DataView(buffer),
  send: null, // in place of the comm's
  spec: (spec) => spec,
  find: async (model) => model, // the host's own model, by its id
  late: 0, // ms after which what was rendered is put into the page
};
globalThis.host = host;

class Model {
  listeners = new Map();
  comm_live = true;
  constructor(address) {
    this.address = address;
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
  set(name, value) {
    this.state[name] = value;
  }
  // As with a comm over a dropped socket: what is sent into it is lost without a word.
  send(content, _callbacks, buffers = []) {
    if (host.send) return host.send(content, buffers);
    if (!this.comm_live) throw new Error("the comm is closed");
    if (this.socket.readyState !== WebSocket.OPEN || this.dropped) return;
    this.socket.send(JSON.stringify({ content, buffers: buffers.length }));
    for (const buffer of buffers) this.socket.send(buffer);
  }
  connect() {
    return new Promise((resolve, reject) => {
      this.socket = new WebSocket(this.address);
      this.socket.binaryType = "arraybuffer";
      this.socket.onerror = () => reject(new Error("no kernel"));
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
          if (message.update) {
            Object.assign(this.state, message.update);
            for (const name of Object.keys(message.update)) this.tell(`change:${name}`);
            return;
          }
          waiting = { ...message, parts: [] };
        }
        if (waiting && waiting.parts.length === waiting.buffers) {
          const { content, parts } = waiting;
          waiting = null;
          this.tell("msg:custom", content, parts);
        }
      };
    });
  }
}

// A host imports the loader for every model, and the browser keeps every module that a page ever
// imported: that is the host's own to keep, so here the same code is imported once.
const modules = new Map();
const imported = (code) => {
  if (!modules.has(code))
    modules.set(code, import(URL.createObjectURL(new Blob([code], { type: "text/javascript" }))));
  return modules.get(code);
};

/** A widget on a new model at an address of the kernel's; `watch` sees the model before the widget does. */
export async function opened(address, watch = () => {}) {
  const model = new Model(address);
  await model.connect();
  watch(model);
  const widget = (await imported(model.state._esm)).default();
  const close = widget.initialize({ model });
  return { model, widget, close };
}
