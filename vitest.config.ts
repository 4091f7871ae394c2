import { defineConfig } from "vitest/config";

/** Tests that start many real processes or take much memory: they are neither disturbed by others nor disturb them. */
const processes = [
  "test/archive/seal-process.test.ts",
  "test/case/crash.test.ts",
  "test/contain/real-stop.test.ts",
  "test/contain/supervised-stop.test.ts",
  "test/preserve/backup-snapshot.test.ts",
  "test/recover/drill-gateway.test.ts",
  "test/recover/real-start.test.ts",
];
/** Only ends what hangs: on a busy machine everything takes many times as long. */
const hanging = { testTimeout: 600_000, hookTimeout: 600_000 };

export default defineConfig({
  test: {
    restoreMocks: true,
    // Many tests wait for real processes more than they compute.
    maxWorkers: 3,
    projects: [
      {
        test: {
          name: "fast",
          setupFiles: ["test/support/setup.ts"],
          include: ["test/**/*.test.ts"],
          exclude: ["test/e2e/**", "test/faults/**", "test/offsite-real/**", ...processes],
          ...hanging,
        },
      },
      {
        test: {
          name: "processes",
          setupFiles: ["test/support/setup.ts"],
          include: processes,
          fileParallelism: false,
          ...hanging,
        },
      },
      {
        test: {
          name: "faults",
          setupFiles: ["test/support/setup.ts"],
          include: ["test/faults/**/*.test.ts", "test/offsite-real/**/*.test.ts"],
          testTimeout: 3_600_000,
          hookTimeout: 600_000,
        },
      },
      {
        test: {
          name: "e2e",
          include: ["test/e2e/**/*.test.ts"],
          fileParallelism: false,
          // Each of them starts a real gateway several times, which takes a minute on a busy machine.
          testTimeout: 3_600_000,
          // The first one installs OpenClaw.
          hookTimeout: 3_600_000,
        },
      },
    ],
  },
});
