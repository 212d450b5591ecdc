/** Runs once before the tests: what Python declares of every tag, as `python -m nblabel.tags`. */
import { execFileSync } from "node:child_process";
import type { TestProject } from "vitest/node";
import type { Element } from "../src/core/types";
import type { Command, TagSpec } from "../src/state/tree";

export interface DeclaredTag extends Omit<TagSpec, "defaults"> {
  readonly doc: string;
  /** Whether the built editor draws it. */
  readonly drawn: boolean;
  /** The tags that are drawn with it, where they stand inside. */
  readonly parts: readonly string[];
  readonly types: readonly string[];
  readonly commands: Readonly<Record<string, Command>>;
  readonly example: string;
  readonly sample: Readonly<Record<string, unknown>> | null;
  /** Its example, as the editor is told of it. */
  readonly spec: { readonly root: Element; readonly tags: Readonly<Record<string, TagSpec>> };
}

export interface Declared {
  readonly commands: Readonly<Record<string, Command>>;
  readonly tags: Readonly<Record<string, DeclaredTag>>;
}

declare module "vitest" {
  export interface ProvidedContext {
    declared: Declared;
  }
}

export default function setup(project: TestProject): void {
  const python = process.env.NBLABEL_PYTHON ?? "python3";
  const told = execFileSync(python, ["-m", "nblabel.tags"], { maxBuffer: 64 << 20 });
  project.provide("declared", JSON.parse(told.toString()) as Declared);
}
