// The pointer and the keys of a sheet, with Shift, Ctrl and double clicks, which ipycanvas does not
// tell; the frame that is dragged and the tile under the pointer are drawn here, without the kernel.
const OWN = new Set(["a", "z", "y", " ", "Enter"]);
const SLACK = 4;
const MOVES = /^(Arrow|Page|Home|End|Escape)/;
const UNSEEN = 250; // milliseconds in which nobody has seen a new page

function render({ model, el }) {
  const off = new AbortController();
  const later = requestAnimationFrame(function find() {
    const root = el.closest(".nb-sheet");
    const canvas = el.parentElement?.querySelector("canvas");
    if (root && canvas) attach(root, canvas);
    else if (!off.signal.aborted) requestAnimationFrame(find);
  });

  function attach(root, canvas) {
    const box = el.parentElement;
    box.style.position = "relative";
    box.style.flex = "none";
    Object.assign(el.style, { position: "absolute", inset: "0", margin: "0", pointerEvents: "none" });
    Object.assign(canvas.style, { display: "block", margin: "0", userSelect: "none" });
    const hover = el.appendChild(document.createElement("div"));
    const band = el.appendChild(document.createElement("div"));
    for (const one of [hover, band])
      Object.assign(one.style, { position: "absolute", boxSizing: "border-box", display: "none" });
    Object.assign(hover.style, { border: "1px solid #8aa", borderRadius: "5px" });
    Object.assign(band.style, { border: "1px solid #2f6fde", background: "rgb(47 111 222 / 15%)" });
    root.setAttribute("data-lm-suppress-shortcuts", "true");
    canvas.setAttribute("role", "application");
    canvas.setAttribute("aria-roledescription", "contact sheet");
    const tell = () => canvas.setAttribute("aria-label", model.get("told"));
    model.on("change:told", tell);
    off.signal.addEventListener("abort", () => model.off("change:told", tell));
    tell();

    const at = (event) => {
      const { left, top } = canvas.getBoundingClientRect();
      return [event.clientX - left, event.clientY - top];
    };
    // A page that came meanwhile was not what somebody saw and meant: the kernel compares.
    let seen = model.get("grid").view;
    let since = 0;
    const turned = () => {
      if (model.get("grid").view === seen) return;
      seen = model.get("grid").view;
      since = performance.now();
    };
    model.on("change:grid", turned);
    off.signal.addEventListener("abort", () => model.off("change:grid", turned));
    const send = (content) => model.send({ ...content, view: seen });
    const held = (event) => ({ shift: event.shiftKey, ctrl: event.ctrlKey || event.metaKey });
    const boxAt = ([x, y]) => {
      const { count, columns, width, height, gap } = model.get("grid");
      const column = Math.floor((x - gap) / (width + gap));
      const line = Math.floor((y - gap) / (height + gap));
      if (!(column >= 0 && column < columns && line >= 0) || line * columns + column >= count) return;
      return [gap + column * (width + gap), gap + line * (height + gap), width, height];
    };
    const place = (one, box) => {
      one.style.display = box ? "block" : "none";
      if (!box) return;
      const [left, top, width, height] = box.map((n) => `${n}px`);
      Object.assign(one.style, { left, top, width, height });
    };

    // Images of the web, which the kernel does not read: the canvas is left free above them.
    const below = document.createElement("div");
    Object.assign(below.style, { position: "absolute", inset: "0", overflow: "hidden" });
    box.prepend(below);
    off.signal.addEventListener("abort", () => below.remove());
    canvas.style.position = "relative";
    const images = () => {
      const { columns, width, height, gap } = model.get("grid");
      const made = model.get("web").map(([place, url]) => {
        const image = document.createElement("img");
        Object.assign(image, { alt: "cannot be shown", loading: "lazy", referrerPolicy: "no-referrer" });
        Object.assign(image.style, {
          position: "absolute",
          left: `${gap + (place % columns) * (width + gap)}px`,
          top: `${gap + Math.floor(place / columns) * (height + gap)}px`,
          width: `${width}px`,
          height: `${height - model.get("grid").strip}px`,
          objectFit: "contain",
          font: "11px system-ui",
        });
        if (/^https?:/i.test(url)) image.src = url;
        return image;
      });
      below.replaceChildren(...made);
    };
    model.on("change:web change:grid", images);
    off.signal.addEventListener("abort", () => model.off("change:web change:grid", images));
    images();

    let from;
    let drawn = false;
    const on = (target, names, listener) => {
      for (const name of names.split(" "))
        target.addEventListener(name, listener, { capture: true, signal: off.signal });
    };
    const mine = (listener) => (event) => {
      if (event.target !== canvas) return;
      event.stopImmediatePropagation();
      listener(event);
    };
    // ipycanvas would send each move to the kernel, and keep the wheel and touches from scrolling.
    on(box, "mousemove mouseup mouseout wheel touchstart touchmove touchend touchcancel", mine(() => {}));
    on(box, "mousedown", mine((event) => event.preventDefault()));
    on(box, "pointerdown", mine((event) => {
      canvas.focus({ preventScroll: true });
      if (event.button !== 0) return;
      from = at(event);
      drawn = false;
      if (event.pointerType !== "touch") canvas.setPointerCapture(event.pointerId);
    }));
    on(box, "pointermove", mine((event) => {
      const now = at(event);
      place(hover, from ? undefined : boxAt(now));
      if (!from || event.pointerType === "touch") return;
      drawn ||= Math.hypot(now[0] - from[0], now[1] - from[1]) > SLACK;
      if (!drawn) return;
      const [x, y] = [Math.min(from[0], now[0]), Math.min(from[1], now[1])];
      place(band, [x, y, Math.abs(now[0] - from[0]), Math.abs(now[1] - from[1])]);
    }));
    on(box, "pointerup", mine((event) => {
      if (!from) return;
      const [x, y] = at(event);
      if (drawn) send({ event: "frame", x0: from[0], y0: from[1], x1: x, y1: y, ...held(event) });
      else send({ event: "click", x, y, ...held(event) });
      from = undefined;
      place(band);
    }));
    on(box, "pointercancel pointerleave", mine((event) => {
      if (event.type === "pointercancel") from = undefined;
      place(hover);
      if (!from) place(band);
    }));
    on(box, "dblclick", mine((event) => {
      const [x, y] = at(event);
      send({ event: "open", x, y });
    }));
    on(box, "click contextmenu", mine(() => {}));
    on(box, "keydown", mine((event) => {
      if (event.isComposing || event.key === "Tab") return; // who came by Tab leaves by it
      const { key, code, altKey: alt } = event;
      const { shift, ctrl } = held(event);
      if (ctrl && !OWN.has(key.length === 1 ? key.toLowerCase() : key)) {
        const { ctrlKey, metaKey, shiftKey, keyCode } = event; // the notebook's: saving, a palette
        const init = { key, code, keyCode, ctrlKey, metaKey, shiftKey, altKey: alt };
        const copy = new KeyboardEvent("keydown", { ...init, bubbles: true, cancelable: true });
        if (!root.parentElement.dispatchEvent(copy)) event.preventDefault();
        return;
      }
      if (["Shift", "Control", "Alt", "Meta", "F5", "F11", "F12"].includes(key)) return;
      event.preventDefault();
      if (from && key === "Escape") {
        from = undefined;
        place(band);
        return;
      }
      if (!MOVES.test(key) && (event.repeat || performance.now() - since < UNSEEN)) return;
      send({ event: "key", key, shift, ctrl, alt });
    }));

    let last = "";
    const measure = () => {
      if (!root.clientWidth) return;
      const style = getComputedStyle(root);
      const [r, g, b] = (style.color.match(/[\d.]+/g) ?? [0, 0, 0]).map(Number);
      const scale = style.color.startsWith("color(") ? 255 : 1;
      const dark = (r * 0.3 + g * 0.6 + b * 0.1) * scale > 140; // light letters stand on a dark ground
      const size = { width: root.clientWidth, ratio: window.devicePixelRatio || 1, dark };
      if (JSON.stringify(size) === last) return;
      last = JSON.stringify(size);
      model.send({ event: "size", ...size });
    };
    let waiting;
    const soon = () => {
      clearTimeout(waiting);
      waiting = setTimeout(measure, 120);
    };
    const resized = new ResizeObserver(soon);
    resized.observe(root);
    const themed = new MutationObserver(soon); // a theme is told by an attribute of the body or html
    for (const one of [document.body, document.documentElement])
      themed.observe(one, { attributes: true });
    off.signal.addEventListener("abort", () => {
      resized.disconnect();
      themed.disconnect();
      clearTimeout(waiting);
    });
    measure();
    const ask = (content) => {
      if (content?.do !== "focus") return;
      canvas.focus({ preventScroll: true });
    };
    model.on("msg:custom", ask);
    off.signal.addEventListener("abort", () => model.off("msg:custom", ask));
  }

  return () => {
    cancelAnimationFrame(later);
    off.abort();
  };
}

export default { render };
