// Runs suites of tests on real servers (services.mjs) and on embedded ones, and ends with: what failed, by name and first words; which
// servers were real; how many tests passed, failed and were skipped.
// Usage: node .ci/test.mjs [go|contended|calm|race|frontend|browser|browser-real]...
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { down, up } from './services.mjs'

const root = new URL('..', import.meta.url).pathname
const frontend = join(root, 'frontend')
// Where goroutines contend: make test runs these packages under the race detector, and the others without. They take two to three
// times as long so.
const contended = ['hub', 'seatmap', 'server/api', 'server/booking', 'server/live', 'server/stream'].map((folder) => `./${folder}`)
const total = { passed: 0, failed: 0, skipped: 0 }
/** What failed, for the end: whoever reads only the last lines of a run must not have to guess. */
const failures = []

/** Starts a command; what it prints goes to the screen unless lines are asked for. Resolves with its exit code. */
function start(command, args, cwd, onLine, env = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', onLine ? 'pipe' : 'inherit', 'inherit'] })
    let read = Promise.resolve()
    if (onLine) {
      const lines = createInterface({ input: child.stdout })
      lines.on('line', onLine)
      read = new Promise((done) => lines.on('close', done))
    }
    child.on('error', reject)
    child.on('close', (code) => read.then(() => resolve(code ?? 1)))
  })
}

function add(counts) {
  for (const key of Object.keys(total)) total[key] += counts[key]
}

/** Go: every test and subtest counts. Of those that fail, and only of those, the output is shown. */
async function go(packages, ...flags) {
  const counts = { passed: 0, failed: 0, skipped: 0 }
  const output = new Map() // test or package -> its lines
  const failedIn = new Map() // package -> failed tests
  const races = new Map() // package -> the lines of its reports of races
  const reporting = new Set() // packages that are in the middle of one
  const name = (e) => `${e.Package ?? e.ImportPath} ${e.Test ?? ''}`
  const show = (key) => process.stdout.write((output.get(key) ?? []).join(''))
  const finished = {
    pass: (e) => (e.Test ? counts.passed++ : console.log(`ok    ${e.Package}  ${e.Elapsed} s`)),
    skip: (e) => {
      if (!e.Test) return
      counts.skipped++
      console.log(`skip  ${e.Package} ${e.Test}`)
    },
    fail: (e) => {
      show(name(e))
      if (e.Test) {
        counts.failed++
        failures.push([name(e), ...(output.get(name(e)) ?? []).filter((line) => !/^\s*(=== |--- )/.test(line)).slice(0, 12)].join('\n  ').trimEnd())
        failedIn.set(e.Package, (failedIn.get(e.Package) ?? 0) + 1)
        return
      }
      console.log(`FAIL  ${e.Package}  ${e.Elapsed} s`)
      // Of tests beside each other go names one that passed, as often as not, as the one that reported it.
      if (races.has(e.Package)) failures.push([`${e.Package}`, ...races.get(e.Package)].join('\n  ').trimEnd())
      // A package that does not build, or panics outside of a test, is a failure too.
      if (!failedIn.has(e.Package)) {
        counts.failed++
        failures.push(`${e.Package} does not build, or ends outside of a test`)
      }
    },
  }
  const code = await start('go', ['test', '-json', '-count=1', '-timeout=10m', ...flags, ...packages], root, (line) => {
    let e
    try {
      e = JSON.parse(line)
    } catch {
      console.log(line)
      return
    }
    if (e.Action === 'output' || e.Action === 'build-output') {
      if (e.Action === 'build-output') process.stdout.write(e.Output)
      const key = name(e)
      if (!output.has(key)) output.set(key, [])
      output.get(key).push(e.Output)
      if (e.Output.startsWith('WARNING: DATA RACE')) reporting.add(e.Package)
      if (!reporting.has(e.Package)) return
      if (e.Output.startsWith('==================')) reporting.delete(e.Package)
      else if (!races.has(e.Package)) races.set(e.Package, [e.Output.trimEnd()])
      else if (races.get(e.Package).length < 80) races.get(e.Package).push(e.Output.trimEnd())
      return
    }
    finished[e.Action]?.(e)
    if (e.Action in finished) output.delete(name(e))
  })
  countExit(`go test ${packages.join(' ')}`, code, counts)
  return counts
}

/** A suite may fail without a failed test: it did not build, it was killed, something threw beside its tests. */
function countExit(what, code, counts) {
  if (code === 0 || counts.failed > 0) return
  counts.failed = 1
  failures.push(`${what} ended with ${code}, and no test of it failed: see above`)
}

/** The page: vitest. The browser: the same runner with another configuration. Both also write their numbers to a file. */
async function vitest(args, env = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'jari-test-'))
  try {
    const file = join(folder, 'report.json')
    const code = await start('npm', ['run', '--silent', ...args, '--', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`], frontend, null, env)
    let report = {}
    try {
      report = JSON.parse(readFileSync(file, 'utf8'))
    } catch (error) {
      console.log(`no report: ${error.message}`)
    }
    const counts = {
      passed: report.numPassedTests ?? 0,
      failed: report.numFailedTests ?? 0,
      skipped: (report.numPendingTests ?? 0) + (report.numTodoTests ?? 0),
    }
    for (const file of report.testResults ?? []) {
      const path = file.name.replace(root, '')
      const failed = file.assertionResults.filter((test) => test.status === 'failed')
      for (const test of failed) failures.push(`${path}: ${test.fullName}\n  ${(test.failureMessages[0] ?? '').split('\n').slice(0, 12).join('\n  ')}`)
      if (file.status === 'failed' && failed.length === 0) failures.push(`${path}\n  ${file.message}`)
    }
    countExit(`npm run ${args.join(' ')}`, code, counts)
    return counts
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** The packages that are not contended. */
async function calm() {
  const names = (list) => {
    const { stdout, status } = spawnSync('go', ['list', ...list], { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
    if (status !== 0) throw new Error('go list fails')
    return stdout.trim().split('\n')
  }
  const others = new Set(names(contended))
  return names(['./...']).filter((name) => !others.has(name))
}

const suites = {
  go: () => go(['./...']),
  contended: () => go(contended, '-race'),
  calm: async () => go(await calm()),
  race: () => go(['./...'], '-race'),
  frontend: () => vitest(['test']),
  browser: () => vitest(['test:browser']),
  'browser-real': () => vitest(['test:browser'], { JARI_E2E: 'real' }),
}

const wanted = process.argv.slice(2)
let servers = null
if (wanted.some((suite) => suite !== 'frontend')) {
  console.log('\n==> starting the servers that tests share')
  servers = await up()
  Object.assign(process.env, servers.env)
  if (servers.ours) {
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => down().finally(() => process.exit(1)))
  }
  if (servers.missing.length && process.env.JARI_REQUIRE_SERVICES === '1') {
    console.error(`no ${servers.missing.join(', ')}, and JARI_REQUIRE_SERVICES=1`)
    total.failed++
  }
}
for (const suite of wanted) {
  console.log(`\n==> ${suite}`)
  if (suite === 'browser-real' && servers.missing.length) {
    console.log(`left out, for it needs ${servers.missing.join(', ')}`)
    continue
  }
  const began = Date.now()
  const counts = await suites[suite]()
  console.log(`${suite}: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped in ${Math.round((Date.now() - began) / 1000)} s`)
  add(counts)
}
console.log('')
for (const failure of failures) console.log(`failed: ${failure}\n`)
if (servers) {
  if (servers.ours) await down()
  const absent = servers.missing.length ? `; not to be had here, so embedded only: ${servers.missing.join(', ')}` : ''
  console.log(`real servers: ${servers.real.join(', ') || 'none'}${absent}`)
}
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`)
process.exitCode = total.failed > 0 ? 1 : 0
