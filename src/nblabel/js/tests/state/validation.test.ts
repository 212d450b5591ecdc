import { describe, expect, it } from "vitest";
import type { Result } from "../../src/core/types";
import { firstProblem } from "../../src/state/validation";
import { choice, chosen, label, opened, span } from "../editor";
import { el } from "../kernel";

const text = el("Text", { name: "text", value: "$text" });
const ner = el("Labels", { name: "ner", toName: "text" }, [label("PER"), label("LOC")]);
const image = el("Image", { name: "image", valueList: "$images" });

async function problem(
  attributes: Record<string, unknown>,
  results: readonly Result[] = [],
  inside: Record<string, unknown> = {},
) {
  const control = el("Choices", { name: "mood", toName: "text", ...attributes }, [choice("good")]);
  const root = el("View", {}, [text, ner, image, el("View", inside, [control])]);
  const picture = { mime: null, url: "x", width: 1, height: 1, levels: 0, problem: null };
  const editor = await opened(root, results, { media: { [image.id]: [picture, picture] } });
  const found = firstProblem(editor);
  if (!found) return null;
  const { control: _, ...told } = found;
  return told;
}

describe("required", () => {
  it("is content with a value, and where nothing is required", async () => {
    expect(await problem({})).toBeNull();
    expect(await problem({ required: true }, [chosen("mood", "good")])).toBeNull();
  });

  it("says what is missing in Label Studio's words, or in the config's own", async () => {
    expect(await problem({ required: true })).toEqual({ text: 'Checkbox "mood" is required.' });
    const requiredMessage = "Please say how it is!";
    expect(await problem({ required: true, requiredMessage })).toEqual({ text: requiredMessage });
  });

  it("asks for nothing that is hidden, by itself or by what it stands in", async () => {
    const hidden = { visibleWhen: "region-selected" };
    expect(await problem({ required: true, ...hidden })).toBeNull();
    expect(await problem({ required: true }, [], hidden)).toBeNull();
  });

  it("per region: names the first region that lacks it", async () => {
    const own = {
      ...chosen("mood", "good"),
      id: "r1",
      value: { start: 0, end: 1, choices: ["good"] },
    };
    const asks = { required: true, perRegion: true };
    expect(await problem(asks)).toBeNull();
    expect(await problem(asks, [span("r1", "PER"), own, span("r2", "PER")])).toMatchObject({
      region: "r2",
    });
  });

  it("per region: skips regions that it does not ask of", async () => {
    const asks = { required: true, perRegion: true };
    const regions = [span("r1", "PER")];
    expect(await problem({ ...asks, whenLabelValue: "LOC" }, regions)).toBeNull();
    expect(await problem({ ...asks, whenLabelValue: "LOC,PER" }, regions)).not.toBeNull();
    const tagged = (whenTagName: string) => ({
      ...asks,
      visibleWhen: "region-selected",
      whenTagName,
    });
    expect(await problem(tagged("other"), regions)).toBeNull();
    expect(await problem(tagged("ner"), regions)).not.toBeNull();
  });

  it("per item: asks of every item, and names the first that lacks it", async () => {
    const asks = { required: true, perItem: true, toName: "image" };
    const on = (item_index: number) => ({ ...chosen("mood", "good"), item_index });
    expect(await problem(asks, [on(1)])).toMatchObject({ item: { object: "image", at: 0 } });
    expect(await problem(asks, [on(0)])).toMatchObject({ item: { object: "image", at: 1 } });
    expect(await problem(asks, [on(0), on(1)])).toBeNull();
  });
});

describe("one choice only", () => {
  it("is refused where imported work has several, required or not", async () => {
    const several = [chosen("mood", "good", "bad")];
    expect(await problem({ choice: "single" }, several)).not.toBeNull();
    expect(await problem({ choice: "multiple" }, several)).toBeNull();
  });
});
