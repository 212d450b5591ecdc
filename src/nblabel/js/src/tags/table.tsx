import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { Scope } from "../base/scope";
import type { Family, ViewProps } from "../state/family";
import styles from "./table.css";
import { useSource } from "./text";

interface Cells {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** What a table shows of a value, as Label Studio lays it out. */
export function cellsOf(value: unknown): Cells | null {
  if (Array.isArray(value)) {
    if (value.length > 0 && value.every(isRecord)) {
      const head = [...new Set(value.flatMap((row) => Object.keys(row)))];
      return { head, rows: value.map((row) => head.map((name) => cell(row[name]))) };
    }
    return {
      head: ["index", "value"],
      rows: value.map((one, index) => [String(index), cell(one)]),
    };
  }
  if (!isRecord(value)) return null;
  const rows = Object.entries(value).map(([name, one]) => [name, cell(one)]);
  rows.sort(([a = ""], [b = ""]) => a.toLowerCase().localeCompare(b.toLowerCase()));
  return { head: ["Name", "Value"], rows };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === "object" && !Array.isArray(value);

function cell(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** The rows of a text of separated values; a field in quotes may hold anything (RFC 4180). */
export function separated(text: string, separator: string): string[][] {
  const rows: string[][] = [[]];
  let at = 0;
  while (at < text.length) {
    let field = "";
    if (text[at] === '"') {
      for (at += 1; at < text.length; at += 1) {
        if (text[at] === '"' && text[at + 1] === '"') at += 1;
        else if (text[at] === '"') break;
        field += text[at];
      }
      at += 1;
    }
    for (; at < text.length && text[at] !== separator && !/[\r\n]/.test(text[at] ?? ""); at += 1)
      field += text[at];
    rows.at(-1)?.push(field);
    if (text[at] === separator && at + 1 === text.length) rows.at(-1)?.push("");
    else if (/[\r\n]/.test(text[at] ?? "")) {
      if (text[at] === "\r" && text[at + 1] === "\n") at += 1;
      rows.push([]);
    }
    at += 1;
  }
  return rows.filter((row) => row.some(Boolean));
}

/** How many rows a separator has to fit. */
const LOOKED_AT = 10;

/** The separator that cuts a text into rows of one length; a comma where none does. */
export function separatorOf(text: string): string {
  const lengths = (separator: string) =>
    separated(text, separator)
      .slice(0, LOOKED_AT)
      .map((row) => row.length);
  const fits = [",", "\t", "|", ";"].filter((separator) => {
    const [first = 0, ...others] = lengths(separator);
    return first > 1 && others.every((length) => length === first);
  });
  return fits[0] ?? ",";
}

/** What a value is by its type: `json`, or `csv|separator=;|headless`. */
export function tableOf(value: unknown, source: string, valueType: string): Cells | null {
  const [kind, ...options] = valueType.replace("separator=|", "separator=\0").split("|");
  if (kind !== "csv") {
    if (typeof value !== "string" && value !== undefined) return cellsOf(value);
    try {
      return source.trim() ? cellsOf(JSON.parse(source)) : { head: [], rows: [] };
    } catch {
      return null;
    }
  }
  const given = options.find((option) => option.startsWith("separator="))?.slice(10);
  const named = given?.replace("\0", "|").replace("\\t", "\t")[0];
  const separator = named ?? separatorOf(source);
  const rows = separated(source, separator);
  if (options.includes("headless"))
    return { head: (rows[0] ?? []).map((_, column) => String(column)), rows };
  return { head: rows[0] ?? [], rows: rows.slice(1) };
}

function Table({ element, editor }: ViewProps) {
  const tree = editor.tree.value;
  const source = useSource(editor, element);
  const value = tree.attribute(element, "value");
  const valueType = tree.text(element, "valueType");
  const name = tree.text(element, "name");
  const cells = useMemo(
    () => (source === null ? null : tableOf(value, source, valueType)),
    [value, source, valueType],
  );
  if (source === null) return <p class="nb-muted">The table is on its way …</p>;
  if (!cells)
    return (
      <p class="nb-notice" role="note">
        {`“${name}” cannot be shown as a table: it is neither an object nor a list.`}
      </p>
    );
  return (
    <div role="group" aria-label={name} class="nb-table">
      <Cells key={editor.view.value?.index} {...cells} />
    </div>
  );
}

/** How many rows are drawn at once: more of them when their end comes near. */
const STEP = 200;

function Cells({ head, rows }: Cells) {
  const [drawn, setDrawn] = useState(STEP);
  const end = useRef<HTMLButtonElement>(null);
  const more = () => setDrawn((before) => before + STEP);
  useEffect(() => {
    if (!end.current) return;
    const scope = new Scope();
    scope
      .intersection((entries) => entries.some((at) => at.isIntersecting) && more(), {
        rootMargin: "800px 0px",
        scrollMargin: "800px 0px",
      })
      .observe(end.current);
    return () => scope.dispose();
  }, [drawn]);
  return (
    <>
      <table>
        <thead>
          <tr>
            {head.map((name, column) => (
              <th key={column} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, drawn).map((row, number) => (
            <tr key={number}>
              {row.map((text, column) => (
                <td key={column}>{text}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {drawn < rows.length && (
        <button ref={end} type="button" class="nb-small" onClick={more}>
          {`${rows.length - drawn} more rows`}
        </button>
      )}
    </>
  );
}

export const family: Family = { views: { Table }, styles };
