import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { blocksOf, Shell, type Block } from './guide'
import { Server } from './server'
import { parsed, type Json } from './shows'

const PAGE = 'docs/protocol.md'
const blocks = blocksOf(PAGE)

/** What stands below a block of commands: what it prints. */
function expectedAfter(block: Block): Json[] {
  const next = blocks[blocks.indexOf(block) + 1]
  if (next?.language !== 'json') return []
  return next.text.trim().split('\n').map((line, i) => {
    const message = parsed(line)
    if (message === undefined) throw new Error(`${PAGE}:${next.line + 1 + i} is no JSON: ${line}`)
    return message
  })
}

describe('docs/protocol.md, pasted into a shell', () => {
  let server: Server
  let shell: Shell
  beforeAll(async () => {
    server = await Server.start()
    shell = new Shell(server.url)
  })
  afterAll(async () => {
    shell.close()
    await server.stop()
  })

  const commands = blocks.filter((b) => b.language === 'sh')
  test.each(commands.map((b) => [b.line, b] as const))(
    'line %d',
    async (_, block) => {
      await shell.run(block, expectedAfter(block))
    },
    600_000,
  )

  test('its k6 script fails when holds are slow', async () => {
    const slow: Block = { language: 'sh', line: 0, text: `k6 run --quiet -e JARI_URL=${server.url} -e BUYERS=1 -e HOLDS=1 -e HOLD_P95_MS=0 docs/protocol/k6.js` }
    await expect(shell.run(slow, [])).rejects.toThrow('exit status 99')
  }, 600_000)
})

describe('docs/protocol.md, the rule for changes', () => {
  interface Zone {
    epoch: number
    version: number
    states: number[]
  }
  type Apply = (zone: Zone | null, message: Json) => Zone | null

  const rows = [...readFileSync(join(import.meta.dirname, '../..', PAGE), 'utf8').matchAll(/^\| `(\{.*\})` \| ([a-z ]+) \| (\d+) \| `(\d+)` \|$/gm)]

  test('is what its code does with its example', async () => {
    const code = blocks.find((b) => b.language === 'js')
    const folder = mkdtempSync(join(tmpdir(), 'jari-guide-'))
    try {
      const file = join(folder, 'apply.mjs')
      writeFileSync(file, code?.text ?? '')
      const { apply } = (await import(/* @vite-ignore */ file)) as { apply: Apply }
      expect(rows.length).toBeGreaterThan(5)
      let zone: Zone | null = null
      for (const [, message = '', todo, version, states] of rows) {
        const after: Zone | null = apply(zone, JSON.parse(message) as Json)
        const did = after === null ? 'join again' : after === zone ? 'ignore' : message.includes('"snapshot"') ? 'replace' : 'apply'
        zone = after ?? zone
        expect([did, String(zone?.version), zone?.states.join('')]).toEqual([todo, version, states])
      }
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
