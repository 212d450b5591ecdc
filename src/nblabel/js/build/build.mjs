// Builds dist/: loader.js, the widget's _esm, by itself; the editor, each family of tags and what
// only some configs need as entries that share their chunks; and modules.json, which says what to
// fetch for each of them.
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { pathToFileURL } from "node:url";
import { context, transform } from "esbuild";
import { fileOf, names } from "./families.mjs";

const DIST = "dist";

// A style sheet becomes its own minified text, for adoptedStyleSheets.
const css = {
  name: "css",
  setup(build) {
    build.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await transform(await readFile(path, "utf8"), {
        loader: "css",
        minify: true,
      });
      return { contents: code, loader: "text" };
    });
  },
};

// An entry that is only ever fetched where the editor is: it is built with it, so that all they
// share is one chunk. Many small ones would not gzip as well.
const entry = {
  name: "entry",
  setup(build) {
    build.onResolve({ filter: /^beside:/ }, ({ path }) => ({ path, namespace: "entry" }));
    build.onLoad({ filter: /.*/, namespace: "entry" }, ({ path }) => ({
      contents: `export { open } from "./src/index.ts"; export * from "${path.replace("beside:", "")}";`,
      resolveDir: process.cwd(),
    }));
  },
};

/** The files of each entry in the order in which they are evaluated: what it imports, then itself. */
function orders({ outputs }) {
  const visit = (path, before) => {
    if (before.has(path)) return before;
    for (const { path: other, kind } of outputs[path].imports)
      if (kind === "import-statement") visit(other, before);
    return before.add(path);
  };
  const entries = Object.keys(outputs)
    .filter((path) => outputs[path].entryPoint)
    .sort();
  return Object.fromEntries(
    entries.map((path) => [
      basename(path, ".js"),
      [...visit(path, new Set())].map((f) => basename(f)),
    ]),
  );
}

/** The tags that a built family draws. */
async function drawn(name) {
  const { family } = await import(`${pathToFileURL(`${DIST}/${name}.js`)}?${Date.now()}`);
  return Object.keys(family.views);
}

/** The licences of the packages that are built in, which go where the built files go. */
async function licences({ inputs }) {
  const folders = Object.keys(inputs).flatMap(
    (path) => /^node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path) ?? [],
  );
  const texts = [...new Set(folders)].sort().map(async (folder) => {
    const { name, version, license } = JSON.parse(await readFile(`${folder}/package.json`, "utf8"));
    const files = (await readdir(folder)).filter((file) => /^licen[cs]e/i.test(file));
    const told = await Promise.all(files.map((file) => readFile(`${folder}/${file}`, "utf8")));
    return [`${name} ${version} (${license})`, ...told.map((text) => text.trim())].join("\n\n");
  });
  return `${(await Promise.all(texts)).join(`\n\n${"-".repeat(72)}\n\n`)}\n`;
}

const modules = {
  name: "modules",
  setup(build) {
    build.onEnd(async ({ errors, metafile }) => {
      if (errors.length > 0) return;
      const entries = { loader: ["loader.js"], ...orders(metafile) };
      const families = {};
      for (const name of names()) families[name] = await drawn(name);
      await writeFile(`${DIST}/licences.txt`, await licences(metafile));
      const listed = new Set([...Object.values(entries).flat(), "modules.json", "licences.txt"]);
      for (const file of await readdir(DIST)) if (!listed.has(file)) await rm(`${DIST}/${file}`);
      // Last, so that its time says when all of it was built.
      const text = JSON.stringify({ entries, families }, null, 1);
      await writeFile(`${DIST}/modules.json`, `${text}\n`);
    });
  },
};

const options = {
  outdir: DIST,
  bundle: true,
  format: "esm",
  target: "es2022",
  minify: true,
  legalComments: "none",
  metafile: true,
  jsx: "automatic",
  jsxImportSource: "preact",
  define: { "process.env.NODE_ENV": '"production"' },
};

const loader = await context({ ...options, entryPoints: { loader: "src/loader.ts" } });
// What is fetched beside the families, each under a name that no family has.
const entries = [
  ...["regions", "arrows", "clipboard", "panels", "html", "select"],
  ...["large", "viewing", "guides", "prompts"], // images
];
const twice = names().filter((name) => entries.includes(name));
if (twice.length > 0) throw new Error(`an entry and a family are both called ${twice}`);
const editor = await context({
  ...options,
  entryPoints: {
    editor: "src/index.ts",
    ...Object.fromEntries(entries.map((name) => [name, `beside:./src/${name}.ts`])),
    ...Object.fromEntries(names().map((name) => [name, `beside:${fileOf(name)}`])),
  },
  splitting: true,
  chunkNames: "chunk-[hash]",
  plugins: [css, entry, modules],
});

if (process.argv.includes("--watch")) {
  await loader.watch();
  await editor.watch();
} else {
  for (const build of [loader, editor]) {
    const { metafile } = await build.rebuild();
    for (const [file, { bytes }] of Object.entries(metafile.outputs))
      process.stdout.write(`${file} ${(bytes / 1024).toFixed(1)} KB\n`);
    await build.dispose();
  }
}
