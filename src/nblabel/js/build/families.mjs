// Finds the files of src/tags, so that adding a tag is adding a file: each is an entry of the build.
// For tests, which want all of them at once, the module "families" default-exports a list of what
// each exports as `family`, and exports what there is for regions.
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("../src/tags", import.meta.url));

export const names = () =>
  readdirSync(folder)
    .filter((file) => /^[^_].*\.tsx$/.test(file))
    .map((file) => file.replace(/\.tsx$/, ""))
    .sort();

export const fileOf = (name) => `${folder}/${name}.tsx`;

export function source() {
  const regions = fileURLToPath(new URL("../src/regions.ts", import.meta.url));
  const lines = names().map((name, i) => `import { family as f${i} } from "${fileOf(name)}";`);
  lines.push(`export { family as regions } from "${regions}";`);
  return `${lines.join("\n")}\nexport default [${names()
    .map((_, i) => `f${i}`)
    .join(", ")}];`;
}
