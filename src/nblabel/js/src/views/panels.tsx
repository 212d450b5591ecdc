import type { ComponentChildren } from "preact";
import type { Editor } from "../state/editor";
import { hotkeysOf } from "../state/hotkeys";
import { searched } from "../state/searching";
import type { Settings } from "../state/settings";
import { keyWords } from "./bars";

type Row = readonly [keys: string, words: string];

/** The groups of the commands, by what their names begin with; the others are an image's. */
const GROUPS: readonly (readonly [name: string, begins: RegExp])[] = [
  ["Task", /^(annotation|task|label|help)/],
  ["Regions", /^region/],
  ["Suggestions", /^suggestion/],
  ["Image", /^/],
];

/** The keys that this config has a use for. */
function keysOf(editor: Editor): [name: string, rows: Row[]][] {
  const tree = editor.tree.value;
  const hotkeys = hotkeysOf(editor);
  const marks = tree.elements.some((element) => {
    const tag = tree.tag(element);
    return tag?.role === "control" && tag.region;
  });
  const own = searched(editor, "").flatMap(({ element }): Row[] => {
    const key = hotkeys.get(element.id);
    return key ? [[key, tree.text(element, "value")]] : [];
  });
  const used = (name: string) => {
    if (name === "label:search") return own.length > 0;
    if (/^tool:(auto-detect|negative)$/.test(name)) return editor.prompts.value;
    return marks || !name.startsWith("region");
  };
  const left = new Set(Object.keys(editor.spec.commands).filter(used));
  const groups = GROUPS.map(([name, begins]): [string, Row[]] => {
    const rows = [...left].filter((command) => begins.test(command));
    for (const command of rows) left.delete(command);
    return [
      name,
      rows.map((command) => [
        keyWords(editor, command),
        editor.spec.commands[command]?.words ?? "",
      ]),
    ];
  });
  if (marks)
    groups[1]?.[1].push(
      ["alt shift 1 … 9", "Select the n-th region"],
      ["⏎", "In a text: mark what is selected"],
      ["⏎", "On an image: a cursor; two letters or arrows move it, ⏎ sets a corner"],
    );
  return [["Labels and choices", own], ...groups];
}

/** What lies over the data while it is looked at. */
function Sheet({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must scroll by keyboard
    <section class="nb-panel" tabIndex={0} aria-label={name}>
      {children}
    </section>
  );
}

export function Keys({ editor }: { editor: Editor }) {
  const groups = keysOf(editor).filter(([, rows]) => rows.length > 0);
  return (
    <Sheet name="All keys">
      {groups.map(([name, rows]) => (
        <div key={name}>
          <h3>{name}</h3>
          <dl class="nb-keys">
            {rows.map(([keys, words]) => (
              <div key={words}>
                <dt>
                  <kbd>{keys}</kbd>
                </dt>
                <dd>{words}</dd>
              </div>
            ))}
          </dl>
        </div>
      ))}
    </Sheet>
  );
}

/** The settings that are on or off. */
type Switch = {
  [Name in keyof Settings]: Settings[Name] extends boolean ? Name : never;
}[keyof Settings];

const SETTINGS: Record<string, Partial<Record<Switch, string>>> = {
  Keys: {
    labelHotkeys: "Keys for labels and choices",
    showHotkeys: "Show the keys on labels and choices",
  },
  Labels: {
    keepLabel: "Labels stay taken; Label Studio lets go of them after a region",
    showLabels: "Show the labels on the regions",
    selectAfterCreating: "Select a region after it is made",
    sideOpen: "Show the list of regions",
  },
  Text: {
    wholeWords: "Selections take whole words",
    trimBlanks: "Selections leave out blanks at their ends",
  },
  Image: {
    keepTool: "Keep the tool",
    smoothing: "Smooth images when zoomed",
  },
};

export function SettingsPanel({ editor }: { editor: Editor }) {
  const { settings, spec } = editor;
  return (
    <Sheet name="Settings of this browser">
      {Object.entries(SETTINGS).map(([group, words]) => (
        <fieldset key={group} class="nb-settings">
          <legend>{group}</legend>
          {(Object.keys(words) as Switch[]).map((name) => (
            <label key={name} class="nb-setting">
              <input
                type="checkbox"
                checked={settings.value[name]}
                onChange={(event) => {
                  settings.value = { ...settings.value, [name]: event.currentTarget.checked };
                }}
              />
              {words[name]}
            </label>
          ))}
        </fieldset>
      ))}
      <p class="nb-muted">
        {[`nblabel ${spec.version}`, spec.storeName, spec.annotator].filter(Boolean).join(" · ")}
      </p>
    </Sheet>
  );
}
