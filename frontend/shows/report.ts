import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'

const FOLDER = join(import.meta.dirname, '../../test-results')
/** Lines as they come; each show runs in a process of its own. */
const LINES = join(FOLDER, 'page-shows.jsonl')
const REPORT = join(FOLDER, 'page-shows.md')

export interface Line {
  show: string
  what: string
  /** Empty: told for orientation, nothing is asked of it. */
  limit: string
  got: string
  pass: boolean
}

/** Collects what a show measured; `close` fails the show when a limit was not kept. */
export class Report {
  private readonly lines: Line[] = []

  constructor(private readonly show: string) {}

  most(what: string, got: number, limit: number, unit = '', digits = 1): void {
    this.add(what, `<= ${limit}${unit}`, `${fixed(got, digits)}${unit}`, got <= limit)
  }

  least(what: string, got: number, limit: number, unit = '', digits = 1): void {
    this.add(what, `>= ${limit}${unit}`, `${fixed(got, digits)}${unit}`, got >= limit)
  }

  /** All but the worst twentieth are within a limit; and how they spread. */
  worst(what: string, values: readonly number[], limit: number, unit = ' ms'): void {
    this.most(`${what}, p95`, percentile(values, 95), limit, unit)
    this.tell(`${what}: p50, p95, max of ${values.length}`, spread(values, unit))
  }

  /** The middle one is within a limit; and each. */
  middle(what: string, values: readonly number[], within: { most: number } | { least: number }, unit = '', digits = 0): void {
    const middle = percentile(values, 50)
    if ('most' in within) this.most(`${what}, median`, middle, within.most, unit, digits)
    else this.least(`${what}, median`, middle, within.least, unit, digits)
    this.tell(`${what}, each`, `${values.map((value) => fixed(value, digits)).join(', ')}${unit}`)
  }

  /** Something that is so or is not. */
  must(what: string, wanted: string, got: string): void {
    this.add(what, wanted, got, got === wanted)
  }

  tell(what: string, got: string): void {
    this.add(what, '', got, true)
  }

  close(): void {
    expect(this.lines.filter((line) => !line.pass).map((line) => `${line.what}: ${line.got}, limit ${line.limit}`)).toEqual([])
  }

  private add(what: string, limit: string, got: string, pass: boolean): void {
    const line: Line = { show: this.show, what, limit, got, pass }
    this.lines.push(line)
    appendFileSync(LINES, `${JSON.stringify(line)}\n`)
  }
}

export function fixed(n: number, digits: number): string {
  return Number.isFinite(n) ? n.toFixed(digits) : String(n)
}

/** Nearest rank; NaN of nothing. */
export function percentile(values: readonly number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil((sorted.length * p) / 100) - 1)] ?? NaN
}

/** NaN of nothing. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/** "1.0, 2.0, 3.0 ms": the middle, the twentieth worst, the worst. */
export function spread(values: readonly number[], unit = ' ms'): string {
  return `${[50, 95, 100].map((p) => fixed(percentile(values, p), 1)).join(', ')}${unit}`
}

/** Runs once around all shows: begins the report, and prints and keeps it at the end. */
export default function setup(): () => void {
  mkdirSync(FOLDER, { recursive: true })
  rmSync(LINES, { force: true })
  const began = Date.now()
  return () => {
    if (!existsSync(LINES)) return
    const lines = readFileSync(LINES, 'utf8').trim().split('\n').map((line) => JSON.parse(line) as Line)
    const text = table(lines, began)
    writeFileSync(REPORT, text)
    process.stdout.write(`\n${text}\n`)
  }
}

function table(lines: readonly Line[], began: number): string {
  const rows = lines.map((line) => [line.show, line.what, line.limit, line.got, line.limit === '' ? '' : line.pass ? 'PASS' : 'FAIL'])
  const head = ['show', 'measured', 'limit', 'got', '']
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]?.length ?? 0)))
  const row = (cells: readonly string[]) => `| ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`
  const limited = lines.filter((line) => line.limit !== '')
  const failed = limited.filter((line) => !line.pass).length
  return [
    `Shows of the page, ${new Date(began).toISOString()}, ${Math.round((Date.now() - began) / 1000)} s, ${cpus().length} cores (${cpus()[0]?.model ?? '?'}), load at the end ${fixed(loadavg()[0] ?? 0, 2)}`,
    '',
    row(head),
    row(widths.map((width) => '-'.repeat(width))),
    ...rows.map(row),
    '',
    `${limited.length - failed} of ${limited.length} limits kept, ${failed} not`,
    '',
  ].join('\n')
}
