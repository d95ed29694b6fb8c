import { spawn, type ChildProcess } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { parsed, shows, type Json } from './shows'

const ROOT = join(import.meta.dirname, '../..')
const WSCAT = join(ROOT, 'frontend/node_modules/wscat/bin/wscat')
const PATIENCE = 60_000
/** The first run on a machine fetches and builds it, where make test has not. */
const K6_PATIENCE = 600_000

/** wscat ends after some seconds, which is right for people; a test ends it when all has come. Its input stays open, as a terminal's. */
const WSCAT_STANDIN = `#!/usr/bin/env node
const child = require('node:child_process').spawn(${JSON.stringify(WSCAT)}, [...process.argv.slice(2), '--wait', '-1'], { stdio: ['pipe', 'inherit', 'inherit'] })
console.log('::wscat:' + process.pid)
process.on('SIGTERM', () => child.stdin.end())
child.on('exit', (code) => process.exit(code))
`
const K6_STANDIN = `#!/bin/sh
exec ${JSON.stringify(join(ROOT, '.ci/k6'))} "$@"
`

/** A fenced block of a page. */
export interface Block {
  language: string
  text: string
  /** Where it begins. */
  line: number
}

export function blocksOf(page: string): Block[] {
  const text = readFileSync(join(ROOT, page), 'utf8')
  return [...text.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map((m) => ({
    language: m[1] ?? '',
    text: m[2] ?? '',
    line: text.slice(0, m.index).split('\n').length,
  }))
}

/** Ends what a command says of errors. */
const TOLD = '::told\n'

/** One shell, into which a reader pastes the blocks of a page. */
export class Shell {
  private readonly folder = mkdtempSync(join(tmpdir(), 'jari-guide-'))
  private readonly bash: ChildProcess
  private heard: (line: string) => void = () => undefined
  private said = ''
  /** All that the command says of errors is heard: it comes by a pipe of its own, and may come after its end. */
  private told: () => void = () => undefined
  /** What a text of the page stands for, so that it stands for the same everywhere. */
  private readonly bound = new Map<string, string>()

  constructor(private readonly url: string) {
    this.command('wscat', WSCAT_STANDIN)
    this.command('k6', K6_STANDIN)
    const env = { ...process.env, PATH: `${this.folder}:${process.env.PATH ?? ''}`, K6_NO_USAGE_REPORT: 'true', HOLD_P95_MS: '20000' }
    this.bash = spawn('bash', ['-s'], { cwd: ROOT, env, stdio: ['pipe', 'pipe', 'pipe'] })
    this.bash.stderr?.on('data', (b: Buffer) => {
      this.said = (this.said + b.toString()).slice(-4_000)
      if (!this.said.includes(TOLD)) return
      this.said = this.said.replace(TOLD, '')
      this.told()
    })
    if (this.bash.stdout) createInterface({ input: this.bash.stdout }).on('line', (line) => this.heard(line))
  }

  private command(name: string, script: string): void {
    writeFileSync(join(this.folder, name), script)
    chmodSync(join(this.folder, name), 0o755)
  }

  /** Runs a block. All that is expected must come, in any order and with other messages between; then what still runs is ended. */
  async run(block: Block, expected: Json[]): Promise<void> {
    const came: string[] = []
    const missing = [...expected]
    let running = 0
    const finish = () => {
      if (running > 0) process.kill(running)
      running = 0
    }
    const told = new Promise<void>((resolve) => {
      this.told = resolve
    })
    const code = await new Promise<number>((resolve, reject) => {
      const late = setTimeout(() => {
        finish()
        reject(new Error(this.report(block, 'does not end', came, missing)))
      }, block.text.includes('k6 run') ? K6_PATIENCE : PATIENCE)
      this.heard = (line) => {
        const [, mark, value] = /^::(wscat|end):(\d+)$/.exec(line) ?? []
        if (mark === 'wscat') running = Number(value)
        else if (mark === 'end') {
          running = 0
          clearTimeout(late)
          resolve(Number(value))
        } else {
          came.push(line)
          const message = parsed(line)
          const index = missing.findIndex((m) => shows(m, message, this.bound))
          if (index >= 0) missing.splice(index, 1)
        }
        if (missing.length === 0) finish()
      }
      // The shell's own input is the page: no command may read on in it. An answer of curl ends without a new line.
      this.bash.stdin?.write(`{\n${block.text.replaceAll('http://127.0.0.1:8080', this.url)}\n} </dev/null; code=$?; echo ::told >&2; printf '\\n::end:%d\\n' $code\n`)
    })
    await told
    if (missing.length > 0) throw new Error(this.report(block, 'lacks answers', came, missing))
    if (code !== 0) throw new Error(this.report(block, `ends with ${code}`, came, missing))
  }

  private report(block: Block, what: string, came: string[], missing: Json[]): string {
    const lines = (list: string[]) => list.map((l) => `  ${l.slice(0, 600)}`).join('\n')
    return `line ${block.line} ${what}\nmissing:\n${lines(missing.map((m) => JSON.stringify(m)))}\ncame:\n${lines(came)}\n${this.said}`
  }

  close(): void {
    this.bash.kill()
    rmSync(this.folder, { recursive: true })
  }
}
