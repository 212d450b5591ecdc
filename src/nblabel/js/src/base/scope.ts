/**
 * Owns what has to be undone when a view goes away: listeners, observers, timers.
 *
 * Nothing else in the editor may call addEventListener, setTimeout or an observer's constructor
 * (tests/architecture.test.ts), so that disposing a scope leaves nothing behind.
 */
export class Scope {
  #disposers: (() => void)[] = [];
  #disposed = false;

  /** Registers a clean-up; it runs at once when the scope is already disposed. */
  add(dispose: () => void): void {
    if (this.#disposed) dispose();
    else this.#disposers.push(dispose);
  }

  /** A scope that ends with this one, or earlier. */
  child(): Scope {
    const scope = new Scope();
    this.add(() => scope.dispose());
    return scope;
  }

  listen<E extends Event = Event>(
    target: EventTarget,
    type: string,
    listener: (event: E) => void,
    options?: AddEventListenerOptions,
  ): void {
    const handle = listener as EventListener;
    target.addEventListener(type, handle, options);
    this.add(() => target.removeEventListener(type, handle, options));
  }

  interval(run: () => void, ms: number): void {
    const timer = setInterval(run, ms);
    this.add(() => clearInterval(timer));
  }

  /** Runs once nobody has asked for it for some ms. */
  later(run: () => void, ms: number): () => void {
    let timer: ReturnType<typeof setTimeout> | undefined;
    this.add(() => clearTimeout(timer));
    return () => {
      clearTimeout(timer);
      if (!this.#disposed) timer = setTimeout(run, ms);
    };
  }

  /** Runs on the next frame; several calls before it run once. */
  frame(run: () => void): () => void {
    let request = 0;
    this.add(() => cancelAnimationFrame(request));
    return () => {
      if (request || this.#disposed) return;
      request = requestAnimationFrame(() => {
        request = 0;
        run();
      });
    };
  }

  resize(target: globalThis.Element, run: () => void): void {
    const observer = new ResizeObserver(run);
    observer.observe(target);
    this.add(() => observer.disconnect());
  }

  mutations(target: Node, options: MutationObserverInit, run: () => void): void {
    const observer = new MutationObserver(run);
    observer.observe(target, options);
    this.add(() => observer.disconnect());
  }

  intersection(run: IntersectionObserverCallback, options: IntersectionObserverInit) {
    const observer = new IntersectionObserver(run, options);
    this.add(() => observer.disconnect());
    return observer;
  }

  /** Last in, first out; a second call does nothing. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    for (const dispose of this.#disposers.splice(0).reverse()) dispose();
  }
}

/** Ends after some ms; nothing has to be undone for it. */
export const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, ms));

/** What is promised, if it comes within some ms; else an error that says what did not come. */
export function inTime<T>(coming: Promise<T>, ms: number, late: string): Promise<T> {
  const out = pause(ms).then(() => Promise.reject(new Error(late)));
  return Promise.race([coming, out]);
}
