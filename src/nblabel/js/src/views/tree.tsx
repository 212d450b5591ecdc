import { Component, type ComponentChildren, type VNode } from "preact";
import type { Element, TaskView } from "../core/types";
import { styled } from "../stage/styled";
import type { Editor } from "../state/editor";
import { familiesOf, familyOf } from "../state/families";
import { isVisible } from "../state/visibility";

/** More regions than this are listed in rows of one height, which hold no forms. */
export const WINDOWED = 200;

/** Whether a per-region form stands in each region's row instead of in its own place. */
export function standsInRows(editor: Editor, element: Element): boolean {
  const tree = editor.tree.value;
  return (
    tree.role(element) === "control" &&
    tree.flag(element, "perRegion") &&
    tree.text(element, "displayMode") === "region-list" &&
    editor.regions.value.length <= WINDOWED
  );
}

/** What stands for a tag that is not drawn: what it says of the task is kept and exported. */
function NotDrawn({ element, editor, why }: { element: Element; editor: Editor; why: string }) {
  const name = editor.tree.value.text(element, "name");
  return (
    <p class="nb-notice" role="note">
      {`<${element.tag}>${name ? ` “${name}”` : ""} ${why}; its results are kept as they are.`}
    </p>
  );
}

interface Guarded {
  readonly element: Element;
  readonly editor: Editor;
  readonly children: ComponentChildren;
}

/** What fails to be drawn of a task leaves all else as it is. */
class Guard extends Component<Guarded, { task?: TaskView | null; why?: unknown }> {
  override componentDidCatch(why: unknown): void {
    this.setState({ task: this.props.editor.view.value, why });
  }

  override render({ children, ...about }: Guarded, { task, why }: typeof this.state) {
    const failed = why && task === about.editor.view.value;
    return failed ? <NotDrawn {...about} why={`cannot be drawn here (${why})`} /> : children;
  }
}

/** Labelling controls stand in the palette, unless the config's author laid them out. */
export function inPalette(editor: Editor, element: Element): boolean {
  const tree = editor.tree.value;
  if (!tree.tag(element)?.region || !tree.labels(element) || !familyOf(editor, element))
    return false;
  for (const at of tree.ancestors(element)) {
    if (at === element) continue;
    const { style, className, visibleWhen, display } = at.attributes;
    if (at.tag !== "View" || style || className || visibleWhen || display) return false;
  }
  return !element.attributes.visibleWhen;
}

/** An object in what controls put around it. */
function framed(editor: Editor, object: Element, drawn: VNode): VNode {
  return familiesOf(editor).reduce((inside, family) => {
    const frame = family.frame?.(editor, object);
    if (!frame) return inside;
    return (
      // biome-ignore lint/a11y/useKeyWithClickEvents lint/a11y/noStaticElementInteractions: the control itself has the keys
      <div
        class={frame.class}
        ref={styled(frame.style, editor.spec.protocols)}
        onClick={frame.onClick}
      >
        {inside}
      </div>
    );
  }, drawn);
}

/** Draws an element and what is inside it, as far as it is visible. */
export function Drawn({ element, editor }: { element: Element; editor: Editor }): VNode | null {
  const tree = editor.tree.value;
  const role = tree.role(element);
  if (!isVisible(editor, element) || standsInRows(editor, element)) return null;
  const View = familyOf(editor, element)?.views[element.tag];
  const inside = () =>
    tree
      .children(element)
      .filter((child) => tree.role(child) !== "label" && !inPalette(editor, child))
      .map((child) => <Drawn key={child.id} element={child} editor={editor} />);
  if (View) {
    const drawn = (
      <Guard element={element} editor={editor}>
        <View element={element} editor={editor}>
          {role === "visual" ? inside() : null}
        </View>
      </Guard>
    );
    return role === "object" ? framed(editor, element, drawn) : drawn;
  }
  if (role === "visual" && element.children.length > 0)
    return <div class="nb-view">{inside()}</div>;
  return role === "label" ? null : <NotDrawn {...{ element, editor }} why="is not drawn yet" />;
}
