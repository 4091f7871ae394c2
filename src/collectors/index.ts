import type { Collector } from "./collector.ts";
import { live } from "./live/index.ts";
import { persistence } from "./persistence/index.ts";
import { state } from "./state/index.ts";
import { traces } from "./traces/index.ts";

/** Every source of evidence, most volatile first. A new collector is a file of its own and one line in its folder's index. */
export const collectors: readonly Collector[] = [...live, ...state, ...persistence, ...traces];

export { runCollector } from "./collector.ts";
export type { Collector } from "./collector.ts";
export { keptReadings } from "./kept.ts";
export { endedSources, isQuick, mechanismsOf } from "./mechanisms.ts";
export { createReadings, kinds, someReadings } from "./readings.ts";
export type { PersistenceSource, Readings, Sources } from "./sources.ts";
