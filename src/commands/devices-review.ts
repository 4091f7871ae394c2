import { devicesReviewCommand } from "./baseline/review.ts";
import type { MakeCommand } from "./edge.ts";
import { devicesCommand } from "./look/devices.ts";

/** `claw-ir devices` lists them, `claw-ir devices review` asks about each. */
export const devicesWithReview: MakeCommand = (edge, done) =>
  devicesCommand(edge, done).addCommand(devicesReviewCommand(edge, done));
