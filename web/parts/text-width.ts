/** How wide a text is drawn. */

let context: CanvasRenderingContext2D | null = null;

/** In pixels, in the page's letters of `size` pixels: those of Hangul are nearly twice as wide as Latin ones. */
export function textWidth(text: string, size: number): number {
  context ??= document.createElement("canvas").getContext("2d");
  if (context === null) throw new Error("this browser measures no text");
  context.font = `${size}px ${getComputedStyle(document.body).fontFamily}`;
  return context.measureText(text).width;
}
