import { useEffect, useRef } from "preact/hooks";
import { Scope } from "../base/scope";
import type { Editor } from "../state/editor";

/** Brings what stands in the way of submitting into view, marked until something is answered. */
export function Asked({ editor }: { editor: Editor }) {
  const own = useRef<HTMLSpanElement>(null);
  const asked = editor.asked.value;
  const items = editor.items.value;
  const known = useRef({ asked, items });
  if (known.current.asked !== asked) known.current = { asked, items };
  const open = known.current.items === items ? asked : null;
  useEffect(() => {
    if (!open) return;
    const scope = new Scope();
    const name = CSS.escape(editor.tree.value.text(open.control, "name"));
    const show = () => {
      const middle = own.current?.closest(".nb")?.querySelector(".nb-middle");
      const every = [...(middle?.querySelectorAll(`[aria-label="${name}"]`) ?? [])];
      const shown = every.filter((at) => at.getClientRects().length > 0);
      // Where each region's row has one, that of the region that lacks it.
      const found = shown.find((at) => at.closest(".nb-selected")) ?? shown[0];
      if (!found) return;
      found.classList.add("nb-asked");
      scope.add(() => found.classList.remove("nb-asked"));
      found.scrollIntoView({ block: "nearest" });
    };
    // Its page is turned to, or its panel opens, first.
    scope.frame(scope.frame(show))();
    return () => scope.dispose();
  }, [open]);
  return <span ref={own} hidden />;
}
