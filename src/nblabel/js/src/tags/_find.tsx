import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { Scope } from "../base/scope";
import { Found } from "../stage/text/found";
import type { Page } from "../stage/text/page";
import type { TextStage } from "../stage/text/text-stage";

/** Finds words in a text; the browser's own search does not go on from one to the next by keys. */
export function Find({
  page,
  stage,
  filter,
}: {
  page: Page;
  stage: TextStage | null;
  /** What else decides of what is shown. */
  filter?: string;
}) {
  const found = useRef<Found | null>(null);
  const [words, setWords] = useState("");
  const [now, setNow] = useState(0);
  const [count, setCount] = useState(0);
  useLayoutEffect(() => {
    if (!stage) return;
    const scope = new Scope();
    found.current = new Found(scope, page);
    return () => scope.dispose();
  }, [page, stage]);
  const go = (to: number) => {
    const places = found.current?.places ?? [];
    const at = places.length > 0 ? (to + places.length) % places.length : 0;
    setNow(at);
    found.current?.show(at);
    const place = places[at];
    if (place) stage?.reveal(place.start);
  };
  useLayoutEffect(() => {
    setCount(found.current?.look(words).length ?? 0);
    if (words) go(0);
    else found.current?.show(-1);
  }, [words, filter, stage]);
  const told = count > 0 ? `${now + 1} of ${count}` : "not found";
  return (
    <span class="nb-find">
      <input
        type="search"
        class="nb-field"
        aria-label="Find in the text"
        placeholder="Find"
        value={words}
        onInput={(event) => setWords(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== "Enter") return;
          event.preventDefault();
          event.stopPropagation();
          go(now + (event.shiftKey ? -1 : 1));
        }}
      />
      <small class="nb-muted" aria-live="polite">
        {words.trim() && told}
      </small>
    </span>
  );
}
