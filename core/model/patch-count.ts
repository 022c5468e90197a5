/** Patches of a picture: whole ones along its height and its width. */
import type { Embedding } from "./model.ts";

export function patchCount(
  picture: Pick<Extract<Embedding, { kind: "patches" }>, "image" | "patch">,
): number {
  const { image, patch } = picture;
  const [height, width] = typeof image === "number" ? [image, image] : image;
  return Math.floor(height / patch) * Math.floor(width / patch);
}
