import { batch, computed, type ReadonlySignal, type Signal, signal } from "@preact/signals-core";
import { pause, Scope } from "../base/scope";
import { words } from "../base/words";
import { apply, settling } from "../core/changes";
import { uuid } from "../core/ids";
import { isRegion, type Region, regionsOf } from "../core/regions";
import type {
  Action,
  Annotation,
  Change,
  Edit,
  Element,
  Item,
  Kind,
  LoggedGesture,
  Prediction,
  TaskView,
} from "../core/types";
import { Outbox, type Outcome } from "../wire/outbox";
import type { Health, Wire } from "../wire/wire";
import { type Basis, Forks } from "./forks";
import { keymap } from "./keymap";
import { Labels } from "./labels";
import { Overview } from "./overview";
import { leastSureFirst, openItems, saidBy, suggestedBy } from "./predictions";
import { BY_SCORE, Route, type Walker } from "./route";
import { Screen } from "./screen";
import { openSettings, type Settings } from "./settings";
import { type Filter, Tasks } from "./tasks";
import { type Spec, Tree } from "./tree";
import { type Actor, type Direction, type Gesture, Undo } from "./undo";
import { beginWork, begun, done, leftBehind, nextOrdinal, type Work } from "./work";

/** What one gesture says: edits to the results, and suggestions that are thereby settled. */
export interface Said {
  readonly edits?: readonly Edit[];
  readonly settled?: readonly string[];
  /** The prediction that it takes over from. */
  readonly from?: Prediction["id"] | null;
}

/** What the families of tags add to the tasks. */
export interface Preparing {
  /** What is said of a task from the start. */
  initial(tree: Tree): readonly Edit[];
  /** Makes ready what is shown of a task that comes next. */
  prepare(view: TaskView): void;
}

export interface Progress {
  readonly total: number;
  readonly done: number;
  readonly skipped: number;
  /** As of when it was opened. */
  readonly drafts?: number;
  /** Whether all rows were looked through; until then there are at least so many. */
  readonly exact: boolean;
  /** Whether there are more than `total`: rows elsewhere are counted late. */
  readonly more?: true;
}

/** One of the last answers, to look at and to go back to. */
export interface Decision {
  readonly index: number;
  readonly key: string;
  readonly state: "submitted" | "skipped";
  readonly text: string;
}

interface Opening extends Ordered {
  readonly index: number | null;
  readonly progress: Progress;
  readonly decisions: readonly Decision[];
  /** What this annotator did last, oldest first. */
  readonly gestures: readonly LoggedGesture[];
  readonly model: string | null;
  readonly prompts?: true;
}

/** In which order tasks are asked, and which: "ordered" is one that is not that of the rows. */
interface Ordered {
  readonly ordered: boolean;
  readonly filter: Filter;
}

/** What was changed outside this editor: from Python, by a model, in another tab. */
interface Changed {
  readonly keys: readonly string[];
  readonly progress?: Progress;
  /** The editor that it was said in, where it was one of this labeler's. */
  readonly client?: string;
}

const DECISIONS = 10;
const LOOK_AGAIN_AFTER = 100;

/**
 * The state of one labeler: which task is on screen, what was said of it, and what can be taken
 * back. Every gesture is applied here at once and then sent; nothing waits for the kernel.
 */
export class Editor extends Screen implements Walker, Actor {
  readonly spec: Spec;
  readonly wire: Wire;
  readonly outbox: Outbox;
  readonly tasks: Tasks;
  readonly route: Route;
  readonly overview: Overview;
  readonly labels: Labels;
  readonly settings: Signal<Settings>;
  /** What ends with the editor. */
  readonly scope = new Scope();
  /** The command of each key. */
  readonly keys: Map<string, string>;

  readonly work: Signal<Work | null> = signal(null);
  /** Whether an answer goes on to the next task. */
  readonly advance: Signal<boolean>;
  readonly progress: Signal<Progress>;
  readonly decisions: Signal<readonly Decision[]> = signal([]);
  readonly health: Signal<Health> = signal("fine");
  readonly theme: Signal<string>;
  /** The task on screen; it stays the same over the task's gestures. */
  readonly view: ReadonlySignal<TaskView | null>;
  readonly tree: ReadonlySignal<Tree>;
  readonly items: ReadonlySignal<readonly Item[]>;
  readonly regions: ReadonlySignal<readonly Region[]>;
  /** The prediction whose results are suggested. */
  readonly prediction: ReadonlySignal<Prediction | undefined>;
  /** What it still suggests, and the regions among that. */
  readonly suggested: ReadonlySignal<readonly Item[]>;
  readonly suggestions: ReadonlySignal<readonly Region[]>;
  readonly selected: ReadonlySignal<readonly Region[]>;
  readonly readOnly: ReadonlySignal<boolean>;
  readonly canUndo: ReadonlySignal<boolean>;
  readonly canRedo: ReadonlySignal<boolean>;

  readonly #byId: ReadonlySignal<ReadonlyMap<string, Region>>;
  readonly #works = new Map<string, Work>();
  readonly #undo: Undo = new Undo(this);
  readonly #client = uuid();
  readonly #disposeSettings: () => void;
  readonly #preparing: Preparing;
  readonly #forks: Forks;
  #seq = 0;
  #disposed = false;

  constructor(spec: Spec, wire: Wire, theme: Signal<string>, preparing: Preparing) {
    super();
    this.spec = spec;
    this.#preparing = preparing;
    this.theme = theme;
    this.wire = wire;
    this.tasks = new Tasks(wire);
    this.route = new Route(this.tasks, this);
    this.advance = signal(spec.advance);
    this.keys = keymap(spec.commands);
    this.progress = signal({ total: spec.rows, done: 0, skipped: 0, exact: true });
    this.overview = new Overview(wire, this.progress, this.scope);
    const { settings, dispose } = openSettings();
    this.settings = settings;
    this.#disposeSettings = dispose;
    this.outbox = new Outbox(
      wire,
      { store: spec.store, project: spec.project, annotator: spec.annotator ?? "" },
      (change, outcome) => this.#settle(change, outcome),
    );
    this.#forks = new Forks(this.outbox, (...change) => this.#send(...change));
    this.view = computed(() => this.work.value?.view ?? null);
    this.tree = computed(() => new Tree(spec, this.view.value));
    this.items = computed(() => this.other?.items ?? this.work.value?.items ?? []);
    this.regions = computed(() => regionsOf(this.items.value));
    this.prediction = computed(() => suggestedBy(this.work.value, this.wanted.value));
    this.suggested = computed(() => {
      if (this.readOnly.value) return [];
      const said = saidBy(this.prediction.value);
      const ordered = this.route.filter.value === BY_SCORE ? leastSureFirst(said) : said;
      return openItems(this.work.value, [...(this.prompt.value?.items ?? []), ...ordered]);
    });
    this.suggestions = computed(() => regionsOf(this.suggested.value, true));
    // After the last task none is on screen, and nothing can be said of the one before.
    this.readOnly = computed(() => this.other !== undefined || this.route.finished.value);
    this.#byId = computed(
      () => new Map([...this.suggestions.value, ...this.regions.value].map((at) => [at.id, at])),
    );
    this.selected = computed(() => this.selection.value.flatMap((id) => this.regionOf(id) ?? []));
    this.canUndo = this.#undo.possible.undo;
    this.canRedo = this.#undo.possible.redo;
    this.labels = new Labels(this.tree, settings);
    for (const text of spec.problems) this.tell(text, "warning");

    wire.onHealth((health) => {
      this.health.value = health;
      if (health === "fine") this.outbox.retry();
    });
    wire.on<{ text: string }>("problem", ({ text }) => this.tell(text));
    wire.on<{ here: boolean; commands: Spec["commands"] }>("prompts", ({ here, commands }) => {
      Object.assign(spec.commands, commands); // the model came later than the editor
      this.prompts.value = here;
    });
    wire.on<Ordered>("ordered", ({ ordered, filter }) => void this.route.reorder(ordered, filter));
    wire.on<{ index: number }>("goto", ({ index }) => void this.route.goto(index));
    wire.on<Changed>("changed", ({ keys, progress, client }) => {
      if (client === this.#client) return; // it was said here
      if (progress)
        this.progress.value =
          this.outbox.unsaved.value === 0
            ? progress
            : { ...this.progress.value, total: progress.total };
      this.overview.lookAgain();
      this.#changedElsewhere(keys);
    });
  }

  /** Sends what an earlier page left, then shows the task where the work stopped. */
  async start(): Promise<void> {
    try {
      const left = await this.outbox.open();
      const opening = (await this.tasks.ask("open")) as Opening;
      const { index, filter, ordered, progress, decisions, gestures, model, prompts } = opening;
      this.prompts.value = prompts === true;
      this.#undo.restore(gestures);
      this.route.filter.value = filter;
      void this.route.reorder(ordered, filter);
      this.progress.value = progress;
      this.decisions.value = decisions;
      if (model) void this.wire.watch(model);
      this.#lookThrough().catch(() => undefined); // the counts stay "at least"
      this.overview.begin(progress);
      if (index === null) this.route.finished.value = true;
      else if (!(await this.route.show(index))) await this.route.next();
      // What was answered without a kernel: the person had gone on from there.
      if (left.at(-1)?.key === this.work.value?.view.key && done(this.work.value))
        await this.route.next();
    } catch (error) {
      this.tell(words(error));
    }
  }

  /** Has the kernel look through the rows of a large frame, a little at a time, while it is idle. */
  async #lookThrough(): Promise<void> {
    while (!this.progress.value.exact && !this.#disposed) {
      await pause(LOOK_AGAIN_AFTER);
      const { ok } = await this.wire.ask("index");
      if (this.outbox.unsaved.value === 0) this.progress.value = ok as Progress; // of what is not, the kernel knows nothing
      if (this.progress.value.exact) this.overview.lookAgain();
    }
  }

  dispose(): void {
    this.#disposed = true;
    this.scope.dispose();
    this.outbox.close();
    this.#disposeSettings();
  }

  // ---- which task

  get index(): number | undefined {
    return this.work.value?.view.index;
  }

  /** Puts a task on screen, with what was said of it here or, if that is newer, elsewhere. */
  enter(view: TaskView): void {
    if (this.work.value?.view.key !== view.key) this.drawing.value?.leave();
    const kept = this.#works.get(view.key);
    const fresh =
      kept && (kept.revision >= (view.annotation?.revision ?? 0) || this.#waits(view.key));
    const now = Date.now();
    const work = fresh
      ? { ...kept, view, since: now }
      : beginWork(view, this.#preparing.initial(new Tree(this.spec, view)), now);
    const left = this.work.value;
    batch(() => {
      if (left && left.view.key !== view.key) this.#works.set(left.view.key, leftBehind(left));
      this.clear();
      this.#works.set(view.key, work);
      this.work.value = work;
      this.labels.reset();
    });
    const seen = { index: view.index, filter: this.route.filter.value };
    void this.wire.ask("seen", seen).catch(() => {});
  }

  /** Makes ready what is shown of a task that comes next. */
  prepare(view: TaskView): void {
    if (this.#disposed) return; // it comes a moment later, and nobody would let go of it
    this.#preparing.prepare(view);
  }

  /** Whether a task passes a filter by what this browser knows of it. */
  passes(view: TaskView, filter: Filter): boolean {
    const work = this.#works.get(view.key);
    const state = work?.state ?? view.annotation?.state;
    const stale = view.changed && (work?.revision ?? 0) <= (view.annotation?.revision ?? 0);
    const waits = stale || !done(state ? { state } : null);
    if (filter === "unlabeled" || filter === BY_SCORE) return waits;
    if (filter === "drafts") return state === "draft" && (!work || begun(work));
    if (filter === "skipped") return state === "skipped";
    return filter !== "labeled" || state === "submitted"; // the kernel knows what else there is
  }

  // ---- saying something of the task

  /** Applies one gesture to the task on screen, remembers it for undo, and sends it. */
  commit({ edits = [], settled = [], from = null }: Said, action: Action = "edit"): void {
    const now = this.work.value;
    if (!now || this.readOnly.value) return;
    const work = { ...now, parentPrediction: now.parentPrediction ?? from };
    const { key, index } = work.view;
    const update = action === "submit" && work.state === "submitted";
    batch(() => {
      this.#apply(work, edits, action, "gesture", settled);
      if (edits.length + settled.length === 0 && (action === "edit" || update)) return;
      const done = update ? "edit" : action;
      this.#undo.did({ key, index, action: done, before: work.state, edits, settled });
    });
  }

  /** Takes back the last gesture, on whatever task it was made; of a shape on its way the last point. */
  async undo(): Promise<void> {
    if (this.drawing.value) this.drawing.value.back();
    else await this.#undo.travel("undo");
  }

  async redo(): Promise<void> {
    if (this.drawing.value) this.drawing.value.again();
    else await this.#undo.travel("redo");
  }

  shows(key: string): boolean {
    return this.work.value?.view.key === key && !this.route.finished.value;
  }

  async bring({ key, index }: Gesture): Promise<boolean> {
    if (this.route.loading.value !== null) return false;
    try {
      const at = index ?? ((await this.wire.ask("locate", { key })).ok as number | null);
      if (at !== null) return await this.route.show(at);
      this.tell(`the data has no task "${key}" any more; that step is not taken back`);
    } catch (error) {
      this.tell(words(error));
    }
    return false;
  }

  perform(direction: Direction, action: Action, edits: readonly Edit[], gesture: Gesture): void {
    const work = this.work.value;
    if (!work) return;
    this.#apply(work, edits, action, direction, gesture.settled);
    const told = edits.map(({ before, after }) => after ?? before);
    const there = told.find((result) => result?.item_index !== undefined); // it is seen, too
    if (there?.to_name)
      this.shown.value = new Map(this.shown.value).set(there.to_name, Number(there.item_index));
    if (gesture.action !== "edit")
      this.decisions.value = this.decisions.value.filter(({ key }) => key !== gesture.key);
  }

  /** Answers the task on screen, in one gesture with what is said. */
  answer(action: "submit" | "skip", said: Said = {}): void {
    const before = this.work.value;
    if (!before || this.readOnly.value) return;
    this.calm();
    this.commit(said, action);
    const after = this.work.value;
    if (!after) return;
    const { key, index } = after.view;
    const state = action === "skip" ? "skipped" : "submitted";
    const text = action === "skip" ? "skip" : summary(this.items.value);
    this.decisions.value = [
      { index, key, state, text } as const,
      ...this.decisions.value.filter((decision) => decision.key !== key),
    ].slice(0, DECISIONS);
  }

  /** The one place where work changes: here, in the outbox, and in the counts. */
  #apply(
    work: Work,
    edits: readonly Edit[],
    action: Action,
    kind: Kind,
    settled: readonly string[],
  ): void {
    const now = Date.now();
    const sent = [...work.initial, ...edits, ...settled.map(settling)];
    if (sent.length === 0 && action === "edit") return;
    const left = new Set(work.settled);
    for (const id of settled) kind === "undo" ? left.delete(id) : left.add(id);
    const state = {
      edit: work.state,
      submit: "submitted",
      skip: "skipped",
      reopen: "draft",
    } as const;
    const lots = this.outbox.lots(sent);
    const next: Work = {
      ...work,
      revision: work.revision + lots.length,
      state: state[action],
      pending: action === "edit" ? true : action === "reopen",
      items: apply(work.items, edits),
      initial: [],
      settled: left,
      since: now,
    };
    this.#keep(next);
    this.#count(work, next);
    for (const [i, lot] of lots.entries()) {
      const last = i === lots.length - 1;
      const basis = { ...work, revision: work.revision + i, since: last ? work.since : now };
      this.#send(basis, last ? action : "edit", lot, kind);
    }
  }

  #keep(work: Work): void {
    this.#works.set(work.view.key, work);
    if (this.work.value?.view.key === work.view.key) this.work.value = work;
  }

  #count(before: Work, after: Work): void {
    this.overview.changed(after.view.index, begun(before) ? before.state : null, after.state);
    const change = (state: Work["state"]) =>
      Number(after.state === state) - Number(before.state === state);
    const { done: counted, skipped, ...rest } = this.progress.value;
    this.progress.value = {
      ...rest,
      done: counted + change("submitted"),
      skipped: skipped + change("skipped"),
    };
  }

  // ---- results

  /**
   * The result that a control has on the whole task; where it is per item, on one item; where it
   * labels, on any region.
   */
  resultOf(control: Element, item = this.itemFor(control)): Item | undefined {
    const name = this.tree.value.text(control, "name");
    return this.items.value.find(
      ({ result }) =>
        result.from_name === name &&
        (!isRegion(result) || this.tree.value.labels(control)) &&
        result.type !== "relation" &&
        (item === null || (result.item_index ?? 0) === item),
    );
  }

  /** A region, or a suggested one. */
  regionOf(id: string): Region | undefined {
    return this.#byId.value.get(id);
  }

  /** The item on screen of a control that asks of every item; null for all others. */
  itemFor(control: Element): number | null {
    const tree = this.tree.value;
    if (!tree.flag(control, "perItem")) return null;
    return this.shown.value.get(tree.text(control, "toName")) ?? 0;
  }

  /** How many items an object shows, one at a time. */
  itemCount(object: Element): number {
    return this.work.value?.view.media[object.id]?.length ?? 0;
  }

  /** Where a new item goes. */
  get nextOrdinal(): number {
    return nextOrdinal(this.items.value);
  }

  /** Other annotators' work on the task on screen. */
  get others(): readonly Annotation[] {
    return this.work.value?.view.others ?? [];
  }

  /** The one of them that is being looked at. */
  get other(): Annotation | undefined {
    const uid = this.looking.value;
    return uid === null ? undefined : this.others.find((annotation) => annotation.uid === uid);
  }

  // ---- what the kernel says

  #waits(key: string): boolean {
    return this.outbox.waiting.some((change) => change.key === key);
  }

  #changedElsewhere(keys: readonly string[]): void {
    const work = this.work.value;
    for (const key of keys) {
      if (this.#waits(key)) continue; // the answer to what is on its way decides
      this.tasks.forget(key);
      if (work?.view.key === key && !this.route.finished.value) void this.#refresh(work);
    }
  }

  async #refresh(work: Work): Promise<void> {
    const view = await this.tasks.get(work.view.index).catch(() => null);
    const now = this.work.value;
    if (!view || now?.view.key !== view.key || now.revision !== work.revision) return;
    const revision = view.annotation?.revision ?? 0;
    const same = revision === now.revision && (view.annotation?.uid ?? now.uid) === now.uid;
    // Late suggestions and others' annotations come in; work that has begun stays as it is.
    if (same)
      this.#keep({
        ...now,
        view: begun(now) ? { ...view, predictions: now.view.predictions } : view,
      });
    else this.#keep(beginWork(view, [], Date.now()));
  }

  #settle(change: Change, outcome: Outcome): void {
    if ("applied" in outcome) return;
    const work = this.#works.get(change.key);
    this.tasks.forget(change.key);
    const mine = work?.uid === change.annotation && change.client === this.#client;
    if (mine) this.#keep(this.#forks.goOn(work, change, outcome.conflict));
    else this.#forks.bringAlong(change, outcome.conflict);
    this.tell(
      "this annotation was changed somewhere else in the meantime; both versions are kept, yours as an annotation of its own",
    );
  }

  #send(
    work: Basis,
    action: Action,
    edits: readonly Edit[],
    kind: Kind = "gesture",
    by = { client: this.#client, seq: ++this.#seq },
  ): void {
    const now = Date.now();
    this.outbox.put({
      key: work.view.key,
      index: work.view.index,
      annotation: work.uid,
      base: work.revision,
      ...by,
      at: new Date(now).toISOString(),
      action,
      kind,
      edits,
      leadTime: Math.max(0, now - work.since) / 1000,
      digest: work.view.digest,
      parentPrediction: work.parentPrediction,
    });
  }
}

/** What was said of a task, in few words, as project/looking.py puts it too. */
function summary(items: readonly Item[]): string {
  const said = items
    .filter(({ result }) => !isRegion(result) && result.type !== "relation")
    .flatMap(({ result }) => saidIn(result.value ?? {}))
    .map(short);
  const [first, ...others] = regionsOf(items);
  const more = others.length > 0 ? ` +${others.length}` : "";
  return [...said, ...(first ? [nameOf(first) + more] : [])].join(", ") || "none";
}

/** All that is said: in lists, a path as one, and in what an order holds. */
function saidIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.map((one) => [one].flat().join(" / "));
  if (!value || typeof value !== "object") return [String(value)];
  return Object.values(value).flatMap(saidIn);
}

/** What a region marks, where that is text, else what it is labeled. */
function nameOf({ items }: Region): string {
  const values = items.flatMap(({ result }) => Object.values(result.value ?? {}));
  const text = items.map(({ result }) => result.value?.text).find((at) => typeof at === "string");
  const label = values.flatMap((value) => (Array.isArray(value) ? value : [])).find(isText);
  return short(String(text || label || "1"));
}

const isText = (value: unknown) => typeof value === "string";

const short = (text: string) => (text.length > 24 ? `${text.slice(0, 23)}…` : text);
