import { at, dict, isDict, list, num, str } from "../../model/json.ts";
import type { Usage } from "../../model/session-records.ts";
import { nanos } from "./money.ts";

/** US dollars per million tokens. */
export interface Price {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  /** Other prices from a number of prompt tokens on, ascending. */
  readonly tiers: readonly (Omit<Price, "tiers"> & { readonly from: number })[];
}

export interface PriceTable {
  /** Where the table is from and of which day it is; printed with every estimate. */
  readonly source: string;
  readonly asOf: string;
  readonly price: (provider: string, model: string) => Price | undefined;
}

/** One price as OpenClaw writes it: `{input, output, cacheRead, cacheWrite, tieredPricing}`. All zeros is no price. */
export function parsePrice(value: unknown): Price | undefined {
  const base = rates(value);
  if (base === undefined) return undefined;
  const tiers = list(at(value, "tieredPricing")).flatMap((tier) => {
    const prices = rates(tier);
    const from = num(list(at(tier, "range"))[0]);
    return prices === undefined || from === undefined ? [] : [{ ...prices, from }];
  });
  const priced = base.input + base.output + base.cacheRead + base.cacheWrite > 0;
  return priced ? { ...base, tiers: tiers.sort((a, b) => a.from - b.from) } : undefined;
}

function rates(value: unknown): Omit<Price, "tiers"> | undefined {
  if (!isDict(value)) return undefined;
  const rate = (name: string): number => Math.max(0, num(value[name]) ?? 0);
  return {
    input: rate("input"),
    output: rate("output"),
    cacheRead: rate("cacheRead"),
    cacheWrite: rate("cacheWrite"),
  };
}

/** The prices that the examined config itself names: `models.providers.*.models[].cost`. */
export function configPrices(config: unknown): PriceTable {
  const prices = new Map<string, Price>();
  for (const [provider, entry] of Object.entries(dict(at(config, "models", "providers")))) {
    for (const model of list(at(entry, "models"))) {
      const id = str(at(model, "id"));
      const price = parsePrice(at(model, "cost"));
      if (id !== undefined && price !== undefined) prices.set(`${provider}/${id}`, price);
    }
  }
  return table("the examined config", "", prices);
}

/** The shipped table (templates/prices.json); undefined if it is none. */
export function parsePriceTable(value: unknown): PriceTable | undefined {
  const source = str(at(value, "source"));
  const asOf = str(at(value, "asOf"));
  if (source === undefined || asOf === undefined) return undefined;
  const prices = new Map<string, Price>();
  for (const [provider, models] of Object.entries(dict(at(value, "providers")))) {
    for (const [model, entry] of Object.entries(dict(models))) {
      const price = parsePrice(entry);
      if (price !== undefined) prices.set(`${provider}/${model}`, price);
    }
  }
  return table(source, asOf, prices);
}

function table(source: string, asOf: string, prices: ReadonlyMap<string, Price>): PriceTable {
  return {
    source,
    asOf,
    // A model may be recorded with its provider in front: "openrouter" + "anthropic/claude-…".
    price: (provider, model) => prices.get(`${provider}/${model}`),
  };
}

/** What the usage costs at a price, in nano-dollars. Prompt tokens choose the tier. */
export function costOf(usage: Usage, price: Price): number {
  const prompt = usage.input + usage.cacheRead + usage.cacheWrite;
  const tier = price.tiers.findLast(({ from }) => prompt >= from) ?? price;
  const perToken = (rate: number, tokens: number): number => nanos((rate * tokens) / 1e6);
  return (
    perToken(tier.input, usage.input) +
    perToken(tier.output, usage.output) +
    perToken(tier.cacheRead, usage.cacheRead) +
    perToken(tier.cacheWrite, usage.cacheWrite)
  );
}
