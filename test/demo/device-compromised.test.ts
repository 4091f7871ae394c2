import { describeDemonstration } from "./promises.ts";
import { itProvesDevices, itProvesToken } from "./proofs.ts";

describeDemonstration(
  "device-compromised",
  { exit: 0, rotations: { proven: 2, done: 0, pending: 0, failed: 0 } },
  (shown) => {
    itProvesToken(shown);
    itProvesDevices(shown);
  },
);
