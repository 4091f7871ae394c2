import { defineConfig } from "vitest/config";

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
          exclude: ["test/e2e/**"],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: "e2e",
          include: ["test/e2e/**/*.test.ts"],
          fileParallelism: false,
          testTimeout: 600_000,
          hookTimeout: 900_000,
        },
      },
    ],
  },
});
