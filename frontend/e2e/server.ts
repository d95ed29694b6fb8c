import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { accessSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'

/** The built binary, as `make build` leaves it. */
const BINARY = process.env.JARI_BINARY ?? join(import.meta.dirname, '../../bin/jari')
const PATIENCE = 30_000

/** A server process with a data folder of its own. It can be killed and started again in the same place. */
export class Server {
  url = ''
  private address = '127.0.0.1:0'
  private process: ChildProcess | null = null
  private said = ''
  private readonly folder = mkdtempSync(join(tmpdir(), 'jari-e2e-'))

  static async start(): Promise<Server> {
    accessSync(BINARY) // says that it is missing
    const server = new Server()
    await server.start()
    return server
  }

  /** Starts the process and resolves when it is ready. */
  async start(): Promise<void> {
    const child = spawn(BINARY, ['serve', '--listen', this.address, '--data-dir', this.folder], { stdio: ['ignore', 'pipe', 'pipe'] })
    this.process = child
    child.stderr.on('data', (b: Buffer) => (this.said = (this.said + b.toString()).slice(-8_000)))
    await new Promise<void>((resolve, reject) => {
      const late = setTimeout(() => {
        reject(new Error(`the server does not start: ${this.said}`))
      }, PATIENCE)
      child.once('exit', (code) => {
        reject(new Error(`the server ended with ${code}: ${this.said}`))
      })
      createInterface({ input: child.stdout }).on('line', (line) => {
        const url = /http:\/\/(\S+)/.exec(line)
        if (!url?.[1]) return
        clearTimeout(late)
        this.url = url[0]
        this.address = url[1]
        resolve()
      })
    })
  }

  /** Ends the process as a power cut would. */
  async kill(): Promise<void> {
    await this.end('SIGKILL')
  }

  /** Ends the process and removes its data. */
  async stop(): Promise<void> {
    await this.end('SIGTERM')
    rmSync(this.folder, { recursive: true })
  }

  private async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const child = this.process
    this.process = null
    if (!child || child.exitCode !== null) return
    const gone = new Promise((resolve) => child.once('exit', resolve))
    child.kill(signal)
    await gone
  }

  /** Puts an event on sale beside the running server, as an operator would; returns its id. */
  async createEvent(title: string, holdSeconds: number): Promise<string> {
    const { stdout } = await promisify(execFile)(BINARY, [
      'event', 'create', '--data-dir', this.folder, '--venue', 'demo', '--title', title, '--hold-seconds', String(holdSeconds),
    ])
    return stdout.trim()
  }

  async get<T>(path: string): Promise<T> {
    const answer = await fetch(`${this.url}/api/v1${path}`)
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
    return (await answer.json()) as T
  }
}
