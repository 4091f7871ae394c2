/** `claw-ir devices review`, for the command that lists the devices to take in as its sub-command. */
export { devicesReviewCommand } from "./baseline/review.ts";
