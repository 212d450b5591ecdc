import { describe, expect, inject, it, vi } from "vitest";
import type { Region } from "../../src/core/regions";
import type { Element, Result } from "../../src/core/types";
import type { Mask } from "../../src/stage/shapes/mask";
import { run } from "../../src/state/commands";
import type { Place } from "../../src/state/family";
import { create, duplicate, describe as words } from "../../src/state/regions";
import { placeInHand, toolsFor, toolsOf } from "../../src/tags/_image-desk";
import { packing } from "../../src/tags/_packing";
import { family } from "../../src/tags/brush";
import { label, opened, said } from "../editor";
import { el, Kernel } from "../kernel";

const RLE = inject("declared").tags.Brush?.sample?.rle as number[];
const SIZE = { width: 640, height: 480 };
const image = el("Image", { name: "photo", value: "$image" });
const brush = el("BrushLabels", { name: "mask", toName: "photo", strokeWidth: 25 }, [label("sky")]);
const wand = el("MagicWand", { name: "wand", toName: "photo" });
const media = { [image.id]: [{ mime: null, url: "x", ...SIZE, levels: 0, problem: null }] };
const rooted = (...controls: Element[]) => el("View", {}, [image, ...controls]);

const mask = (value: Record<string, unknown> = {}, more: Partial<Result> = {}): Result => ({
  id: "m",
  from_name: "mask",
  to_name: "photo",
  type: "brushlabels",
  value: { format: "rle", rle: RLE, brushlabels: ["sky"], ...value },
  ...more,
});

const [painted] = family.places ?? [];
const read = (result: Result) => painted?.shape?.read(result.value ?? {}, SIZE, result);

describe("a mask", () => {
  it("is told by where it is", async () => {
    const editor = await opened(rooted(brush), [mask()], { media });
    expect(words(editor, editor.regions.value[0] as Region)).toBe("100, 200 · 200 × 2");
  });

  it("is read once, whoever asks", () => {
    const result = mask();
    expect((read(result) as Mask).pixels).toBe((read(result) as Mask).pixels);
  });

  it("of another size than the image lies over all of it", () => {
    const half = mask({}, { original_width: 320, original_height: 960 });
    const { pixels, size } = read(half) as Mask;
    expect([pixels.width, pixels.height, size]).toEqual([320, 960, SIZE]);
  });

  it.each([
    [{ rle: [0, 0, 0, 8, 57] }, "broken"],
    [{ rle: [1, 300] }, "broken"],
    [{ rle: "text" }, "holds no mask"],
    [{ format: "coco" }, "format"],
  ])("that cannot be drawn says why: %j", (value, why) => {
    expect(read(mask(value))).toContain(why);
  });

  it("that is copied shares its bytes", async () => {
    const editor = await opened(rooted(brush), [mask()], { media });
    duplicate(editor, editor.regions.value);
    const [one, two] = said(editor);
    expect(two?.value?.rle).toBe(one?.value?.rle);
  });

  it("that is emptied is nothing", () => {
    const { pixels, ...rest } = read(mask()) as Mask;
    const empty = { ...rest, pixels: { ...pixels, area: 0 } };
    expect(painted?.shape?.write(empty, SIZE)).toBeNull();
  });
});

describe("a mask that is painted", () => {
  it("stays selected with its label, so that the next stroke goes on with it", async () => {
    const editor = await opened(rooted(brush), [], { media });
    const [sky] = editor.tree.value.options(brush);
    editor.labels.take(sky as Element, brush);
    create(editor, image, painted as Place, { format: "rle", rle: RLE });
    expect(editor.selection.value).toEqual([said(editor)[0]?.id]);
    expect(editor.labels.taken(brush)).toEqual(["sky"]);
    expect(said(editor)[0]).toMatchObject({ type: "brushlabels", value: { brushlabels: ["sky"] } });
  });
});

describe("the tools", () => {
  it("are a brush and an eraser, and a wand where the config has one", async () => {
    const names = async (...controls: Element[]) => {
      const editor = await opened(rooted(...controls), [], { media });
      return toolsOf(editor, image).flatMap((place) =>
        toolsFor(editor, image, place).map(({ name }) => name),
      );
    };
    expect(await names(brush)).toEqual(["brush", "eraser"]);
    expect(await names(brush, wand)).toEqual(["brush", "eraser", "magicwand"]);
  });

  it("are taken by their keys, and sized", async () => {
    const editor = await opened(rooted(brush), [], { media });
    const width = () =>
      (painted?.shape?.ground?.(editor, image, brush) as { strokeWidth: number } | undefined)
        ?.strokeWidth;
    run(editor, "tool:eraser");
    expect(editor.tool.value).toBe("eraser");
    expect(placeInHand(editor, image)).toBe(painted);
    expect(width()).toBe(25);
    run(editor, "tool:increase-tool");
    expect(width()).toBe(30);
    run(editor, "tool:decrease-tool");
    run(editor, "tool:decrease-tool");
    expect(width()).toBe(20);
    run(editor, "tool:brush");
    expect(editor.tool.value).toBe("brush");
  });
});

describe("on the wire", () => {
  const bytes = Uint8Array.of(1, 2, 3);
  const result = mask({ rle: bytes });
  const edit = { uid: "u", ordinal: 0, before: null, after: result };

  it("each mask goes once, and comes back as it was", () => {
    const second = { ...edit, uid: "v", before: mask({ rle: Uint8Array.of(4) }) };
    const { content, buffers } = packing.pack({ changes: [{ edits: [edit, second] }] });
    expect(buffers).toEqual([bytes, Uint8Array.of(4)]);
    const sent = JSON.parse(JSON.stringify(content));
    expect(sent.packs).toBe(true);
    expect(sent.changes[0].edits[0].after.value.rle).toEqual({ bytes: 0 });
    const views = buffers.map((buffer) => new DataView(buffer.buffer as ArrayBuffer));
    const back = packing.unpack(sent, views) as { changes: { edits: (typeof edit)[] }[] };
    expect(back.changes[0]?.edits).toEqual([edit, second]);
  });

  it("two results of one mask share one copy", () => {
    const task = {
      annotation: { items: [0, 1].map(() => ({ result: mask({ rle: { bytes: 1 } }) })) },
    };
    const views = [new DataView(new ArrayBuffer(0)), new DataView(bytes.slice().buffer)];
    const [read] = packing.unpack([task], views);
    const [one, two] = read?.annotation.items ?? [];
    expect(one?.result.value?.rle).toEqual(bytes);
    expect(two?.result.value?.rle).toBe(one?.result.value?.rle);
  });

  it("what a stranger has in its place stays as it is", () => {
    for (const rle of [{ bytes: 0 }, { as: 1 }, [1, 2], "text", null]) {
      const odd = { edits: [{ ...edit, after: mask({ rle }) }] };
      const { content, buffers } = packing.pack(odd);
      expect(buffers).toEqual([]);
      const { packs: _, ...back } = packing.unpack(content, []) as Record<string, unknown>;
      expect(back).toEqual(odd);
    }
  });

  it("a gesture of more than a message takes is several changes, and one to take back", async () => {
    const kernel = new Kernel([]);
    const editor = await opened(rooted(brush), [], { media }, kernel);
    const large = (fill: number) => new Uint8Array(4 << 20).fill(fill);
    const edits = [1, 2, 3].map((fill, ordinal) => ({
      uid: `m${ordinal}`,
      ordinal,
      before: null,
      after: mask({ rle: large(fill) }),
    }));
    editor.commit({ edits });
    await vi.waitFor(() => expect(editor.outbox.unsaved.value).toBe(0));
    expect(kernel.changes.map(({ base, edits }) => [base, edits.length])).toEqual([
      [1, 2],
      [2, 1],
    ]);
    await editor.undo();
    expect(said(editor)).toEqual([]);
    await vi.waitFor(() => expect(kernel.changes).toHaveLength(4));
    expect(kernel.changes.at(-1)?.base).toBe(4);
  });

  it("what has no mask is not copied", () => {
    const tasks = [{ annotation: { items: [{ result: { value: { x: 1 } } }] }, predictions: [] }];
    expect(packing.unpack(tasks, [])).toBe(tasks);
  });
});
