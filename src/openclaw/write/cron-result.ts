import type { Place } from "../../model/records.ts";

export const noSuchJob = "there is no such job";

/** A job that was set, or why it was not. */
export type JobResult =
  | {
      readonly id: string;
      readonly name: string;
      /** The tables and files below the state dir that were changed. */
      readonly stores: readonly string[];
      readonly places: readonly Place[];
    }
  | { readonly id: string; readonly reason: string };
