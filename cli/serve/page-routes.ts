/** The page's files over HTTP: with their type, a tag of their bytes, and gzip for who takes it. */
import { Hono, type Context } from "hono";
import type { Page, PageFile } from "./page-files.ts";

export function pageRoutes({ files }: Page): Hono {
  const routes = new Hono();
  for (const [path, file] of files) routes.get(path, (context) => given(context, file));
  return routes;
}

async function given(context: Context, file: PageFile): Promise<Response> {
  const isPacked = (context.req.header("accept-encoding") ?? "").includes("gzip");
  const tag = `"${file.tag}${isPacked ? "-gzip" : ""}"`;
  const headers: Record<string, string> = {
    etag: tag,
    vary: "accept-encoding",
    "cache-control": file.isForever ? "public, max-age=31536000, immutable" : "no-cache",
  };
  const known = new Set((context.req.header("if-none-match") ?? "").split(/\s*,\s*/u));
  if (known.has(tag) || known.has(`W/${tag}`)) return context.body(null, 304, headers);
  headers["content-type"] = file.type;
  if (isPacked) headers["content-encoding"] = "gzip";
  return context.body(isPacked ? await file.packed() : file.bytes, 200, headers);
}
