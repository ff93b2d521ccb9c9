import { defineConfig } from 'vitest/config'

/** Pages and examples whose commands are run. */
const documents = ['test/docs/readme.test.ts', 'test/docs/examples.test.ts', 'test/docs/labs.test.ts']

export default defineConfig({
  test: {
    pool: 'forks',
    projects: [
      {
        extends: true,
        test: {
          name: 'rooms',
          include: ['test/**/*.test.ts'],
          exclude: ['test/cli/**', 'test/netns/**', 'test/fuzz/**', ...documents],
          testTimeout: 20_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        // The command as it is built, started as a process. After the others: it is measured in time.
        extends: true,
        test: {
          name: 'command',
          include: ['test/cli/**/*.test.ts'],
          globalSetup: 'test/cli/build.ts',
          testTimeout: 60_000,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        // What a version of Node does not change: hosts of their own with links between them, and what pages promise.
        extends: true,
        test: {
          name: 'hosts',
          include: ['test/netns/**/*.test.ts', ...documents],
          globalSetup: 'test/cli/build.ts',
          testTimeout: 60_000,
          // They wait for links more than they work.
          maxWorkers: 3,
          sequence: { groupOrder: 2 },
        },
      },
      {
        extends: true,
        test: {
          name: 'fuzz',
          include: ['test/fuzz/**/*.test.ts'],
          globalSetup: 'test/cli/build.ts',
          testTimeout: 120_000,
          maxWorkers: 1,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
})
