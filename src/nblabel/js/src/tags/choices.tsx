import type { VNode } from "preact";
import type { Value } from "../core/regions";
import type { Element } from "../core/types";
import { scoreText } from "../stage/mark";
import { styled } from "../stage/styled";
import { answerOf, answersNow } from "../state/answers";
import type { Editor } from "../state/editor";
import { familyOf, isHidden } from "../state/families";
import type { Family, Form, Subject, ViewProps } from "../state/family";
import { hotkeysOf } from "../state/hotkeys";
import { answer, say } from "../state/submitting";
import { scoreOf, suggestedFor } from "../state/suggestions";
import type { Tree } from "../state/tree";
import { isVisible } from "../state/visibility";
import { useCode, useStyled } from "./_code";
import { moveFocus } from "./_focus";
import { Html } from "./_html";
import type { SelectCode } from "./_select";
import styles from "./choices.css";

type Path = readonly string[];

const same = (a: Path, b: Path) => a.length === b.length && a.every((part, i) => part === b[i]);

const has = (paths: readonly Path[], path: Path) => paths.some((other) => same(other, path));

/** The way from the control to a choice, in exported strings; one long where nothing nests. */
function pathOf(tree: Tree, choice: Element, control: Element): Path {
  const path: string[] = [];
  for (const at of tree.ancestors(choice)) {
    if (at === control) break;
    if (tree.role(at) === "label") path.unshift(tree.exported(at));
  }
  return path;
}

const nests = (tree: Tree, control: Element) => tree.flag(control, "allowNested");

/** The choices inside a choice; where they may not nest nobody sees them. */
const insideOf = (tree: Tree, control: Element, choice: Element): Element[] =>
  nests(tree, control) ? tree.options(choice) : [];

/** The choices that can be seen, in order. */
const choicesOf = (tree: Tree, control: Element): Element[] =>
  tree
    .options(control)
    .filter((choice) => nests(tree, control) || pathOf(tree, choice, control).length === 1);

const isMultiple = (editor: Editor, control: Element) =>
  editor.tree.value.text(control, "choice") === "multiple";

/** What a value chooses: as it is written, and as the config would write it. */
function chosenIn(editor: Editor, control: Element, value: Value | undefined): Chosen[] {
  const choices = value?.choices;
  if (!Array.isArray(choices)) return [];
  return choices.map((written) => {
    const parts: string[] = Array.isArray(written) ? written.map(String) : [String(written)];
    return { written, path: parts.map((part) => editor.labels.exported(control, part)) };
  });
}

interface Chosen {
  readonly written: unknown;
  readonly path: Path;
}

/** What is chosen now, for each subject that is asked about. */
const chosenNow = (editor: Editor, control: Element): Path[][] =>
  answersNow(editor, control).map((item) =>
    chosenIn(editor, control, item?.result.value).map(({ path }) => path),
  );

/** What is chosen that the config does not have: kept until somebody unticks it. */
function unknownNow(editor: Editor, control: Element): string[] {
  const names = chosenNow(editor, control).flatMap((paths) => paths.map((path) => path.at(-1)));
  const unknown = names.filter((name) => name !== undefined && !editor.labels.named(control, name));
  return [...new Set(unknown as string[])];
}

/** What a choice stands for: itself, and where several can be chosen those inside it. */
function standsFor(editor: Editor, control: Element, choice: Element): Path[] {
  const tree = editor.tree.value;
  const inside = isMultiple(editor, control) ? insideOf(tree, control, choice) : [];
  return [choice, ...inside].map((at) => pathOf(tree, at, control));
}

/** The value after paths were chosen, or taken back. */
function choosing(
  editor: Editor,
  control: Element,
  subject: Subject,
  paths: readonly Path[],
  on: boolean,
): Value {
  const value = answerOf(editor, control, subject)?.result.value;
  const before = isMultiple(editor, control) || !on ? chosenIn(editor, control, value) : [];
  const left = before.filter(({ path }) => !has(paths, path));
  const nested = nests(editor.tree.value, control);
  const come = on ? paths.map((path) => ({ written: nested ? path : path.at(-1), path })) : [];
  const chosen = withParents(editor, control, [...left, ...come], paths);
  return { choices: inOrder(editor, control, chosen).map(({ written }) => written) };
}

/** Nested choices tick their parent when all of it is ticked, and untick it when not. */
function withParents(
  editor: Editor,
  control: Element,
  chosen: Chosen[],
  changed: readonly Path[],
): Chosen[] {
  const tree = editor.tree.value;
  if (!isMultiple(editor, control) || !nests(tree, control)) return chosen;
  let now = chosen;
  const parents = tree.options(control).filter((option) => tree.children(option).length > 0);
  for (const parent of parents.reverse()) {
    const own = pathOf(tree, parent, control);
    const below = (path: Path) => path.length > own.length && same(path.slice(0, own.length), own);
    if (!changed.some(below)) continue;
    const inside = tree.children(parent).map((child) => pathOf(tree, child, control));
    now = now.filter(({ path }) => !same(path, own));
    const all = inside.every((path) => now.some((at) => same(at.path, path)));
    if (all) now = [...now, { written: own, path: own }];
  }
  return now;
}

/** In the config's order; what the config does not have stands last. */
function inOrder(editor: Editor, control: Element, chosen: readonly Chosen[]): Chosen[] {
  const tree = editor.tree.value;
  const order = tree.options(control).map((option) => pathOf(tree, option, control).join("\n"));
  const rank = ({ path }: Chosen) => {
    const at = order.indexOf(path.join("\n"));
    return at < 0 ? order.length : at;
  };
  return [...chosen].sort((a, b) => rank(a) - rank(b));
}

/** Chooses, or takes a choice back; in a labeler that advances, answers and goes on. */
function pick(editor: Editor, choice: Element, control: Element): void {
  if (editor.tree.value.flag(choice, "readonly")) return;
  toggle(editor, control, standsFor(editor, control, choice));
}

/** Of several regions all get what some have; what all have is taken back. */
function toggle(editor: Editor, control: Element, paths: readonly Path[]): void {
  if (editor.readOnly.value) return;
  const [path = []] = paths;
  const now = chosenNow(editor, control);
  const again = now.length > 0 && now.every((chosen) => has(chosen, path));
  if (again && editor.advance.value) say(editor, {});
  else answer(editor, control, (subject) => choosing(editor, control, subject, paths, !again));
}

interface ChoiceProps {
  readonly editor: Editor;
  readonly control: Element;
  readonly choice: Element;
  /** Whether Tab leads to a choice. */
  readonly tabbable: (choice: Element) => boolean;
}

function Choice({ editor, control, choice, tabbable }: ChoiceProps) {
  const tree = editor.tree.value;
  const path = pathOf(tree, choice, control);
  const now = chosenNow(editor, control);
  const checked = now.length > 0 && now.every((paths) => has(paths, path));
  const partly =
    !checked && now.some((paths) => paths.some((at) => same(at.slice(0, path.length), path)));
  const suggested = suggestedFor(editor, control);
  const isSuggested = chosenIn(editor, control, suggested?.result.value).some((at) =>
    same(at.path, path),
  );
  const score = scoreOf(editor, suggested?.result);
  const proposed = isSuggested && `suggested${score === null ? "" : ` ${scoreText(score)}`}`;
  const hotkey = editor.settings.value.showHotkeys ? hotkeysOf(editor).get(choice.id) : undefined;
  const html = tree.text(choice, "html");
  const inside = insideOf(tree, control, choice);
  // What is inside may pass a filter that this one does not.
  if (isHidden(editor, choice) && inside.every((at) => isHidden(editor, at))) return null;
  return (
    <>
      {/* biome-ignore lint/a11y/useAriaPropsSupportedByRole: both roles have it */}
      <button
        type="button"
        role={isMultiple(editor, control) ? "checkbox" : "radio"}
        aria-checked={partly ? "mixed" : checked}
        aria-label={tree.text(choice, "value")}
        aria-description={proposed || undefined}
        aria-disabled={editor.readOnly.value || tree.flag(choice, "readonly") || undefined}
        tabIndex={tabbable(choice) ? 0 : -1}
        class={`nb-choice ${isSuggested ? "nb-suggested" : ""} ${tree.flag(choice, "readonly") ? "nb-muted" : ""}`}
        title={[tree.text(choice, "hint"), hotkey && `key ${hotkey}`].filter(Boolean).join(" · ")}
        ref={styled(tree.text(choice, "style"), editor.spec.protocols)}
        onClick={(event) => {
          // The second click of a double click would answer the task that came with the first.
          if (!(editor.advance.value && event.detail > 1)) pick(editor, choice, control);
        }}
      >
        <i class="nb-tick" />
        <Html editor={editor} html={html} text={tree.text(choice, "value")} />
        {proposed && (
          <span class="nb-score" aria-hidden="true">
            {proposed}
          </span>
        )}
        {hotkey && <kbd aria-hidden="true">{hotkey}</kbd>}
      </button>
      {inside.length > 0 && (
        <div class="nb-nested">
          {tree.children(choice).map((child) => (
            <Among key={child.id} {...{ editor, control, tabbable }} element={child} />
          ))}
        </div>
      )}
    </>
  );
}

type AmongProps = Omit<ChoiceProps, "choice"> & { readonly element: Element };

/** What stands among the choices: they themselves, and headings and views around them. */
function Among({ element, ...props }: AmongProps): VNode | null {
  const { editor } = props;
  const tree = editor.tree.value;
  if (tree.role(element) === "label") return <Choice {...props} choice={element} />;
  const View = familyOf(editor, element)?.views[element.tag];
  if (!View || !isVisible(editor, element)) return null;
  const inside = tree
    .children(element)
    .map((child) => <Among key={child.id} {...props} element={child} />);
  return (
    <View element={element} editor={editor}>
      {inside}
    </View>
  );
}

/** Choices in a list that opens; its code is fetched where a config has one. */
function Select({ element, editor }: ViewProps) {
  const tree = editor.tree.value;
  const code = useStyled<SelectCode>(editor, "select");
  if (!code) return <div class="nb-select" />;
  const now = chosenNow(editor, element);
  const options = choicesOf(tree, element).map((choice) => ({
    id: choice.id,
    words: tree.text(choice, "value"),
    hint: tree.text(choice, "hint"),
    hotkey: hotkeysOf(editor).get(choice.id),
    hidden: isHidden(editor, choice),
    on: now.length > 0 && now.every((paths) => has(paths, pathOf(tree, choice, element))),
    pick: () => pick(editor, choice, element),
  }));
  return (
    <code.Select
      name={tree.text(element, "name")}
      options={options}
      unknown={unknownNow(editor, element)}
      multiple={isMultiple(editor, element)}
    />
  );
}

function Choices(props: ViewProps) {
  const { element, editor } = props;
  const tree = editor.tree.value;
  const given = element.attributes.showInline;
  const layout =
    given === undefined ? tree.text(element, "layout") : given === true ? "inline" : "vertical";
  if (layout === "select") return <Select {...props} />;
  const [paths = []] = chosenNow(editor, element);
  const choices = choicesOf(tree, element);
  const checked = choices.find((choice) => has(paths, pathOf(tree, choice, element)));
  const multiple = isMultiple(editor, element);
  return (
    <div
      role="group"
      aria-label={tree.text(element, "name")}
      class={`nb-choices ${layout === "inline" ? "nb-inline" : ""}`}
      onKeyDown={moveFocus}
    >
      {tree.children(element).map((child) => (
        <Among
          key={child.id}
          editor={editor}
          control={element}
          element={child}
          tabbable={(choice) => multiple || choice === (checked ?? choices[0])}
        />
      ))}
      <Others {...props} />
    </div>
  );
}

/** What is chosen that the config does not have, to be taken back; seldom, so that it is fetched. */
function Others({ element, editor }: ViewProps) {
  const names = unknownNow(editor, element);
  const code = useCode<SelectCode>(editor, names.length > 0 ? "select" : null);
  return (
    <>
      {code &&
        names.map((name) => (
          <code.Unknown key={name} name={name} press={() => toggle(editor, element, [[name]])} />
        ))}
    </>
  );
}

/** The choices with `selected`; of a control that takes one, the first. */
function selectedFrom(tree: Tree, control: Element): Value | undefined {
  const chosen = choicesOf(tree, control).filter((option) => tree.flag(option, "selected"));
  if (chosen.length === 0) return undefined;
  const multiple = tree.text(control, "choice") === "multiple";
  const nested = nests(tree, control);
  const paths = chosen.map((option) => pathOf(tree, option, control));
  const choices = paths.map((path) => (nested ? path : path.at(-1)));
  return { choices: multiple ? choices : choices.slice(0, 1) };
}

const form: Form = {
  initial: selectedFrom,
  missing: (name) => `Checkbox "${name}" is required.`,
  problem(editor, control, value) {
    const several = !isMultiple(editor, control) && chosenIn(editor, control, value).length > 1;
    const name = editor.tree.value.text(control, "name");
    return several ? `Checkbox "${name}" takes one choice only.` : null;
  },
};

export const family: Family = {
  views: { Choices },
  form,
  hotkeys: { of: (editor, control) => choicesOf(editor.tree.value, control), run: pick },
  styles,
};
