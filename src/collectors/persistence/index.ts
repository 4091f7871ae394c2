import type { Collector } from "../collector.ts";
import { persistenceSources } from "./sources.ts";
import { collectorOf } from "./source.ts";

/** What runs, or lets somebody in, by being there. */
export const persistence: readonly Collector[] = persistenceSources.map(collectorOf);
