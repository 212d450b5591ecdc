import type { Scope } from "../../base/scope";
import documentStyles from "./document.css";
import frameStyles from "./frame.css";
import type { TextStageOptions } from "./options";
import textStyles from "./text.css";
import { createTextStage, type TextStage } from "./text-stage";

/** What is drawn over a document looks as it does elsewhere in the widget. */
const LOOK = ["--nb-fg", "--nb-bg", "--nb-accent", "--nb-focus", "--nb-font"];
const KEYS = ["keydown", "keypress", "keyup"];

/** Nothing runs in the frame, and nothing is fetched but media of protocols that are allowed. */
function skeleton(protocols: readonly string[]): string {
  const schemes = protocols.filter((name) => /^[a-z][a-z\d+.-]*$/.test(name));
  const media = ["data:", ...schemes.map((name) => `${name}:`)].join(" ");
  const policy = `default-src 'none'; style-src 'unsafe-inline'; img-src ${media}; media-src ${media}`;
  return `<!DOCTYPE html><meta http-equiv="Content-Security-Policy" content="${policy}">`;
}

/** What scrolls a document that is wider, or in a frame longer, than its place. */
export function documentSheet(): HTMLElement {
  const sheet = document.createElement("div");
  sheet.className = "nb-document";
  return sheet;
}

/** A text stage in a frame of its own; what it tells of places is told as of this window. */
export function createFramedStage(
  options: TextStageOptions,
  protocols: readonly string[],
): TextStage {
  const scope = options.scope.child();
  const element = document.createElement("div");
  element.className = "nb-framed";
  const frame = document.createElement("iframe");
  frame.className = "nb-frame";
  frame.title = options.ariaLabel;
  frame.tabIndex = 0;
  frame.sandbox.add("allow-same-origin");
  frame.srcdoc = skeleton(protocols);
  element.append(frame);

  let stage: TextStage | null = null;
  let made = scope.child();
  let wanted: string | null = null;
  let highlighted: string | null = null;
  let entering = false;

  const outward = ({ x, y }: { x: number; y: number }) => {
    const { left, top } = frame.getBoundingClientRect();
    return { x: x + left, y: y + top };
  };

  // Whoever moves a frame in the page has it loaded anew.
  scope.listen(frame, "load", () => {
    made.dispose();
    made = scope.child();
    const inside = frame.contentDocument;
    if (!inside) return;
    stage = fill(inside, made);
    if (wanted !== null) stage.show(wanted);
    stage.highlight(highlighted);
    if (entering) stage.focus();
    wanted = null;
    entering = false;
  });

  const fill = (inside: Document, within: Scope): TextStage => {
    const style = inside.createElement("style");
    style.textContent = textStyles + documentStyles + frameStyles;
    inside.head.append(style);
    const sheet = documentSheet();
    inside.body.append(sheet);
    sheet.append(options.page.host); // it is the frame's before anything listens in its document
    const stage = createTextStage({
      ...options,
      scope: within,
      onContext: (id, at) => options.onContext?.(id, outward(at)) ?? false,
      onWaiting: (end) => {
        const isSeen = end && end.y >= 0 && end.y <= frame.clientHeight;
        options.onWaiting?.(isSeen ? outward(end) : null);
      },
    });
    sheet.append(stage.element);
    takeLook(element, inside, within);
    const size = () => {
      const bars = sheet.offsetHeight - sheet.clientHeight;
      frame.style.setProperty("--nb-content", `${Math.ceil(stage.element.offsetHeight) + bars}px`);
    };
    size();
    within.resize(stage.element, size);
    const scrolled = () => {
      options.onMove?.();
      stage.tellWaiting();
    };
    within.listen(inside, "scroll", scrolled, { capture: true });
    passOn(frame, inside, within);
    const { element: body } = options.page;
    const ring = () => element.toggleAttribute("data-entered", body.matches(":focus-visible"));
    within.listen(body, "focus", ring);
    within.listen(body, "blur", ring);
    // Whoever gives the frame the focus means its text.
    within.listen(options.page.view, "focus", () => {
      if (inside.activeElement === inside.body) stage.focus();
    });
    return stage;
  };

  return {
    element,
    show: (id) => {
      if (stage) stage.show(id);
      else wanted = id;
    },
    boxOf: (id) => {
      const box = stage?.boxOf(id);
      if (!box) return null;
      const { x, y } = outward(box);
      return new DOMRect(x, y, box.width, box.height);
    },
    highlight: (id) => {
      highlighted = id;
      stage?.highlight(id);
    },
    focus: () => {
      entering = true;
      stage?.focus();
    },
    cancel: () => stage?.cancel() ?? false,
    commit: () => stage?.commit() ?? false,
    reveal: (unit) => stage?.reveal(unit),
    tellWaiting: () => stage?.tellWaiting(),
    dispose: () => scope.dispose(),
  };
}

/** Gives a frame's document the widget's colours, now and when they change. */
function takeLook(element: HTMLElement, inside: Document, scope: Scope): void {
  const { style } = inside.documentElement;
  const take = () => {
    const look = getComputedStyle(element);
    for (const name of LOOK) style.setProperty(name, look.getPropertyValue(name));
    style.colorScheme = look.colorScheme;
  };
  take();
  style.setProperty("--nb-ring", "none"); // it is around the frame
  const widget = element.closest(".nb");
  if (widget) scope.mutations(widget, { attributes: true, attributeFilter: ["class"] }, take);
  scope.mutations(document.body, { attributes: true }, take);
}

/** What is typed and pressed in a frame, and not meant for its text, reaches the widget around it. */
function passOn(frame: HTMLIFrameElement, inside: Document, scope: Scope): void {
  for (const type of KEYS)
    scope.listen<KeyboardEvent>(inside, type, (event) => {
      if (event.defaultPrevented) return;
      if (!frame.dispatchEvent(new KeyboardEvent(type, event))) event.preventDefault();
    });
  scope.listen<FocusEvent>(inside, "focusin", () => {
    frame.dispatchEvent(new FocusEvent("focusin", { bubbles: true, composed: true }));
  });
  scope.listen<PointerEvent>(inside, "pointerdown", () => {
    frame.dispatchEvent(new PointerEvent("pointerdown", { bubbles: true, composed: true }));
  });
}
