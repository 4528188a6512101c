/**
 * How the tests run. `unit` starts nothing but bash and node; `live-process` starts real programs, one file at a time;
 * `live-docker` starts containers, where a Docker engine answers.
 * A flaky test is a defect of the test: nothing is tried twice.
 */
import { configDefaults, defineConfig, type ViteUserConfig } from "vitest/config";

const LIVE = "**/*.live.test.ts";
const DOCKER = "**/*.docker.test.ts";

const config: ViteUserConfig = defineConfig({
  test: {
    // Named, because Vitest would otherwise pick another reporter by guessing who reads it, and hide skips.
    reporters: process.env["CI"] === undefined ? ["default"] : ["verbose"],
    projects: [
      {
        test: {
          name: "unit",
          // All processors: by default one is kept free, which of two is half.
          maxWorkers: "100%",
          setupFiles: ["fixtures/property-seed.ts"],
          include: ["{harness,scenarios,fixtures,scripts}/**/*.test.ts"],
          exclude: [...configDefaults.exclude, LIVE, DOCKER],
          retry: 0,
          // Explicit: with the default (0) Vitest puts a project that has one worker after all others.
          sequence: { groupOrder: 1 },
          // Wide enough for a loaded machine with two cores: a limit here ends a hang, it measures nothing.
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: "live-process",
          include: [`{harness,scenarios,fixtures,scripts}/${LIVE}`],
          retry: 0,
          fileParallelism: false,
          // Where a file says that its tests may run side by side: clusters wait most of the time, and two leave room on two cores.
          maxConcurrency: 2,
          // After the unit tests, so that they do not take the processors away from what is measured.
          sequence: { groupOrder: 2 },
          globalSetup: ["fixtures/live/setup.ts"],
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
      {
        test: {
          name: "live-docker",
          include: [`{harness,scenarios,fixtures,scripts}/${DOCKER}`],
          retry: 0,
          fileParallelism: false,
          sequence: { groupOrder: 3 },
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});

export default config;
