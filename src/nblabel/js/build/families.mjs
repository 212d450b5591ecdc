// Finds the files of src/tags, so that adding a tag is adding a file: the module "families"
// default-exports a list of what each of them exports as `family`.
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("../src/tags", import.meta.url));

export function source() {
  const files = readdirSync(folder).filter((name) => /^[^_].*\.tsx?$/.test(name));
  const lines = files.map((name, i) => `import { family as f${i} } from "${folder}/${name}";`);
  return `${lines.join("\n")}\nexport default [${files.map((_, i) => `f${i}`).join(", ")}];`;
}

export const families = {
  name: "families",
  setup(build) {
    build.onResolve({ filter: /^families$/ }, () => ({ path: "families", namespace: "families" }));
    build.onLoad({ filter: /.*/, namespace: "families" }, () => ({
      contents: source(),
      resolveDir: folder,
      watchDirs: [folder],
    }));
  },
};
