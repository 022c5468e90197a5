/** Fields of numbers as nature has them: near ones are alike, and every size of detail is there. */
import { normal, type Random } from "../../random.ts";

/**
 * A field of `height` rows of `width`, of mean about 0 and spread about 1, whose detail is as strong at every
 * scale: octaves of smooth noise, each half as large and half as strong as the one before.
 *
 * Source: Field 1987, "Relations between the statistics of natural images and the response properties of
 * cortical cells": amplitude falls as 1/f
 */
export function roughField(draw: Random, height: number, width: number): Float32Array {
  const field = new Float32Array(height * width);
  let strength = 1;
  let power = 0;
  for (let cell = Math.max(2, Math.max(height, width) / 2); cell >= 1; cell /= 2) {
    addOctave(field, draw, { height, width, cell, strength });
    power += strength * strength;
    strength /= 2;
  }
  const scale = 1 / Math.sqrt(power * SMOOTHED);
  for (let index = 0; index < field.length; index += 1) field[index] = (field[index] ?? 0) * scale;
  return field;
}

/** What linear blending between cells leaves of the variance, in two directions. */
const SMOOTHED = (2 / 3) ** 2;

interface Octave {
  readonly height: number;
  readonly width: number;
  readonly cell: number;
  readonly strength: number;
}

function addOctave(field: Float32Array, draw: Random, octave: Octave): void {
  const { height, width, cell, strength } = octave;
  const columns = Math.ceil(width / cell) + 2;
  const rows = Math.ceil(height / cell) + 2;
  const knots = Float32Array.from({ length: rows * columns }, () => strength * normal(draw));
  for (let y = 0; y < height; y += 1) {
    const row = Math.floor(y / cell);
    const down = y / cell - row;
    for (let x = 0; x < width; x += 1) {
      const column = Math.floor(x / cell);
      const right = x / cell - column;
      const at = row * columns + column;
      const above = (knots[at] ?? 0) * (1 - right) + (knots[at + 1] ?? 0) * right;
      const below =
        (knots[at + columns] ?? 0) * (1 - right) + (knots[at + columns + 1] ?? 0) * right;
      field[y * width + x] = (field[y * width + x] ?? 0) + above * (1 - down) + below * down;
    }
  }
}

/** A wave of a voice: a few harmonics of a wandering pitch under a wandering loudness, and some hiss; below 1. */
export function wave(draw: Random, length: number): Float32Array {
  const pitch = roughField(draw, 1, length);
  const loud = roughField(draw, 1, length);
  const start = 0.01 + 0.03 * draw();
  let phase = 0;
  return Float32Array.from({ length }, (_, index) => {
    phase += 2 * Math.PI * start * (1 + 0.1 * (pitch[index] ?? 0));
    const voice = Math.sin(phase) + 0.5 * Math.sin(2 * phase) + 0.3 * Math.sin(3 * phase);
    const level = 0.05 + 0.25 / (1 + Math.exp(-2 * (loud[index] ?? 0)));
    return Math.max(-1, Math.min(1, level * voice + 0.01 * normal(draw)));
  });
}
