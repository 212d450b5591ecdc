import { defineConfig } from "vitest/config";
import { source } from "./build/families.mjs";

export default defineConfig({
  plugins: [
    {
      name: "families",
      resolveId: (id: string) => (id === "families" ? "\0families" : null),
      load: (id: string) => (id === "\0families" ? source() : null),
    },
  ],
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  test: {
    include: ["tests/**/*.test.{ts,tsx}"],
    exclude: ["tests/harness/**"],
    globalSetup: ["tests/declared.ts"],
  },
});
