// What servers of every kind are started with.
import { execFile, spawn } from 'node:child_process'
import { existsSync, openSync, readFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { setTimeout as pause } from 'node:timers/promises'

export const root = new URL('../..', import.meta.url).pathname
/** Where the data of the servers is, each in a folder of its name. */
export const home = join(root, '.services')
const patience = 60_000

/** The program's path, or null. */
export function program(name) {
  const folders = [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/usr/local/sbin']
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path)) ?? null
}

/** Below the ports that the system hands out by itself, so that no client's socket takes it meanwhile. */
export async function freePort() {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 10_000)
    const free = await new Promise((resolve) => {
      const server = createServer()
      server.once('error', () => resolve(false))
      server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
    })
    if (free) return port
  }
}

/** Runs a command to its end and resolves with what it says; what fails shows all of it. */
export async function run(command, args, options = {}) {
  try {
    return (await promisify(execFile)(command, args, { maxBuffer: 64 << 20, ...options })).stdout
  } catch (error) {
    throw new Error(`${command} ${args.join(' ')} ends with ${error.code ?? error.signal}:\n${error.stdout}${error.stderr}`)
  }
}

/** Starts a server in the background; its output is in its folder. It outlives this process. */
export function launch(folder, command, args, env = {}) {
  const log = openSync(join(folder, 'log'), 'a')
  const child = spawn(command, args, { detached: true, stdio: ['ignore', log, log], cwd: folder, env: { ...process.env, ...env } })
  child.unref()
  return child
}

/** Waits until the server answers, or says why it ended. */
export async function until(child, folder, answers) {
  const late = Date.now() + patience
  while (!(await answers())) {
    if (child.exitCode !== null || child.signalCode !== null || Date.now() > late) {
      throw new Error(`it does not start:\n${readFileSync(join(folder, 'log'), 'utf8').slice(-4_000)}`)
    }
    await pause(50)
  }
}

/** What a server says first, or says to a few bytes; empty while it does not answer. */
export function hears(port, bytes = '') {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' }, () => bytes && socket.write(bytes))
    socket.setTimeout(1_000, () => socket.destroy())
    socket.once('data', (data) => {
      socket.destroy()
      resolve(data.toString('latin1'))
    })
    socket.once('error', () => resolve(''))
    socket.once('close', () => resolve(''))
  })
}
