import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

const PATIENCE = 30_000

/** A process that was started, and has said that it is ready. */
export interface Process {
  /** What its words were found to be. */
  found: RegExpExecArray
  pid: number
  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>
}

/** Starts a process and resolves when a line of its output is what is awaited. */
export async function launch(command: string, args: string[], env: NodeJS.ProcessEnv, awaited: RegExp): Promise<Process> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], env })
  let said = ''
  child.stderr.on('data', (b: Buffer) => (said = (said + b.toString()).slice(-8_000)))
  const gone = new Promise<void>((resolve) => child.once('exit', () => { resolve() }))
  const found = await new Promise<RegExpExecArray>((resolve, reject) => {
    const late = setTimeout(() => {
      reject(new Error(`${command} does not start: ${said}`))
    }, PATIENCE)
    child.once('exit', (code) => {
      clearTimeout(late)
      reject(new Error(`${command} ended with ${code}: ${said}`))
    })
    child.once('error', reject)
    createInterface({ input: child.stdout }).on('line', (line) => {
      said = `${said}${line}\n`.slice(-8_000)
      const match = awaited.exec(line)
      if (!match) return
      clearTimeout(late)
      resolve(match)
    })
  })
  return {
    found,
    pid: child.pid ?? 0,
    async end(signal) {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal)
      await gone
    },
  }
}
