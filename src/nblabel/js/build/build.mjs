// Builds dist/loader.js (the widget's _esm) and dist/editor.js (fetched once per page by the loader).
import { context } from "esbuild";
import { families } from "./families.mjs";

const options = {
  entryPoints: { loader: "src/loader.ts", editor: "src/index.ts" },
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
  plugins: [families],
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
