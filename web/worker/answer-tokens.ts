/** Tokens of the answer to a prompt, where only the prompt is asked about: a quarter of it, as in chats. */
export function answerTokens(prompt: number): number {
  return Math.round(1 + prompt / 4);
}
