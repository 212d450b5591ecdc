import { useRef } from "preact/hooks";
import type { Element } from "../core/types";
import { Html } from "../stage/html";
import { styled } from "../stage/styled";
import type { Editor } from "../state/editor";
import type { Family, ViewProps } from "../state/family";

const MANY = 24;

const SIZES: Readonly<Record<string, string>> = { small: "nb-chip-small", large: "nb-chip-large" };

/** Where the config says which colour the text of a chosen label has, its own colour is behind it. */
function chosenStyle(label: Element): Record<string, string> {
  const { selectedColor } = label.attributes;
  if (typeof selectedColor !== "string" || !CSS.supports("color", selectedColor)) return {};
  return { color: selectedColor, background: "var(--nb-label)" };
}

function Chip({ editor, control, label }: { editor: Editor; control: Element; label: Element }) {
  const tree = editor.tree.value;
  const name = tree.exported(label);
  const shown = tree.text(label, "value");
  const alias = tree.flag(label, "showAlias") ? tree.text(label, "alias") : "";
  const hotkey = editor.settings.value.showHotkeys ? editor.hotkeys.value.get(label.id) : undefined;
  const { labeling } = editor;
  const regions = editor.selected.value.filter(
    (region) => region.object === tree.text(control, "toName"),
  );
  const pressed =
    regions.length > 0
      ? regions.some((region) =>
          region.items.some(
            ({ result }) =>
              result.from_name === tree.text(control, "name") &&
              labeling.labelsOf(result).some((present) => present.name === name),
          ),
        )
      : (labeling.active.value.get(tree.text(control, "name")) ?? []).includes(name);
  return (
    <button
      type="button"
      class={`nb-chip ${SIZES[tree.text(label, "size")] ?? ""}`}
      aria-pressed={pressed}
      aria-label={shown}
      title={
        [tree.text(label, "hint"), hotkey && `key ${hotkey}`].filter(Boolean).join(" · ") || shown
      }
      style={{ "--nb-label": labeling.color(label), ...(pressed ? chosenStyle(label) : {}) }}
      onClick={() => labeling.press(label, control)}
    >
      <i class="nb-swatch" />
      <Html editor={editor} html={tree.text(label, "html")} text={shown} />
      {alias && (
        <small ref={styled(tree.text(label, "aliasStyle"), editor.spec.protocols)}>{alias}</small>
      )}
      {hotkey && <kbd aria-hidden="true">{hotkey}</kbd>}
    </button>
  );
}

function Labels({ element, editor }: ViewProps) {
  const tree = editor.tree.value;
  const { labeling } = editor;
  const name = tree.text(element, "name");
  const labels = labeling.shown(element);
  const all = tree.options(element).length;
  const search = useRef<HTMLInputElement>(null);
  return (
    <div
      role="group"
      aria-label={name}
      class={`nb-labels ${tree.flag(element, "showInline") ? "" : "nb-column"} ${all > MANY ? "nb-many" : ""}`}
    >
      {all > MANY && (
        <input
          ref={search}
          class="nb-search"
          type="search"
          aria-label={`Search the labels of ${name}`}
          placeholder={`Search ${all} labels ( / )`}
          value={labeling.query.value.get(name) ?? ""}
          onInput={(event) => labeling.search(element, event.currentTarget.value)}
          onKeyDown={(event) => {
            const [first] = labels;
            if (event.key === "Enter" && first) labeling.press(first, element);
            if (event.key !== "Enter" && event.key !== "Escape") return;
            labeling.search(element, "");
            event.currentTarget.blur();
            event.stopPropagation();
          }}
        />
      )}
      {labels.map((label) => (
        <Chip key={label.id} editor={editor} control={element} label={label} />
      ))}
      {tree.flag(element, "allowEmpty") && (
        <button
          type="button"
          class="nb-chip"
          aria-pressed={labeling.active.value.get(name)?.length === 0}
          onClick={() => labeling.press(null, element)}
        >
          Empty
        </button>
      )}
      {labels.length === 0 && <span class="nb-muted">no label fits</span>}
    </div>
  );
}

export const family: Family = {
  views: { Labels, RectangleLabels: Labels },
  press: (editor, label, control) => editor.labeling.press(label, control),
};
