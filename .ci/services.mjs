// Real servers for tests: MariaDB, Redis and Kafka on free ports of loopback. Each is a process of ours with its data in .services/, or,
// where a Docker engine runs, a container of docker-compose.yml. No server that runs already is touched.
// Usage: node .ci/services.mjs up|down|status
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { setTimeout as pause } from 'node:timers/promises'
import * as containers from './services/containers.mjs'
import { kafka } from './services/kafka.mjs'
import { freePort, hears, home, launch, program, run, until } from './services/process.mjs'

const stateFile = join(home, 'state.json')

const servers = {
  redis: {
    needs: () => program('redis-server'),
    async start(folder, runs) {
      const port = await freePort()
      const child = launch(folder, program('redis-server'), ['--bind', '127.0.0.1', '--port', port, '--save', '', '--appendonly', 'no', '--dir', folder, '--set-proc-title', 'no'])
      runs(child.pid)
      await until(child, folder, async () => (await hears(port, 'PING\r\n')).startsWith('+PONG'))
      const version = (await run(program('redis-server'), ['--version'])).match(/v=(\S+)/)?.[1]
      return { name: `Redis ${version}`, env: { JARI_TEST_REDIS_URL: `redis://127.0.0.1:${port}/0` } }
    },
  },
  mariadb: {
    needs: () => program('mariadbd') && program('mariadb-install-db') && program('my_print_defaults'),
    async start(folder, runs) {
      const port = await freePort()
      const data = join(folder, 'data')
      const who = `--user=${userInfo().username}`
      await run(program('mariadb-install-db'), ['--no-defaults', `--datadir=${data}`, who, '--auth-root-authentication-method=normal', '--skip-test-db'])
      const child = launch(folder, program('mariadbd'), [
        '--no-defaults', `--datadir=${data}`, who, `--port=${port}`, '--bind-address=127.0.0.1', '--skip-name-resolve',
        // A socket's path must be short.
        '--socket=s', '--pid-file=pid', '--innodb-buffer-pool-size=64M', '--max-connections=500',
        // What an installation is likely to have, and Jari must not depend on.
        '--character-set-server=latin1', '--collation-server=latin1_swedish_ci', '--sql-mode=', '--transaction-isolation=REPEATABLE-READ',
      ])
      runs(child.pid)
      await until(child, folder, async () => (await hears(port)).includes('MariaDB'))
      const version = (await run(program('mariadbd'), ['--version'])).match(/Ver (\d+\.\d+\.\d+)/)?.[1]
      return { name: `MariaDB ${version}`, env: { JARI_TEST_DATABASE_DSN: `root@tcp(127.0.0.1:${port})/` } }
    },
  },
  kafka,
}

function state() {
  return existsSync(stateFile) ? JSON.parse(readFileSync(stateFile, 'utf8')) : null
}

/** A process of ours is known by its folder, which its command names: a number alone may be another's by now. */
function lives({ pid, folder }) {
  return spawnSync('ps', ['-ww', '-o', 'args=', '-p', pid], { encoding: 'utf8' }).stdout.includes(folder)
}

/**
 * Starts what is not running. Resolves with env, for the tests; real and missing, names of servers; and ours: whether this call has
 * started them.
 */
export async function up() {
  const before = state()
  if (before && (before.containers ? containers.live(before.containers) : before.running.every(lives))) return { ...before, ours: false }
  if (before) await down()
  if (containers.hasEngine()) return upInContainers()
  const began = { env: {}, real: [], missing: [], running: [] }
  mkdirSync(home, { recursive: true })
  const started = await Promise.allSettled(
    Object.entries(servers).map(async ([name, server]) => {
      if (!server.needs()) {
        began.missing.push(name)
        return
      }
      const folder = join(home, name)
      rmSync(folder, { recursive: true, force: true })
      mkdirSync(folder, { recursive: true })
      try {
        const { name: called, env } = await server.start(folder, (pid) => began.running.push({ pid, folder }))
        began.real.push(called)
        Object.assign(began.env, env)
      } catch (error) {
        throw new Error(`${name}: ${error.message}`)
      }
    }),
  )
  writeFileSync(stateFile, JSON.stringify(began, null, 2))
  const failed = started.find(({ status }) => status === 'rejected')
  if (failed) {
    await down()
    throw failed.reason
  }
  return { ...began, ours: true }
}

/** The same three as containers. */
async function upInContainers() {
  const { variables, env } = await containers.start()
  const began = { containers: variables, env, real: ['MariaDB, Redis and Kafka in the containers of docker-compose.yml'], missing: [], running: [] }
  writeFileSync(stateFile, JSON.stringify(began, null, 2))
  return { ...began, ours: true }
}

/** Ends what up has started, and removes its data. */
export async function down() {
  const before = state()
  if (before?.containers) await containers.end(before.containers)
  for (const server of before?.running ?? []) {
    if (!lives(server)) continue
    process.kill(server.pid, 'SIGTERM')
    const late = Date.now() + 10_000
    while (lives(server)) {
      if (Date.now() > late) process.kill(server.pid, 'SIGKILL')
      await pause(20)
    }
  }
  for (const name of [...Object.keys(servers), 'state.json']) rmSync(join(home, name), { recursive: true, force: true })
}

function print({ env, real, missing }) {
  if (real.length) console.log(`running: ${real.join(', ')}`)
  if (missing.length) console.log(`cannot be had here: ${missing.join(', ')}`)
  for (const [key, value] of Object.entries(env)) console.log(`export ${key}='${value}'`)
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const commands = {
    up: async () => print(await up()),
    down,
    status: () => print(state() ?? { env: {}, real: [], missing: [] }),
  }
  const command = commands[process.argv[2] ?? '']
  if (!command) {
    console.error('usage: node .ci/services.mjs up|down|status')
    process.exit(2)
  }
  await command()
}
