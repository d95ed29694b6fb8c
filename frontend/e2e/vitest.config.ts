import { defineConfig } from 'vitest/config'

// Each file runs a server and a browser of its own, and waits more than it works. What is in page/ is of the page alone, and does not
// differ with the servers behind: it runs once.
export default defineConfig({
  test: {
    dir: import.meta.dirname,
    include: ['**/*.e2e.ts'],
    exclude: process.env.JARI_E2E === 'real' ? ['page/**'] : [],
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // How fast things are seen is the load tester's to measure; here a busy machine fails nothing that comes true.
    expect: { poll: { timeout: 20_000, interval: 20 } },
  },
})
