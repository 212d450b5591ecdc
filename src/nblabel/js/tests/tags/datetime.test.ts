import { describe, expect, it } from "vitest";
import { submit } from "../../src/state/submitting";
import { type } from "../../src/tags/_typed";
import { opened, said } from "../editor";
import { el } from "../kernel";

const text = el("Text", { name: "text", value: "$text" });
const when = (more: Record<string, unknown> = {}) =>
  el("DateTime", { name: "when", toName: "text", ...more });
const given = (datetime: string) => ({
  id: "d",
  from_name: "when",
  to_name: "text",
  type: "datetime",
  value: { datetime },
});

async function submitted(more: Record<string, unknown>, datetime?: string) {
  const root = el("View", {}, [text, when(more)]);
  const editor = await opened(root, datetime === undefined ? [] : [given(datetime)]);
  await submit(editor);
  return { editor, told: editor.notices.value[0]?.text };
}

describe("limits, required or not", () => {
  it.each([
    [{ only: "date", min: "2020-02-01" }, "2020-01-31", "min date is 2020-02-01"],
    [{ only: "date", max: "2020" }, "2021-01-01", "max date is 2020-12-31"],
    [{ only: "date", max: "current" }, "2020-01-01", undefined],
    [{ min: "2020-02-01" }, "2020-02-01T00:00", undefined],
    [{ only: "date", format: "%d.%m.%Y", min: "2020" }, "31.12.2019", "min date is 2020-01-01"],
    [{ only: "time", min: "2020" }, "10:30", undefined],
  ])("%o and %s", async (limits, datetime, wrong) => {
    const { told } = await submitted(limits, datetime);
    expect(told).toBe(wrong && `Date "${datetime}" is not valid: ${wrong}`);
  });
});

describe("a default is taken with the submission, in the control's own form", () => {
  it.each([
    [{}, "2024-05-01", "2024-05-01T00:00"],
    [{ only: "date" }, "2024-05-01", "2024-05-01"],
    [{ only: "year", format: "%Y" }, "2024", "2024"],
    [{ only: "year" }, "2020", "2020-01-01"],
    [
      { only: "date,time", format: "%H:%M:%S %d.%m.%Y" },
      "10:30:15 01.05.2024",
      "10:30:15 01.05.2024",
    ],
    [{ only: "date", format: "%d/%m/%y" }, "01/05/24", "01/05/24"],
    [{ only: "time" }, "10:30", "10:30"],
  ])("%o", async (more, defaultValue, datetime) => {
    const { editor } = await submitted({ ...more, defaultValue });
    expect(said(editor).map(({ value }) => value)).toEqual([{ datetime }]);
  });
});

describe("parts that were chosen and not said yet", () => {
  const parts = async (more: Record<string, unknown>, chosen: object, before?: string) => {
    const control = when(more);
    const root = el("View", {}, [text, control]);
    const editor = await opened(root, before === undefined ? [] : [given(before)]);
    type(editor, control, { region: null, item: null }, JSON.stringify(chosen));
    await submit(editor);
    return said(editor).map(({ value }) => value?.datetime);
  };

  it("are said with the submission", async () => {
    expect(await parts({ only: "year" }, { "%Y": "1999" })).toEqual(["1999-01-01"]);
    expect(await parts({ only: "month,year", format: "%m/%Y" }, { "%m": "05" })).toEqual([]);
    expect(await parts({ only: "year" }, { "%Y": "1999" }, "2020-01-01")).toEqual(["1999-01-01"]);
  });

  it("take it back where its year was emptied", async () => {
    expect(await parts({ only: "year" }, { "%Y": "" }, "2020-01-01")).toEqual([]);
  });

  it("have seconds where the steps have", async () => {
    const chosen = { "%H:%M:%S": "10:30:15" };
    expect(await parts({ only: "time", step: 1 }, chosen)).toEqual(["10:30:15"]);
    expect(await parts({ only: "time" }, chosen)).toEqual(["10:30"]);
  });
});

it("is asked for in Label Studio's words", async () => {
  expect((await submitted({ required: true })).told).toBe('DateTime "when" is required.');
});

it("leaves an answer that is in no form it knows as it is", async () => {
  const { editor, told } = await submitted({ only: "date", min: "2020" }, "early in May");
  expect(told).toBeUndefined();
  expect(said(editor).map(({ value }) => value)).toEqual([{ datetime: "early in May" }]);
});
