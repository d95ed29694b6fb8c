import { defineConfig } from 'vitest/config'

// One show at a time: what is measured must have the machine for itself.
export default defineConfig({
  test: {
    dir: import.meta.dirname,
    include: ['**/*.show.ts'],
    globalSetup: ['./shows/report.ts'],
    fileParallelism: false,
    testTimeout: 300_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 60_000, interval: 50 } },
  },
})
