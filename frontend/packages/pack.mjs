// Makes the npm package of the element out of the built script and its types: node packages/pack.mjs FOLDER VERSION; prints the .tgz.
// VERSION is the binary's: a release is built at a tag v1.2.3, and its package is 1.2.3; between two the package is below all releases.
import { execFileSync } from 'node:child_process'
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const frontend = join(import.meta.dirname, '..')
const out = resolve(process.argv[2] ?? join(frontend, '../bin'))
const build = process.argv[3] ?? 'unknown'
const version = /^v(\d+\.\d+\.\d+)$/.exec(build)?.[1] ?? `0.0.0-dev-${build}`
const folder = mkdtempSync(join(tmpdir(), 'jari-seat-map-'))
try {
  cpSync(join(frontend, 'packages/seat-map'), folder, { recursive: true })
  copyFileSync(join(frontend, 'dist/embed/jari-seat-map.js'), join(folder, 'jari-seat-map.js'))
  copyFileSync(join(frontend, 'src/embed/types.ts'), join(folder, 'types.d.ts')) // types alone, so it is a declaration as it is
  copyFileSync(join(frontend, '../LICENSE'), join(folder, 'LICENSE'))
  const description = join(folder, 'package.json')
  writeFileSync(description, `${JSON.stringify({ ...JSON.parse(readFileSync(description, 'utf8')), version }, null, 2)}\n`)
  mkdirSync(out, { recursive: true })
  for (const old of readdirSync(out).filter((name) => /^jari-seat-map-.*\.tgz$/.test(name))) rmSync(join(out, old))
  const [made] = JSON.parse(execFileSync('npm', ['pack', '--json', '--pack-destination', out], { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] }).toString())
  console.log(join(out, made.filename))
} finally {
  rmSync(folder, { recursive: true })
}
