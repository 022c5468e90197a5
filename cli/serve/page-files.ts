/** The built page in memory: what is not listed here cannot be asked for, so no path leads out of it. */
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { extname } from "node:path/posix";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { gzip } from "node:zlib";

/** Built files are bundled: this one is then a chunk beside the folder of the page. */
const PAGE = fileURLToPath(
  new URL(import.meta.url.endsWith(".ts") ? "../../dist/web/" : "../../web/", import.meta.url),
);

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".csv": "text/csv; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".wasm": "application/wasm",
  ".woff2": "font/woff2",
};

export interface PageFile {
  readonly type: string;
  /** Of its bytes; names a version. */
  readonly tag: string;
  /** Its name changes with its bytes. */
  readonly isForever: boolean;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly packed: () => Promise<Uint8Array<ArrayBuffer>>;
}

export interface Page {
  /** By path from the root of the server. */
  readonly files: ReadonlyMap<string, PageFile>;
  /** The Content-Security-Policy that the page states of itself. */
  readonly policy: string;
}

const NOTHING_ALLOWED = "default-src 'none'";

/** The built page; one of no files where it was never built. */
export async function pageFiles(folder: string = PAGE): Promise<Page> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = new Map<string, PageFile>();
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const name = `/${relative(folder, path).split(sep).join("/")}`;
    files.set(name, pageFile(name, new Uint8Array(await readFile(path))));
  }
  const index = files.get("/index.html");
  if (index !== undefined) files.set("/", index);
  const html = new TextDecoder().decode(index?.bytes);
  const policy = /http-equiv="Content-Security-Policy"\s+content="([^"]+)"/u.exec(html)?.[1];
  return { files, policy: `${policy ?? NOTHING_ALLOWED}; frame-ancestors 'none'` };
}

const TAG_CHARACTERS = 22;

function pageFile(name: string, bytes: Uint8Array<ArrayBuffer>): PageFile {
  let packed: Promise<Uint8Array<ArrayBuffer>> | undefined;
  return {
    type: TYPES[extname(name)] ?? "application/octet-stream",
    tag: createHash("sha256").update(bytes).digest("base64url").slice(0, TAG_CHARACTERS),
    isForever: name.startsWith("/chunks/"),
    bytes,
    packed: () => (packed ??= promisify(gzip)(bytes).then((small) => new Uint8Array(small))),
  };
}
