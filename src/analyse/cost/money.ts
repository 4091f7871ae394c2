/** Money as whole nano-dollars, so that sums do not depend on the order and buckets add up to the total exactly. */
export function nanos(dollars: number): number {
  return Math.round(dollars * 1e9);
}
export function dollars(nano: number): number {
  return nano / 1e9;
}

/** Sums of one kind of spending. Tokens are counted, money is in nano-dollars. */
export interface Tally {
  nano: number;
  /** The part of `nano` that was computed from a price table because OpenClaw recorded no cost. */
  estimatedNano: number;
  input: number;
  output: number;
  cacheRead: number;
  cacheWrite: number;
  messages: number;
  unpricedMessages: number;
  unpricedTokens: number;
}

export function emptyTally(): Tally {
  return {
    nano: 0,
    estimatedNano: 0,
    input: 0,
    output: 0,
    cacheRead: 0,
    cacheWrite: 0,
    messages: 0,
    unpricedMessages: 0,
    unpricedTokens: 0,
  };
}

export function addTally(into: Tally, from: Readonly<Tally>): void {
  into.nano += from.nano;
  into.estimatedNano += from.estimatedNano;
  into.input += from.input;
  into.output += from.output;
  into.cacheRead += from.cacheRead;
  into.cacheWrite += from.cacheWrite;
  into.messages += from.messages;
  into.unpricedMessages += from.unpricedMessages;
  into.unpricedTokens += from.unpricedTokens;
}
