import { useRef, useState } from "preact/hooks";
import { replace } from "../core/changes";
import { uuid } from "../core/ids";
import { geometryOf } from "../core/regions";
import type { Edit, Element, Item, Result } from "../core/types";
import { Html } from "../stage/html";
import { scoreText } from "../stage/mark";
import { styled } from "../stage/styled";
import type { Editor } from "../state/editor";
import type { Family, ViewProps } from "../state/family";
import { itemOf, revised } from "../state/labeling";
import { accepting, scoreOf, suggestedFor } from "../state/suggestions";

type Path = readonly string[];

const same = (a: Path, b: Path) => a.length === b.length && a.every((part, i) => part === b[i]);

/** The way from the control to a choice, in exported strings; one long where nothing nests. */
function pathOf(editor: Editor, choice: Element, control: Element): Path {
  const tree = editor.tree.value;
  const path: string[] = [];
  for (const at of tree.ancestors(choice)) {
    if (at === control) break;
    if (tree.kind(at) === "label") path.unshift(tree.exported(at));
  }
  return path;
}

const isMultiple = (editor: Editor, control: Element) =>
  editor.tree.value.text(control, "choice") === "multiple";

/** The result of the control: on the selected region where it is per region. */
function itemFor(editor: Editor, control: Element): Item | undefined {
  const tree = editor.tree.value;
  if (!tree.flag(control, "perRegion")) return editor.resultOf(control);
  const [region] = editor.selected.value;
  return region && itemOf(region, tree.text(control, "name"));
}

function chosenPaths(result: Result | undefined): Path[] {
  const choices = result?.value?.choices;
  if (!Array.isArray(choices)) return [];
  return choices.map((choice) => (Array.isArray(choice) ? choice.map(String) : [String(choice)]));
}

/** The choices after one was pressed; nested ones tick their parent when all of it is ticked. */
function pressed(editor: Editor, control: Element, choice: Element, paths: Path[]): Path[] {
  const tree = editor.tree.value;
  const path = pathOf(editor, choice, control);
  if (!isMultiple(editor, control)) return paths.some((p) => same(p, path)) ? [] : [path];
  if (!tree.flag(control, "allowNested"))
    return paths.some((p) => same(p, path))
      ? paths.filter((p) => !same(p, path))
      : inOrder(editor, control, [...paths, path]);
  const on = !paths.some((p) => same(p, path));
  const below = [choice, ...tree.options(choice)].map((at) => pathOf(editor, at, control));
  let next = paths.filter((p) => !below.some((q) => same(p, q)));
  if (on) next = [...next, ...below];
  for (const parent of tree.ancestors(choice)) {
    if (parent === choice || parent === control || tree.kind(parent) !== "label") continue;
    const own = pathOf(editor, parent, control);
    const all = tree
      .children(parent)
      .every((child) => next.some((p) => same(p, pathOf(editor, child, control))));
    next = next.filter((p) => !same(p, own));
    if (all) next = [...next, own];
  }
  return inOrder(editor, control, next);
}

function inOrder(editor: Editor, control: Element, paths: Path[]): Path[] {
  return editor.tree.value
    .options(control)
    .map((option) => pathOf(editor, option, control))
    .filter((path) => paths.some((p) => same(p, path)));
}

/** What it takes for these choices to be the chosen ones. */
function choosing(editor: Editor, control: Element, paths: Path[]): Edit[] {
  const tree = editor.tree.value;
  const nested = tree.flag(control, "allowNested");
  const choices = paths.map((path) => (nested ? path : (path.at(-1) ?? "")));
  const item = itemFor(editor, control);
  if (item) return [replace(item, choices.length > 0 ? revised(item.result, { choices }) : null)];
  if (choices.length === 0) return [];
  let after = editor.labeling.statement(control, { choices });
  if (tree.flag(control, "perRegion")) {
    const [region] = editor.selected.value;
    const model = region?.items[0]?.result;
    if (!region || !model) return [];
    const own = tree.tag(tree.named(model.from_name) ?? control)?.valueKey ?? "";
    const { [own]: _, ...place } = geometryOf(region);
    after = { ...model, ...after, id: region.id, value: { ...place, choices } };
  }
  return [{ uid: uuid(), ordinal: editor.nextOrdinal, before: null, after }];
}

/** Chooses, or takes a choice back; in a labeler that advances, answers and goes on. */
function press(editor: Editor, choice: Element, control: Element): void {
  const tree = editor.tree.value;
  if (editor.readOnly.value || tree.flag(choice, "readonly")) return;
  const paths = chosenPaths(itemFor(editor, control)?.result);
  const path = pathOf(editor, choice, control);
  const again = paths.some((p) => same(p, path));
  const suggested = suggestedFor(editor, control);
  const [only, ...more] = chosenPaths(suggested?.result);
  const agreed = suggested && only && more.length === 0 && same(only, path);
  const advance = editor.advance.value;
  const said = agreed
    ? accepting(editor, [suggested])
    : {
        edits:
          advance && again
            ? []
            : choosing(editor, control, pressed(editor, control, choice, paths)),
      };
  if (advance) void editor.submit(said);
  else editor.commit(said);
}

interface ChoiceProps {
  readonly editor: Editor;
  readonly control: Element;
  readonly choice: Element;
  readonly tabbable: boolean;
}

function Choice({ editor, control, choice, tabbable }: ChoiceProps) {
  const tree = editor.tree.value;
  const path = pathOf(editor, choice, control);
  const paths = chosenPaths(itemFor(editor, control)?.result);
  const checked = paths.some((p) => same(p, path));
  const partly =
    !checked && paths.some((p) => p.length > path.length && same(p.slice(0, path.length), path));
  const suggested = suggestedFor(editor, control);
  const isSuggested = chosenPaths(suggested?.result).some((p) => same(p, path));
  const score = isSuggested ? scoreOf(editor, suggested?.result) : null;
  const hotkey = editor.settings.value.showHotkeys
    ? editor.hotkeys.value.get(choice.id)
    : undefined;
  const html = tree.text(choice, "html");
  const inside = tree.children(choice).filter((child) => tree.kind(child) === "label");
  return (
    <>
      {/* biome-ignore lint/a11y/useAriaPropsSupportedByRole: both roles have it */}
      <button
        type="button"
        role={isMultiple(editor, control) ? "checkbox" : "radio"}
        aria-checked={partly ? "mixed" : checked}
        aria-label={tree.text(choice, "value")}
        aria-description={
          isSuggested ? `suggested${score === null ? "" : ` ${scoreText(score)}`}` : undefined
        }
        aria-disabled={editor.readOnly.value || tree.flag(choice, "readonly") || undefined}
        tabIndex={tabbable ? 0 : -1}
        class={`nb-choice ${isSuggested ? "nb-suggested" : ""}`}
        title={
          [tree.text(choice, "hint"), hotkey && `key ${hotkey}`].filter(Boolean).join(" · ") ||
          undefined
        }
        ref={styled(tree.text(choice, "style"), editor.spec.protocols)}
        onClick={(event) => {
          // The second click of a double click would answer the task that came with the first.
          if (!(editor.advance.value && event.detail > 1)) press(editor, choice, control);
        }}
      >
        <i class="nb-tick" />
        <Html editor={editor} html={html} text={tree.text(choice, "value")} />
        {isSuggested && (
          <span class="nb-score" aria-hidden="true">
            suggested{score === null ? "" : ` ${scoreText(score)}`}
          </span>
        )}
        {hotkey && <kbd aria-hidden="true">{hotkey}</kbd>}
      </button>
      {inside.length > 0 && (
        <div class="nb-nested">
          {inside.map((child) => (
            <Choice key={child.id} {...{ editor, control, tabbable }} choice={child} />
          ))}
        </div>
      )}
    </>
  );
}

const STEPS: Record<string, number> = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };

/** Arrows move the focus among the choices and choose nothing. */
function moveFocus(event: KeyboardEvent): void {
  const step = STEPS[event.key];
  if (!step || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
  const group = event.currentTarget as HTMLElement;
  const choices = [...group.querySelectorAll<HTMLElement>("[role=radio],[role=checkbox]")];
  const at = choices.indexOf(event.target as HTMLElement);
  if (at < 0) return;
  choices[(at + step + choices.length) % choices.length]?.focus();
  event.preventDefault();
}

function Select({ element, editor }: ViewProps) {
  const tree = editor.tree.value;
  const name = tree.text(element, "name");
  const options = tree.options(element);
  const paths = chosenPaths(itemFor(editor, element)?.result);
  const isOn = (option: Element) => paths.some((p) => same(p, pathOf(editor, option, element)));
  const hotkey = (option: Element) => editor.hotkeys.value.get(option.id);
  const [open, setOpen] = useState(false);
  const field = useRef<HTMLButtonElement>(null);
  const [at, setAt] = useState(0);
  const multiple = isMultiple(editor, element);
  const words = options.filter(isOn).map((option) => tree.text(option, "value"));
  const toggle = (option: Element | undefined) => {
    if (!option) return;
    press(editor, option, element);
    if (!multiple) setOpen(false);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      if (!open) setOpen(true);
      else setAt((at + step + options.length) % options.length);
    } else if (event.key === "Enter" || event.key === " ") {
      if (open) toggle(options[at]);
      else setOpen(true);
    } else if (event.key === "Escape" && open) setOpen(false);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const list = `${name}-options`;
  return (
    <div class="nb-select" role="group" aria-label={name}>
      <button
        ref={field}
        type="button"
        role="combobox"
        aria-label={name}
        aria-expanded={open}
        aria-controls={list}
        aria-haspopup="listbox"
        aria-activedescendant={open ? `${list}-${at}` : undefined}
        class="nb-field"
        onClick={() => setOpen(!open)}
        onKeyDown={onKeyDown}
        onBlur={() => setOpen(false)}
      >
        <span class="nb-grow">{words.join(", ") || "Choose …"}</span>
        <span aria-hidden="true">▾</span>
      </button>
      <div
        role="listbox"
        id={list}
        hidden={!open}
        aria-label={name}
        aria-multiselectable={multiple}
        class="nb-listbox"
      >
        {options.map((option, i) => (
          <div
            key={option.id}
            id={`${list}-${i}`}
            role="option"
            tabIndex={-1}
            aria-selected={isOn(option)}
            class={i === at ? "nb-option nb-at" : "nb-option"}
            onPointerDown={(event) => {
              event.preventDefault(); // the field keeps the focus
              toggle(option);
            }}
          >
            <span class="nb-grow">{tree.text(option, "value")}</span>
            {hotkey(option) && <kbd aria-hidden="true">{hotkey(option)}</kbd>}
          </div>
        ))}
      </div>
    </div>
  );
}

function Choices(props: ViewProps) {
  const { element, editor } = props;
  const tree = editor.tree.value;
  const given = element.attributes.showInline;
  const layout =
    given === undefined ? tree.text(element, "layout") : given === true ? "inline" : "vertical";
  if (layout === "select") return <Select {...props} />;
  const choices = tree.children(element).filter((child) => tree.kind(child) === "label");
  const paths = chosenPaths(itemFor(editor, element)?.result);
  const checked = choices.findIndex((c) => paths.some((p) => same(p, pathOf(editor, c, element))));
  const multiple = isMultiple(editor, element);
  return (
    <div
      role="group"
      aria-label={tree.text(element, "name")}
      class={`nb-choices ${layout === "inline" ? "nb-inline" : ""}`}
      onKeyDown={moveFocus}
    >
      {choices.map((choice, i) => (
        <Choice
          key={choice.id}
          editor={editor}
          control={element}
          choice={choice}
          tabbable={multiple || i === Math.max(checked, 0)}
        />
      ))}
    </div>
  );
}

export const family: Family = { views: { Choices }, press };
