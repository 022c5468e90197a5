/** Source text without its comments or without its literals, every character in its place. */

export interface Masked {
  /** Comments and the insides of strings, templates and regular expressions are spaces. */
  readonly code: string;
  /** Everything but comments is spaces. */
  readonly comments: string;
  /** Contents of the string literals without placeholders. */
  readonly strings: readonly string[];
}

const TOKEN =
  /(?<comment>\/\/[^\n]*|\/\*[\s\S]*?\*\/)|(?<text>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')|(?<template>`(?:\\[\s\S]|[^`\\])*`)|(?<=(?:^|[(,=:[!&|?{};+]|=>|\breturn)\s*)(?<pattern>\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[a-z]*)/gu;

/** Splits `source`; nested templates count as ending at the first backtick. */
export function masked(source: string): Masked {
  const strings: string[] = [];
  let code = "";
  let comments = "";
  let end = 0;
  for (const match of source.matchAll(TOKEN)) {
    const { comment, text } = match.groups ?? {};
    const token = match[0];
    const between = source.slice(end, match.index);
    code += between + (comment === undefined ? quoted(token) : blank(token));
    comments += blank(between) + (comment === undefined ? blank(token) : token);
    if (text !== undefined) strings.push(text.slice(1, -1));
    end = match.index + token.length;
  }
  const rest = source.slice(end);
  return { code: code + rest, comments: comments + blank(rest), strings };
}

function blank(text: string): string {
  return text.replaceAll(/[^\n]/gu, " ");
}

function quoted(token: string): string {
  return token.slice(0, 1) + blank(token.slice(1, -1)) + token.slice(-1);
}
