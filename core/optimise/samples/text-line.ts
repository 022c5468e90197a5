/** Pictures of a line of text: capital letters and digits of five by seven dots, drawn large and a little uneven. */
import { normal, type Random } from "../../random.ts";

const ROWS = 7;
const COLUMNS = 5;

/** Rows of dots from the top, five bits each, in base 32. */
const LETTERS: Readonly<Record<string, string>> = {
  A: "ehhvhhh",
  B: "uhhuhhu",
  C: "ehggghe",
  D: "uhhhhhu",
  E: "vgguggv",
  F: "vgguggg",
  G: "ehgnhhf",
  H: "hhhvhhh",
  I: "e44444e",
  K: "hikokih",
  L: "ggggggv",
  M: "hrllhhh",
  N: "hppljjh",
  O: "ehhhhhe",
  P: "uhhuggg",
  R: "uhhukih",
  S: "fgge11u",
  T: "v444444",
  U: "hhhhhhe",
  V: "hhhhha4",
  X: "hha4ahh",
  Y: "hha4444",
  Z: "v1248gv",
  "0": "ehjlphe",
  "1": "4c4444e",
  "2": "eh1248v",
  "3": "v2421he",
  "4": "26aiv22",
  "5": "vgu11he",
  "7": "v124888",
  "9": "ehhf12c",
  "-": "000v000",
};

const NAMES = Object.keys(LETTERS);
const SPACE_SHARE = 0.12;

/** Ink by place, 0 to 1: letters as high as most of the line, from its left to its right. */
export function textLine(draw: Random, height: number, width: number): Float32Array {
  const ink = new Float32Array(height * width);
  const size = (height * (0.6 + 0.2 * draw())) / ROWS;
  const top = (height - size * ROWS) * (0.3 + 0.4 * draw());
  const slant = 0.12 * normal(draw);
  const advance = size * (COLUMNS + 1);
  for (let left = size * (1 + 2 * draw()); left + advance < width; left += advance) {
    if (draw() < SPACE_SHARE) continue;
    const letter = LETTERS[NAMES[Math.floor(draw() * NAMES.length)] ?? ""] ?? "";
    addLetter(ink, letter, { height, width, size, top, left, slant });
  }
  return ink;
}

interface Place {
  readonly height: number;
  readonly width: number;
  readonly size: number;
  readonly top: number;
  readonly left: number;
  readonly slant: number;
}

/** Dots blend into each other over half their size, so that strokes have smooth edges. */
function addLetter(ink: Float32Array, letter: string, place: Place): void {
  const { height, width, size, top, left, slant } = place;
  const isDot = (row: number, column: number) =>
    row >= 0 && row < ROWS && column >= 0 && column < COLUMNS
      ? (Number.parseInt(letter[row] ?? "0", 32) >> (COLUMNS - 1 - column)) & 1
      : 0;
  const right = left + size * (COLUMNS + 1);
  for (let y = 0; y < height; y += 1) {
    const row = (y - top) / size - 0.5;
    for (let x = Math.max(0, Math.floor(left - size)); x < Math.min(width, right); x += 1) {
      const column = (x - left) / size - 0.5 + slant * (row - ROWS / 2);
      const [y0, x0] = [Math.floor(row), Math.floor(column)];
      const [dy, dx] = [row - y0, column - x0];
      const value =
        isDot(y0, x0) * (1 - dy) * (1 - dx) +
        isDot(y0, x0 + 1) * (1 - dy) * dx +
        isDot(y0 + 1, x0) * dy * (1 - dx) +
        isDot(y0 + 1, x0 + 1) * dy * dx;
      const at = y * width + x;
      // Half a dot is the edge of a stroke.
      const sharp = Math.max(0, Math.min(1, 2 * value - 0.3));
      ink[at] = Math.max(ink[at] ?? 0, sharp);
    }
  }
}
