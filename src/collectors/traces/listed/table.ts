import { browserProfiles } from "./browsers.ts";
import { otherCredentials } from "./credentials.ts";
import type { Listing } from "./listed.ts";

/** Collectors that are data. */
export const listings: readonly Listing[] = [otherCredentials, browserProfiles];
