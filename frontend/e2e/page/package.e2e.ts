import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { build } from 'vite'
import { afterAll, beforeAll, expect, it } from 'vitest'

const run = promisify(execFile)
const FRONTEND = join(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'jari-package-'))

/** A site's own code, as docs/embedding.md has it. */
const CONSUMER = `import '@jari/seat-map'
import type { BookDetail, JariSeatMapElement } from '@jari/seat-map'

const map = document.createElement('jari-seat-map')
const same: JariSeatMapElement | null = document.querySelector('jari-seat-map')
map.server = 'https://tickets.example'
map.event = 'demo'
map.theme = 'dark'
map.addEventListener('book', ({ detail }) => { const made: BookDetail = detail; console.log(made.booking.reference, made.url) })
map.addEventListener('refuse', ({ detail }) => { console.log(detail.code, detail.seats.map((s) => s.state)) })
map.addEventListener('click', (event) => { console.log(event.clientX) })
void map.release().then(() => same?.remove())
document.body.append(map)
`

beforeAll(async () => {
  await run('node', [join(FRONTEND, 'packages/pack.mjs'), folder, '4a914bc-dirty'])
  const { stdout } = await run('node', [join(FRONTEND, 'packages/pack.mjs'), folder, 'v1.2.3'])
  const into = join(folder, 'node_modules/@jari/seat-map')
  mkdirSync(into, { recursive: true })
  await run('tar', ['xzf', stdout.trim(), '-C', into, '--strip-components=1'])
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
})
afterAll(() => {
  rmSync(folder, { recursive: true })
})

const check = (name: string, text: string) => {
  writeFileSync(join(folder, name), text)
  return run('node', [join(FRONTEND, 'node_modules/typescript/bin/tsc'), '--noEmit', '--strict', '--target', 'es2022', '--module', 'esnext', '--moduleResolution', 'bundler', '--lib', 'es2022,dom', name], { cwd: folder })
}

it('has the version of the release, and is alone in its folder', () => {
  expect(readdirSync(folder).filter((name) => name.endsWith('.tgz'))).toEqual(['jari-seat-map-1.2.3.tgz'])
  expect(JSON.parse(readFileSync(join(folder, 'node_modules/@jari/seat-map/package.json'), 'utf8'))).toMatchObject({ name: '@jari/seat-map', version: '1.2.3' })
})

it('types what a site does with the element', async () => {
  await check('consumer.ts', CONSUMER)
  await expect(check('wrong.ts', CONSUMER.replace("'dark'", "'purple'"))).rejects.toMatchObject({ stdout: expect.stringContaining('"purple"') as string })
})

it('goes into the bundle of a site', async () => {
  writeFileSync(join(folder, 'consumer.ts'), CONSUMER)
  await build({ root: folder, configFile: false, logLevel: 'silent', build: { lib: { entry: join(folder, 'consumer.ts'), formats: ['es'], fileName: 'site' } } })
  expect(readFileSync(join(folder, 'dist/site.js'), 'utf8')).toContain('jari-seat-map')
})
