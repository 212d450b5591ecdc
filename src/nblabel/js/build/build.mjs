// Builds dist/loader.js (the widget's _esm), dist/editor.js (fetched once per page by the loader)
// and what the editor fetches only for configs that need it.
import { readFile } from "node:fs/promises";
import { context, transform } from "esbuild";
import { families } from "./families.mjs";

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

const options = {
  entryPoints: {
    loader: "src/loader.ts",
    editor: "src/index.ts",
    image: "src/image.ts",
    html: "src/html.ts",
  },
  outdir: "dist",
  bundle: true,
  format: "esm",
  target: "es2022",
  minify: true,
  legalComments: "none",
  metafile: true,
  jsx: "automatic",
  jsxImportSource: "preact",
  define: { "process.env.NODE_ENV": '"production"' },
  plugins: [families, css],
};

const build = await context(options);
if (process.argv.includes("--watch")) {
  await build.watch();
} else {
  const { metafile } = await build.rebuild();
  for (const [file, { bytes }] of Object.entries(metafile.outputs))
    process.stdout.write(`${file} ${(bytes / 1024).toFixed(1)} KB\n`);
  await build.dispose();
}
