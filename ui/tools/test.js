// Bundle the unit tests beside the packages they use, and run them by Node's own test runner.
import { existsSync, readdirSync, rmSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const ui = dirname(dirname(fileURLToPath(import.meta.url)));
const out = join(ui, "node_modules/.cache/tests");

/** @param {string} folder */
const testsOf = (folder) => {
  const tests = join(ui, folder, "tests");
  if (!existsSync(tests)) return [];
  return readdirSync(tests).filter((name) => name.endsWith(".test.ts")).map((name) => join(tests, name));
};

const chosen = process.argv.slice(2);
const folders = readdirSync(ui).filter((name) => name !== "node_modules" && (!chosen.length || chosen.includes(name)));
const files = folders.flatMap(testsOf);
if (!files.length) throw new Error(`there are no tests in ${chosen.join(", ") || "ui"}`);

rmSync(out, { recursive: true, force: true });
await build({
  absWorkingDir: ui,
  entryPoints: files,
  outbase: ui,
  outdir: out,
  outExtension: { ".js": ".mjs" },
  bundle: true,
  packages: "external",
  platform: "node",
  format: "esm",
  target: "es2022",
  sourcemap: "inline",
  logLevel: "warning",
});
const bundled = folders.flatMap((folder) => testsOf(folder).map((file) => join(out, file.slice(ui.length).replace(/\.ts$/, ".mjs"))));
const run = spawnSync(process.execPath, ["--enable-source-maps", "--test", ...bundled], { stdio: "inherit" });
process.exit(run.status ?? 1);
