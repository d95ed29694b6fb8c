import { execFile } from 'node:child_process'
import { accessSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { launch, type Process } from './process'
import { openServers, type Servers } from './servers'

/** The built binary, as `make build` leaves it. */
const BINARY = process.env.JARI_BINARY ?? join(import.meta.dirname, '../../bin/jari')
const PATIENCE = 30_000
const ADDRESS = /http:\/\/(\S+)/

/**
 * What a page is served by. On embedded servers it is one process; on real ones (JARI_E2E=real) a gateway, which can be killed, and a
 * worker, which lives on.
 */
export class Server {
  url = ''
  private address = '127.0.0.1:0'
  private node: Process | null = null
  private worker: Process | null = null
  private readonly folder = mkdtempSync(join(tmpdir(), 'jari-e2e-'))
  private servers: Servers | null = null

  private settings: string[] = []

  /** `settings`: flags beside those that every test needs. */
  static async start(...settings: string[]): Promise<Server> {
    accessSync(BINARY) // says that it is missing
    const server = new Server()
    server.settings = settings
    const real = process.env.JARI_E2E === 'real'
    if (real) await server.settle()
    await server.start()
    if (real) await server.live()
    return server
  }

  /** Makes real servers ready: schema, topics, and the demonstration hall on sale. */
  private async settle(): Promise<void> {
    this.servers = await openServers(this.folder)
    await this.command('migrate')
    const plan = join(this.folder, 'hall.json')
    await promisify(execFile)('/bin/sh', ['-c', '"$0" venue demo hall > "$1"', BINARY, plan])
    await this.command('venue', 'import', plan, '--id', 'demo')
    await this.command('event', 'create', '--id', 'demo', '--venue', 'demo', '--title', 'Midnight in Seoul: the Han River Symphony')
    this.worker = await this.serve('--role', 'worker', '--listen', '127.0.0.1:0')
  }

  /** Resolves when the demonstration event is on sale: a worker that has just come has to be given its part of the log first. */
  private async live(): Promise<void> {
    const { zones } = await this.get<{ zones: { id: string }[] }>('/events/demo')
    const state = `/events/demo/zones/${zones[0]?.id ?? ''}/state`
    for (const late = Date.now() + PATIENCE; !(await this.get<{ live: boolean }>(state)).live; await pause(50)) {
      if (Date.now() > late) throw new Error('the demonstration event does not come on sale')
    }
  }

  /** Starts the process and resolves when it is ready. */
  async start(): Promise<void> {
    const role = this.servers ? ['--role', 'gateway'] : ['--data-dir', this.folder]
    this.node = await this.serve('--listen', this.address, ...role, ...this.settings)
    this.url = this.node.found[0]
    this.address = this.node.found[1] ?? ''
  }

  /** Ends the process as a power cut would. */
  async kill(): Promise<void> {
    await this.node?.end('SIGKILL')
  }

  /** Ends what runs and removes its data. */
  async stop(): Promise<void> {
    await this.node?.end('SIGTERM')
    await this.worker?.end('SIGTERM')
    await this.servers?.close()
    rmSync(this.folder, { recursive: true })
  }

  /** Puts an event on sale beside the running server, as an operator would; returns its id. */
  async createEvent(title: string, holdSeconds: number, ceilingSeconds?: number): Promise<string> {
    const where = this.servers ? [] : ['--data-dir', this.folder]
    const ceiling = ceilingSeconds === undefined ? [] : ['--ceiling-seconds', String(ceilingSeconds)]
    return this.command('event', 'create', ...where, '--venue', 'demo', '--title', title, '--hold-seconds', String(holdSeconds), ...ceiling)
  }

  /** Puts an event on sale in a generated house, under that house's name. */
  async openHouse(plan: 'bowl' | 'stadium' | 'odd'): Promise<string> {
    const where = this.servers ? [] : ['--data-dir', this.folder]
    const file = join(this.folder, `${plan}.json`)
    await promisify(execFile)('/bin/sh', ['-c', '"$0" venue demo "$1" > "$2"', BINARY, plan, file])
    await this.command('venue', 'import', ...where, file, '--id', plan)
    return this.command('event', 'create', ...where, '--venue', plan, '--title', plan, '--id', plan)
  }

  /** Does to the events what an operator does beside the running server: create, pause, open, close. */
  async operate(verb: string, ...args: string[]): Promise<string> {
    const where = this.servers ? [] : ['--data-dir', this.folder]
    return this.command('event', verb, ...where, ...args)
  }

  /** Stores a venue from a plan file's text. */
  async importVenue(id: string, plan: string): Promise<void> {
    const file = join(this.folder, `${id}.json`)
    writeFileSync(file, plan)
    await this.command('venue', 'import', ...(this.servers ? [] : ['--data-dir', this.folder]), file, '--id', id)
  }

  /** The answer to a call of the API; throws when it is none that was hoped for. */
  async ask<T>(path: string, how: RequestInit = {}): Promise<T> {
    const answer = await fetch(`${this.url}/api/v1${path}`, how)
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
    return (await answer.json()) as T
  }

  get<T>(path: string, headers: Record<string, string> = {}): Promise<T> {
    return this.ask<T>(path, { headers })
  }

  private serve(...args: string[]): Promise<Process> {
    return launch(BINARY, ['serve', ...args], { ...process.env, ...this.servers?.env }, ADDRESS)
  }

  private async command(...args: string[]): Promise<string> {
    const { stdout } = await promisify(execFile)(BINARY, args, { env: { ...process.env, ...this.servers?.env } })
    return stdout.trim()
  }
}
