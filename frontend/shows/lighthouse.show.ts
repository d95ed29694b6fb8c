import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { browserPath } from './browser'
import { connect } from './crowd'
import { spotOf } from './plan'
import { Report } from './report'
import { useStage } from './stage'

/** Fetched by npx when it is first asked for: it is larger than all else that the page is built and tested with. The last that Node 20 runs. */
const LIGHTHOUSE = 'lighthouse@12.8.2'
const RUNS = 5
const LEAST = { performance: 90, accessibility: 95, 'best-practices': 95 } as const
type Category = keyof typeof LEAST
const CATEGORIES = Object.keys(LEAST) as Category[]
const run = promisify(execFile)
const stage = useStage()

interface Verdict {
  /** Lighthouse's yardstick of the processor: the more, the faster; below 1,000 it warns that the device is slow. */
  environment: { benchmarkIndex: number }
  runtimeError?: { code: string; message: string }
  categories: Record<Category, { score: number | null; auditRefs: { id: string; weight: number }[] }>
  audits: Record<string, { title: string; score: number | null }>
}

/** Lighthouse's own phone on its own narrow line. */
async function judge(path: string): Promise<Verdict> {
  const flags = ['--quiet', '--output=json', `--only-categories=${CATEGORIES.join(',')}`, '--chrome-flags=--headless=new --no-sandbox --disable-background-networking --disable-component-update --disable-sync']
  const { stdout } = await run('npx', ['--yes', '--package', LIGHTHOUSE, 'lighthouse', stage.house.url + path, ...flags], { env: { ...process.env, CHROME_PATH: browserPath() }, maxBuffer: 1 << 28 })
  const verdict = JSON.parse(stdout) as Verdict
  if (verdict.runtimeError) throw new Error(`Lighthouse could not look at ${path}: ${verdict.runtimeError.message}`)
  return verdict
}

/** What cost points, worst first. */
function faults({ categories, audits }: Verdict): string {
  const refs = CATEGORIES.flatMap((name) => categories[name].auditRefs.filter((ref) => ref.weight > 0))
  const bad = [...new Set(refs.map((ref) => ref.id))].flatMap((id) => ((audits[id]?.score ?? 1) < 0.9 ? [{ id, score: audits[id]?.score ?? 0 }] : []))
  return bad.sort((a, b) => a.score - b.score).map(({ id, score }) => `${id} ${Math.round(score * 100)}`).join(', ')
}

/** Books a seat and resolves with the path of a link that opens the booking anywhere. */
async function bookedPath(): Promise<string> {
  const { focus } = await spotOf(stage.house, 'demo')
  const buyer = await connect(stage.house)
  await buyer.ask({ type: 'hold', event: 'demo', zone: focus.zone, seats: [focus.id] })
  buyer.close()
  const post = async <T>(path: string, headers: Record<string, string> = {}) => {
    const answer = await fetch(`${stage.house.url}/api/v1${path}`, { method: 'POST', headers: { Authorization: `Bearer ${buyer.token}`, 'Content-Type': 'application/json', ...headers }, body: '{}' })
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
    return (await answer.json()) as T
  }
  const { booking } = await post<{ booking: { id: string } }>('/events/demo/bookings', { 'Idempotency-Key': 'lighthouse' })
  // Which is decided a moment later.
  const decided = () => stage.house.get<{ booking: { status: string } }>(`/bookings/${booking.id}`, { Authorization: `Bearer ${buyer.token}` })
  await expect.poll(async () => (await decided()).booking.status).toBe('confirmed')
  const { key } = await post<{ key: string }>(`/bookings/${booking.id}/link`)
  return `/bookings/${booking.id}#key=${key}`
}

test.each([
  ['event', () => Promise.resolve('/events/demo')],
  ['events', () => Promise.resolve('/')],
  ['booking', bookedPath],
])('lighthouse: %s', async (name, path) => {
  const { stdout } = await run('npx', ['--yes', '--package', LIGHTHOUSE, 'lighthouse', '--version']).catch((cause: unknown) => {
    throw new Error(`${LIGHTHOUSE} cannot be had; the first time npx fetches it from the npm registry`, { cause })
  })
  const report = new Report(`Lighthouse ${stdout.trim()}, ${name} page`)
  const at = await path()
  const verdicts: Verdict[] = []
  for (let i = 0; i < RUNS; i++) verdicts.push(await judge(at))
  for (const category of CATEGORIES) report.middle(category, verdicts.map((verdict) => 100 * (verdict.categories[category].score ?? 0)), { least: LEAST[category] })
  report.tell("the processor by Lighthouse's yardstick", verdicts.map(({ environment }) => Math.round(environment.benchmarkIndex)).join(', '))
  report.tell('below 90 in the last', verdicts.slice(-1).map(faults).join('') || 'nothing')
  report.close()
})
