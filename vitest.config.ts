import { defineConfig } from 'vitest/config';
import { quickStart } from './tests/support/quick-start/quick-start.ts';

// For the workers, and for the programs that they start.
Object.assign(process.env, quickStart(process.env));

export default defineConfig({
  test: {
    environment: 'node',
    pool: 'forks',
    setupFiles: 'tests/support/vitest-setup.ts',
    maxWorkers: 2,
    testTimeout: 15_000,
    hookTimeout: 60_000,
    teardownTimeout: 20_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['tests/unit/**/*.test.ts', 'tests/unit/**/*.test.tsx', 'tests/simulation/**/*.test.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['tests/integration/**/*.test.ts'],
          globalSetup: 'tests/support/shared-databases-server.ts',
          testTimeout: 60_000,
          // The first of a run waits for the databases that all share.
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
