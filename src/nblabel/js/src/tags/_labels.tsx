import type { ComponentChild } from "preact";
import type { Element } from "../core/types";
import { styled } from "../stage/styled";
import type { Editor } from "../state/editor";
import { familyOf, isHidden } from "../state/families";
import type { Hotkeys, ViewProps } from "../state/family";
import { hotkeysOf } from "../state/hotkeys";
import { MANY } from "../state/labels";
import { takeLabel } from "../state/regions";
import { isVisible } from "../state/visibility";
import { Html } from "./_html";
import styles from "./_labels.css";

export { styles };

const SIZES: Readonly<Record<string, string>> = { small: "nb-chip-small", large: "nb-chip-large" };

/** Where the config says which colour the text of a chosen label has, its own colour is behind it. */
function chosenStyle(label: Element): Record<string, string> {
  const { selectedColor } = label.attributes;
  if (typeof selectedColor !== "string" || !CSS.supports("color", selectedColor)) return {};
  return { color: selectedColor, background: "var(--nb-label)" };
}

function Chip({ editor, control, label }: { editor: Editor; control: Element; label: Element }) {
  const tree = editor.tree.value;
  const shown = tree.text(label, "value");
  const alias = tree.flag(label, "showAlias") ? tree.text(label, "alias") : "";
  const hotkey = editor.settings.value.showHotkeys ? hotkeysOf(editor).get(label.id) : undefined;
  const { labels } = editor;
  const regions = editor.selected.value.filter(
    (region) => region.object === tree.text(control, "toName"),
  );
  const pressed =
    regions.length > 0
      ? regions.some((region) =>
          labels.regionLabels(region).some(({ element }) => element?.id === label.id),
        )
      : (labels.taken(control) ?? []).includes(tree.exported(label));
  return (
    <button
      type="button"
      class={`nb-chip ${SIZES[tree.text(label, "size")] ?? ""}`}
      aria-pressed={pressed}
      aria-label={shown}
      title={
        [tree.text(label, "hint"), hotkey && `key ${hotkey}`].filter(Boolean).join(" · ") || shown
      }
      style={{ "--nb-label": labels.color(label), ...(pressed ? chosenStyle(label) : {}) }}
      onClick={() => takeLabel(editor, label, control)}
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

/** Whether the label that is taken stays so; its room is there before, so that nothing moves. */
function Pin({ editor, control }: { editor: Editor; control: Element }) {
  const { labels, settings } = editor;
  if (!settings.value.keepLabel) return null;
  const keeps = labels.keeps(control);
  return (
    <button
      type="button"
      class="nb-tool nb-pin"
      aria-label="Labels stay taken"
      aria-pressed={keeps}
      style={{ visibility: labels.taken(control) ? "visible" : "hidden" }}
      title={keeps ? "The label stays taken (Escape lets go)" : "The label is taken once"}
      onClick={() => labels.keep(control, !keeps)}
    >
      <svg class="nb-icon" viewBox="0 0 16 16" aria-hidden="true">
        <path d="M5.5 2h5l-.8 4.5 2.3 2.5H4l2.3-2.5L5.5 2ZM8 9v5" />
      </svg>
    </button>
  );
}

/** The labels of a control, to take for drawing or to put on what is selected. */
export function Palette({ element, editor }: ViewProps) {
  const tree = editor.tree.value;
  const name = tree.text(element, "name");
  const options = tree.options(element).filter((label) => !isHidden(editor, label));
  const many = options.length > MANY;
  const chip = (label: Element) => (
    <Chip key={label.id} editor={editor} control={element} label={label} />
  );
  /** What stands among the labels is shown with them: headings, views around some. */
  const inside = (at: Element): ComponentChild[] =>
    tree.children(at).map((child) => {
      if (tree.role(child) === "label") return options.includes(child) && chip(child);
      const View = isVisible(editor, child) && familyOf(editor, child)?.views[child.tag];
      return (
        View && (
          <View key={child.id} element={child} editor={editor}>
            {inside(child)}
          </View>
        )
      );
    });
  return (
    <div
      role="group"
      aria-label={name}
      class={`nb-labels ${tree.flag(element, "showInline") ? "" : "nb-column"} ${many ? "nb-many" : ""}`}
    >
      {many && (
        <button type="button" class="nb-small" onClick={() => editor.openPanel("search")}>
          {`Search ${options.length} labels`} <kbd aria-hidden="true">/</kbd>
        </button>
      )}
      {many ? editor.labels.recentFirst(options, ({ id }) => id).map(chip) : inside(element)}
      {tree.flag(element, "allowEmpty") && (
        <button
          type="button"
          class="nb-chip"
          aria-pressed={editor.labels.taken(element)?.length === 0}
          onClick={() => takeLabel(editor, null, element)}
        >
          Empty
        </button>
      )}
      <Pin editor={editor} control={element} />
    </div>
  );
}

/** The keys of labels. */
export const hotkeys: Hotkeys = { run: takeLabel };
