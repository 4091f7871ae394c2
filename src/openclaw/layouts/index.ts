import { filesLayout } from "./files/index.ts";
import type { Layout } from "./layout.ts";
import { sqlite20269 } from "./sqlite-2026-9/index.ts";

/** Every layout that can be read, the newest first. */
export const layouts: readonly Layout[] = [sqlite20269, filesLayout];
