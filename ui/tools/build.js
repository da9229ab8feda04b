// Build each folder that has a main.ts into one classic script of the folder's name, beside the package that serves it.
import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const ui = dirname(dirname(fileURLToPath(import.meta.url)));
const built = join(ui, "../services/groundtruth/src/tracemark_groundtruth/rendering/built");

const folders = readdirSync(ui).filter((name) => existsSync(join(ui, name, "main.ts")));

rmSync(built, { recursive: true, force: true });
mkdirSync(built, { recursive: true });
await build({
  absWorkingDir: ui,
  entryPoints: Object.fromEntries(folders.map((name) => [name, join(ui, name, "main.ts")])),
  outdir: built,
  bundle: true,
  // Ground Truth's worker portal runs classic scripts only; a scope of its own keeps a template's names apart.
  format: "iife",
  target: "es2022",
  minify: true,
  keepNames: true,
  legalComments: "inline",
  charset: "utf8",
  logLevel: "warning",
});
console.log(`built: ${folders.join(", ")}`);
