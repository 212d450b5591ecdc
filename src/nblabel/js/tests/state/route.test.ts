import { signal } from "@preact/signals-core";
import { describe, expect, it } from "vitest";
import type { TaskView } from "../../src/core/types";
import { Route, type Walker } from "../../src/state/route";
import { type Filter, Tasks } from "../../src/state/tasks";
import type { Wire } from "../../src/wire/wire";
import { jsonBuffer, viewOf } from "../kernel";

/** A route through six tasks of which a filter finds these, in their order. */
function route(found: Record<Filter, readonly number[]>) {
  const told: string[] = [];
  const done = new Set<number>();
  let at: number | undefined;
  const ask = async (op: string, content: Record<string, unknown>) => {
    if (op === "tasks") {
      const views = (content.indices as number[]).map((index) => viewOf(index));
      return { ok: null, buffers: [jsonBuffer(views)] };
    }
    const { from, step, filter } = content as { from: number; step: number; filter: Filter };
    const rows = (found[filter] ?? []).filter((row) => !done.has(row));
    if (filter === "unsure" || filter === "unlabeled" || filter === "labeled") {
      const here = rows.indexOf(from - step);
      return { ok: step > 0 ? rows.slice(here + 1) : rows.slice(0, Math.max(here, 0)).reverse() };
    }
    return { ok: rows.filter((row) => (row - from) * step >= 0) };
  };
  const walker: Walker = {
    get index() {
      return at;
    },
    progress: signal({ total: 6 }),
    enter(view: TaskView) {
      at = view.index;
    },
    passes: (view, filter) => filter !== "unsure" || !done.has(view.index),
    prepare() {},
    tell: (text) => void told.push(text),
  };
  const tasks = new Tasks({ ask } as unknown as Wire);
  return { route: new Route(tasks, walker), at: () => at, done, told };
}

describe("a filter with an order of its own", () => {
  it("begins with the least sure, and goes on in that order as they are done", async () => {
    const { route: way, at, done } = route({ unsure: [4, 1, 3] });
    await way.show(2);
    await way.choose("unsure");
    const seen = [at()];
    for (let times = 0; times < 2; times++) {
      done.add(at() as number);
      await way.next();
      seen.push(at());
    }
    expect(seen).toEqual([4, 1, 3]);
    done.add(3);
    await way.next();
    expect(way.finished.value).toBe(true);
  });

  it("goes back the way it was gone", async () => {
    const { route: way, at } = route({ unsure: [4, 1, 3] });
    await way.choose("unsure");
    await way.next();
    await way.previous();
    expect(at()).toBe(4);
  });
});

describe("an order that is set while somebody labels", () => {
  it("leaves what is on screen and goes on by the order", async () => {
    const unlabeled = [0, 1, 2, 3, 4, 5];
    const { route: way, at, done } = route({ unlabeled });
    await way.show(0);
    unlabeled.splice(0, 6, 5, 3, 0, 1, 2, 4);
    await way.reorder(true, "unlabeled");
    expect(at()).toBe(0);
    done.add(0);
    await way.next();
    const seen = [at()];
    done.add(at() as number);
    await way.next();
    seen.push(at());
    expect(seen).toEqual([1, 2]);
  });

  it("begins at its top where another filter comes with it", async () => {
    const { route: way, at } = route({ unlabeled: [0, 1, 2], labeled: [4, 3, 5] });
    await way.show(0);
    await way.reorder(true, "labeled");
    expect(at()).toBe(4);
    await way.next();
    expect(at()).toBe(3);
  });

  it("is given up again", async () => {
    const { route: way, at } = route({ all: [0, 1, 2, 3, 4, 5] });
    await way.choose("all");
    await way.reorder(true, "all");
    await way.reorder(false, "all");
    await way.next();
    expect(at()).toBe(1);
  });
});

describe("going backwards", () => {
  it("stays among the tasks of the filter, and does not go back to those of another", async () => {
    const { route: way, at } = route({ all: [0, 1, 2, 3, 4, 5], "label:PER": [1, 4] });
    await way.choose("all");
    await way.next();
    await way.choose("label:PER");
    expect(at()).toBe(4);
    await way.previous();
    expect(at()).toBe(1);
    await way.previous();
    expect(at()).toBe(1);
  });
});

describe("tasks that come while somebody labels", () => {
  it("are gone on to from the end", async () => {
    const unlabeled = [0];
    const { route: way, at, done } = route({ unlabeled });
    await way.show(0);
    done.add(0);
    unlabeled.length = 0;
    await way.next();
    expect(way.finished.value).toBe(true);
    unlabeled.push(3, 4);
    await way.reorder(false, "unlabeled");
    expect([way.finished.value, at()]).toEqual([false, 3]);
  });

  it("leave what is on screen, and come after it", async () => {
    const unlabeled = [0, 1];
    const { route: way, at } = route({ unlabeled });
    await way.show(1);
    unlabeled.push(5);
    await way.reorder(false, "unlabeled");
    expect(at()).toBe(1);
    await way.next();
    expect(at()).toBe(5);
  });
});
