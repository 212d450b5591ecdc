import type { VNode } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import styles from "./_select.css";

export { styles };

export interface SelectOption {
  readonly id: number;
  readonly words: string;
  readonly hint: string;
  readonly hotkey: string | undefined;
  /** Filtered out. */
  readonly hidden: boolean;
  readonly on: boolean;
  readonly pick: () => void;
}

export interface SelectProps {
  readonly name: string;
  readonly options: readonly SelectOption[];
  /** What is chosen and is none of the options. */
  readonly unknown: readonly string[];
  readonly multiple: boolean;
}

/** A choice that a result has and the config has not: it can only be taken back. */
export function Unknown({ name, press }: { name: string; press: () => void }) {
  return (
    <button
      type="button"
      role="checkbox"
      aria-checked={true}
      aria-label={name}
      aria-description="unknown: the config has no such choice"
      title="The config has no such choice; press to take it back"
      class="nb-choice nb-unknown"
      onClick={press}
    >
      <i class="nb-tick" />
      <span class="nb-grow">{name}</span>
      <span class="nb-score" aria-hidden="true">
        unknown
      </span>
    </button>
  );
}

/** What the entry has. */
export interface SelectCode {
  Select(props: SelectProps): VNode;
  Unknown(props: { name: string; press: () => void }): VNode;
  readonly styles: string;
}

/** Letters typed one after the other within this many ms are one word. */
const PAUSE = 700;

/** A field that opens a list; letters go to the option that begins with them. */
export function Select({ name, options: all, unknown, multiple }: SelectProps) {
  const options = all.filter(({ hidden }) => !hidden);
  const [open, setOpen] = useState(false);
  const [at, setAt] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const typed = useRef({ word: "", when: 0 });
  const words = [
    ...all.filter(({ on }) => on).map((option) => option.words),
    ...unknown.map((one) => `${one} (unknown)`),
  ];
  useLayoutEffect(() => {
    if (open) list.current?.children[at]?.scrollIntoView({ block: "nearest" });
  }, [open, at]);
  const show = () => {
    setAt(
      Math.max(
        0,
        options.findIndex(({ on }) => on),
      ),
    );
    setOpen(true);
  };
  const choose = (option: SelectOption | undefined) => {
    if (!option) return;
    option.pick();
    if (!multiple) setOpen(false);
  };
  /** Goes to what begins with the letters typed; the same letter again goes on. */
  const seek = (letter: string, when: number) => {
    const before = when - typed.current.when < PAUSE ? typed.current.word : "";
    const word = before === letter ? letter : before + letter;
    typed.current = { word, when };
    const begins = (option: SelectOption) => option.words.toLowerCase().startsWith(word);
    const from = word.length > 1 ? at : at + 1;
    const order = [...options.slice(from), ...options.slice(0, from)];
    const found = order.find(begins);
    if (found) setAt(options.indexOf(found));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (step) {
      if (!open) show();
      else setAt((at + step + options.length) % options.length);
    } else if (event.key === "Enter" || event.key === " ") {
      if (open) choose(options[at]);
      else show();
    } else if (event.key === "Escape" && open) setOpen(false);
    else if (event.key === "Home" && open) setAt(0);
    else if (event.key === "End" && open) setAt(options.length - 1);
    else if (open && event.key.length === 1) seek(event.key.toLowerCase(), event.timeStamp);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const id = `${name}-options`;
  return (
    <div class="nb-select" role="group" aria-label={name}>
      <button
        type="button"
        role="combobox"
        aria-label={name}
        aria-expanded={open}
        aria-controls={id}
        aria-haspopup="listbox"
        aria-activedescendant={open ? `${id}-${at}` : undefined}
        class="nb-field"
        onClick={() => (open ? setOpen(false) : show())}
        onKeyDown={onKeyDown}
        onBlur={() => setOpen(false)}
      >
        <span class="nb-grow">{words.join(", ") || "Choose …"}</span>
        <span aria-hidden="true">▾</span>
      </button>
      <div
        ref={list}
        role="listbox"
        id={id}
        hidden={!open}
        aria-label={name}
        aria-multiselectable={multiple}
        class="nb-listbox"
      >
        {options.map((option, i) => (
          <div
            key={option.id}
            id={`${id}-${i}`}
            role="option"
            tabIndex={-1}
            title={option.hint || undefined}
            aria-selected={option.on}
            class={i === at ? "nb-option nb-at" : "nb-option"}
            onPointerDown={(event) => {
              event.preventDefault(); // the field keeps the focus
              choose(option);
            }}
          >
            <span class="nb-grow">{option.words}</span>
            {option.hotkey && <kbd aria-hidden="true">{option.hotkey}</kbd>}
          </div>
        ))}
      </div>
    </div>
  );
}
