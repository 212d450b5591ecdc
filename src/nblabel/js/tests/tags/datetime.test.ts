import { describe, expect, it } from "vitest";
import { submit } from "../../src/state/submitting";
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
    [{ only: "date", format: "%d/%m/%y" }, "01/05/24", "01/05/24"],
    [{ only: "time" }, "10:30", "10:30"],
  ])("%o", async (more, defaultValue, datetime) => {
    const { editor } = await submitted({ ...more, defaultValue });
    expect(said(editor).map(({ value }) => value)).toEqual([{ datetime }]);
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
