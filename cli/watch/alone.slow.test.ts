import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { emptyFolder } from "../_fake-shell.ts";
import { watchedSchema } from "../schemas/watch.ts";

const MEMORY_MAX = 60e6;

/** A user without a history yet. */
const DATA = emptyFolder();

function begun(...args: readonly string[]) {
  const child = spawn(process.execPath, ["dist/cli/main.js", "watch", ...args], {
    env: { ...process.env, XDG_DATA_HOME: DATA },
  });
  const said = { out: "", err: "" };
  child.stdout.on("data", (part) => (said.out += String(part)));
  child.stderr.on("data", (part) => (said.err += String(part)));
  return { child, said };
}

test("tenlane watch without end becomes a program of 60 MB, and answers when it is stopped", async () => {
  const { child, said } = begun("--every", "1s", "--json");
  await pause(4000);
  const proc = (file: string) => readFileSync(`/proc/${child.pid}/${file}`, "utf8");
  assert.match(proc("cmdline"), /watch\/alone\.js/u);
  const kib = Number(/^VmRSS:\s+(?<kib>\d+)/mu.exec(proc("status"))?.groups?.["kib"]);
  assert.ok(kib * 1024 < MEMORY_MAX, `${kib} KiB`);
  child.kill("SIGTERM");
  const [status] = await once(child, "close");
  assert.equal(status, 0);
  assert.ok(watchedSchema.safeParse(JSON.parse(said.out)).success, said.out);
  assert.equal(said.err, "");
});

test("tenlane watch on a port that is taken fails as other commands do", async () => {
  const first = begun("--port", "41874");
  await pause(3000);
  const second = begun("--port", "41874");
  const [status] = await once(second.child, "close");
  assert.equal(status, 1);
  assert.match(second.said.err, /^failure: .*EADDRINUSE.*\n {2}run again with --verbose/u);
  first.child.kill("SIGTERM");
  await once(first.child, "close");
});

test("tenlane watch killed by SIGKILL has kept every sample but perhaps the last, where nobody asked for a history", async () => {
  const history = join(DATA, "tenlane", "watch.sqlite");
  rmSync(history, { force: true });
  const { child } = begun("--every", "1s", "--port", "41875");
  await pause(5500);
  const page = await (await fetch("http://127.0.0.1:41875/metrics")).text();
  child.kill("SIGKILL");
  await once(child, "close");
  const database = new DatabaseSync(history, { readOnly: true });
  const times = database.prepare("SELECT DISTINCT at FROM reading ORDER BY at").all();
  const [{ integrity_check: whole } = {}] = database.prepare("PRAGMA integrity_check").all();
  database.close();
  assert.equal(whole, "ok");
  assert.match(page, /node_load1/u);
  const gaps = times.slice(1).map(({ at }, index) => Number(at) - Number(times[index]?.["at"]));
  // Some start up slowly; from the first sample on none is missing.
  assert.ok(times.length >= 3, `${times.length} samples`);
  assert.ok(
    gaps.every((gap) => gap < 1900),
    `gaps of ${gaps.join(", ")} ms`,
  );
});

/** A file system of a megabyte that fills up under a watch of eight samples, and has room again after the fourth. */
const FULL = `
mount -t tmpfs -o size=1m none "$1" && cd "$2" || exit 77
head -c 850000 /dev/zero > "$1/filler"
"$3" dist/cli/main.js watch --every 1s --samples 8 --history "$1/watch.sqlite" --json &
sleep 2; cat /dev/zero > "$1/more" 2> /dev/null
sleep 3; rm "$1/filler" "$1/more"
wait $!
"$3" -e 'const d = new (require("node:sqlite").DatabaseSync)(process.argv[1]);
  console.log(JSON.stringify([d.prepare("PRAGMA integrity_check").get(), d.prepare("SELECT count(DISTINCT at) n FROM reading").get()]))' "$1/watch.sqlite"
`;

test("tenlane watch outlives a disk that fills to the last byte, and keeps samples again when there is room", (t) => {
  const folder = emptyFolder();
  const own = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", FULL, "sh"];
  const [program = "", ...args] = [...own, folder, process.cwd(), process.execPath];
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: "utf8" });
  if (status === null || status === 77 || /unshare failed/u.test(stderr))
    return t.skip("no file system of one's own here (unshare, tmpfs)");
  const [watched = "", checked = ""] = stdout.trim().split(/\n(?=\[)/u);
  const { samples, lost } = JSON.parse(watched);
  const [{ integrity_check: whole }, { n: kept }] = JSON.parse(checked);
  assert.equal(status, 0, stderr);
  assert.equal(whole, "ok");
  assert.equal(samples, 8);
  assert.ok(lost > 0 && kept === samples - lost, `${lost} lost, ${kept} kept`);
  assert.match(stderr, /history lost/u);
});
