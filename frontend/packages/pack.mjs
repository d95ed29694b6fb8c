// Makes the npm package of the element out of the built script and its types: node packages/pack.mjs FOLDER; prints the .tgz.
import { execFileSync } from 'node:child_process'
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const frontend = join(import.meta.dirname, '..')
const out = resolve(process.argv[2] ?? join(frontend, '../bin'))
const folder = mkdtempSync(join(tmpdir(), 'jari-seat-map-'))
try {
  cpSync(join(frontend, 'packages/seat-map'), folder, { recursive: true })
  copyFileSync(join(frontend, 'dist/embed/jari-seat-map.js'), join(folder, 'jari-seat-map.js'))
  copyFileSync(join(frontend, 'src/embed/types.ts'), join(folder, 'types.d.ts')) // types alone, so it is a declaration as it is
  copyFileSync(join(frontend, '../LICENSE'), join(folder, 'LICENSE'))
  mkdirSync(out, { recursive: true })
  const [made] = JSON.parse(execFileSync('npm', ['pack', '--json', '--pack-destination', out], { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] }).toString())
  console.log(join(out, made.filename))
} finally {
  rmSync(folder, { recursive: true })
}
