import { afterEach, describe, expect, it, vi } from "vitest";
import { Tasks } from "../../src/state/tasks";
import type { Wire } from "../../src/wire/wire";
import { jsonBuffer, viewOf } from "../kernel";

const MB = 1 << 20;

/** Answers for rows, each with an image of so many bytes. */
function kernel(bytes = 0) {
  const asked: number[][] = [];
  const ask = async (op: string, content: { indices: number[] }) => {
    if (op === "find") return { ok: [7, 8], buffers: [] };
    asked.push(content.indices);
    const media = (buffer: number | null) => ({
      mime: "image/png",
      url: null,
      width: 1,
      height: 1,
      problem: null,
      buffer,
    });
    const ok = content.indices.map((index, i) => ({
      ...viewOf(index),
      media: { 1: bytes ? [media(null), media(i + 1)] : [] },
    }));
    const images = content.indices.map(() => new DataView(new ArrayBuffer(bytes)));
    return { ok: null, buffers: [jsonBuffer(ok), ...images] };
  };
  return { asked, tasks: new Tasks({ ask } as unknown as Wire) };
}

describe("addresses that are good for a while", () => {
  afterEach(() => void vi.useRealTimers());

  it("are asked for anew before they are over, when they are wanted again", async () => {
    vi.useFakeTimers();
    let made = 0;
    const ask = async (_: string, { indices }: { indices: number[] }) => {
      const media = { mime: null, width: null, height: null, levels: 0, problem: null };
      const signed = { ...media, url: `https://host/a.png?signed=${made++}`, buffer: null };
      const views = indices.map((at) => ({
        ...viewOf(at),
        media: { 1: [signed] },
        expires: 54_000,
      }));
      return { ok: null, buffers: [jsonBuffer(views)] };
    };
    const tasks = new Tasks({ ask } as unknown as Wire);
    const shown = async () => (await tasks.get(3)).media[1]?.[0]?.url;
    expect([await shown(), await shown()]).toEqual(Array(2).fill("https://host/a.png?signed=0"));
    await vi.advanceTimersByTimeAsync(53_000);
    expect(tasks.peek(3)).toBeDefined();
    await vi.advanceTimersByTimeAsync(2_000);
    expect(tasks.peek(3)).toBeUndefined();
    expect(await shown()).toBe("https://host/a.png?signed=1");
  });
});

describe("Tasks", () => {
  it("asks once for what several want at the same time, and not again", async () => {
    const { asked, tasks } = kernel();
    const [one, two] = await Promise.all([tasks.get(3), tasks.get(3)]);
    expect(one).toBe(two);
    await tasks.get(3);
    expect(asked).toEqual([[3]]);
    expect(tasks.peek(3)?.key).toBe("k3");
  });

  it("brings what will be wanted, five at a time, without what is here", async () => {
    const { asked, tasks } = kernel();
    await tasks.get(2);
    await tasks.ahead([1, 2, 3, 4, 5, 6, 7]);
    expect(asked).toEqual([[2], [1, 3, 4, 5, 6], [7]]);
  });

  it("puts each image's own bytes to it, item by item", async () => {
    const { tasks } = kernel(10);
    const { media } = await tasks.get(1);
    expect(media[1]?.map(({ bytes }) => bytes?.byteLength)).toEqual([undefined, 10]);
    expect(media[1]?.[0]).not.toHaveProperty("buffer");
  });

  it("stops bringing more when it holds enough, and keeps what is wanted next", async () => {
    const { asked, tasks } = kernel(20 * MB);
    await tasks.ahead([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(asked).toEqual([[0, 1, 2, 3, 4]]);
    expect(tasks.peek(0)).toBeDefined();
  });

  it("forgets what was not looked at for longest and is not wanted", async () => {
    const { tasks } = kernel(20 * MB);
    for (const index of [0, 1, 2, 0, 3]) await tasks.get(index);
    expect([0, 1, 2, 3].filter((index) => tasks.peek(index))).toEqual([0, 2, 3]);
    await tasks.ahead([2]);
    await tasks.get(4);
    expect([0, 2, 3, 4].filter((index) => tasks.peek(index))).toEqual([2, 3, 4]);
  });

  it("holds even one task that is larger than all it means to hold", async () => {
    const { tasks } = kernel(70 * MB);
    expect((await tasks.get(1)).key).toBe("k1");
  });

  it("forgets a task that changed in the kernel", async () => {
    const { asked, tasks } = kernel();
    await tasks.get(1);
    tasks.forget("k1");
    await tasks.get(1);
    expect(asked).toEqual([[1], [1]]);
  });

  it("does not keep what was on its way while it changed, but asks for it anew", async () => {
    const { tasks, asked } = kernel();
    const coming = tasks.get(1);
    tasks.forget("k1");
    await coming;
    expect(asked).toEqual([[1], [1]]);
    expect(tasks.peek(1)).toBeDefined();
    const ahead = tasks.ahead([2, 3]);
    tasks.forget("k2");
    await ahead;
    expect([2, 3].filter((index) => tasks.peek(index))).toEqual([3]);
  });

  it("asks again after a failure", async () => {
    let fails = true;
    const { tasks } = kernel();
    const flaky = new Tasks({
      ask: async () => {
        if (fails) throw new Error("no kernel");
        return { ok: null, buffers: [jsonBuffer([viewOf(0)])] };
      },
    } as unknown as Wire);
    await expect(flaky.get(0)).rejects.toThrow("no kernel");
    fails = false;
    expect((await flaky.get(0)).key).toBe("k0");
    expect(await tasks.find(0, 1, "all")).toEqual([7, 8]);
  });
});
