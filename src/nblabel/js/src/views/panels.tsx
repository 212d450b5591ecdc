import type { Editor } from "../state/editor";
import { hotkeysOf } from "../state/hotkeys";
import type { Settings } from "../state/settings";
import { keyWords } from "./bars";

/** All keys, those of the labels and choices first. */
export function Keys({ editor }: { editor: Editor }) {
  const tree = editor.tree.value;
  const options = [...hotkeysOf(editor)].slice(0, 60);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must scroll by keyboard
    <section class="nb-panel" tabIndex={0} aria-label="All keys">
      <dl class="nb-keys">
        {options.map(([id, key]) => {
          const option = tree.elements.find((element) => element.id === id);
          return (
            <div key={id}>
              <dt>
                <kbd>{key}</kbd>
              </dt>
              <dd>{option ? tree.text(option, "value") : ""}</dd>
            </div>
          );
        })}
        {Object.entries(editor.spec.commands).map(([name, { words }]) => (
          <div key={name}>
            <dt>
              <kbd>{keyWords(editor, name)}</kbd>
            </dt>
            <dd title={name}>{words}</dd>
          </div>
        ))}
        <div>
          <dt>
            <kbd>alt shift 1 … 9</kbd>
          </dt>
          <dd>Select the n-th region</dd>
        </div>
        <div>
          <dt>
            <kbd>⏎</kbd>
          </dt>
          <dd>
            In a text: mark what is selected. On an image: a cursor; two letters or arrows move it,
            ⏎ sets a corner
          </dd>
        </div>
      </dl>
    </section>
  );
}

const WORDS: Record<keyof Settings, string> = {
  labelHotkeys: "Keys for labels and choices",
  showHotkeys: "Show the keys on labels and choices",
  showLabels: "Show the labels on the regions",
  keepLabel: "Labels stay taken; Label Studio lets go of them after a region",
  selectAfterCreating: "Select a region after it is made",
  keepTool: "Keep the tool",
  wholeWords: "Selections take whole words",
  trimBlanks: "Selections leave out blanks at their ends",
  smoothing: "Smooth images when zoomed",
  sideOpen: "Show the list of regions",
};

export function SettingsPanel({ editor }: { editor: Editor }) {
  const settings = editor.settings.value;
  return (
    <section class="nb-panel" aria-label="Settings of this browser">
      {(Object.keys(WORDS) as (keyof Settings)[]).map((name) => (
        <label key={name} class="nb-setting">
          <input
            type="checkbox"
            checked={settings[name]}
            onChange={(event) => {
              editor.settings.value = { ...settings, [name]: event.currentTarget.checked };
            }}
          />
          {WORDS[name]}
        </label>
      ))}
      <p class="nb-muted">
        {`nblabel ${editor.spec.version} · project ${editor.spec.project} · ${editor.spec.storeName}${editor.spec.annotator ? ` · ${editor.spec.annotator}` : ""}`}
      </p>
    </section>
  );
}
