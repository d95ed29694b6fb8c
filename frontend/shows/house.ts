import { execFile } from 'node:child_process'
import { accessSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { setPriority, tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { launch, type Process } from '../e2e/process'

const BINARY = process.env.JARI_BINARY ?? join(import.meta.dirname, '../../bin/jari')
const run = promisify(execFile)
/** Clock ticks of /proc in a second, everywhere on Linux. */
const TICKS = 100

/** A server of our own with an empty data folder; it puts the demonstration hall on sale by itself as event `demo`. */
export class House {
  private constructor(
    readonly url: string,
    private readonly node: Process,
    private readonly folder: string,
  ) {}

  static async open(): Promise<House> {
    accessSync(BINARY) // says that it is missing
    const folder = mkdtempSync(join(tmpdir(), 'jari-shows-'))
    const node = await launch(BINARY, ['serve', '--listen', '127.0.0.1:0', '--data-dir', folder], process.env, /http:\/\/\S+/)
    return new House(node.found[0], node, folder)
  }

  /** Puts an event on sale in a generated house, under that house's name. */
  async add(plan: 'bowl' | 'stadium'): Promise<void> {
    const file = join(this.folder, `${plan}.json`)
    await run('/bin/sh', ['-c', '"$0" venue demo "$1" > "$2"', BINARY, plan, file])
    await this.command('venue', 'import', file, '--id', plan)
    await this.createEvent(plan, plan)
  }

  async createEvent(venue: string, id: string): Promise<void> {
    await this.command('event', 'create', '--venue', venue, '--title', id, '--id', id)
  }

  async get<T>(path: string, headers: Record<string, string> = {}): Promise<T> {
    const answer = await fetch(`${this.url}/api/v1${path}`, { headers })
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
    return (await answer.json()) as T
  }

  get pid(): number {
    return this.node.pid
  }

  /** CPU time that the server has used, ms. */
  cpu(): number {
    const [, rest = ''] = readFileSync(`/proc/${this.node.pid}/stat`, 'utf8').split(') ')
    const fields = rest.split(' ')
    return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS
  }

  /** Lets all else go first: a buyer's device does not share its processor with the server. */
  yield(): void {
    for (const thread of readdirSync(`/proc/${this.node.pid}/task`)) {
      try {
        setPriority(Number(thread), 15)
      } catch (cause) {
        if (existsSync(`/proc/${this.node.pid}/task/${thread}`)) throw cause // else it ended meanwhile
      }
    }
  }

  async close(): Promise<void> {
    await this.node.end('SIGTERM')
    rmSync(this.folder, { recursive: true })
  }

  private async command(...args: string[]): Promise<void> {
    const [noun = '', verb = '', ...rest] = args
    await run(BINARY, [noun, verb, '--data-dir', this.folder, ...rest])
  }
}
