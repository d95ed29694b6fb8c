// Real servers for tests: MariaDB, Redis and Kafka on free ports of loopback. Each is a process of ours with its data in .services/, or,
// where a Docker engine runs, a container of docker-compose.yml. No server that runs already is touched.
// Usage: node .ci/services.mjs up|down|status
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, openSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { setTimeout as pause } from 'node:timers/promises'

const root = new URL('..', import.meta.url).pathname
const home = join(root, '.services')
const stateFile = join(home, 'state.json')
const patience = 60_000

/** The program's path, or null. */
function program(name) {
  const folders = [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/usr/local/sbin']
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path)) ?? null
}

/** Below the ports that the system hands out by itself, so that no client's socket takes it meanwhile. */
async function freePort() {
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

/** Runs a command to its end and returns what it says; what fails shows all of it. */
function run(command, args, options = {}) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8', ...options })
  if (error) throw error
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ends with ${status}:\n${stdout}${stderr}`)
  return stdout
}

/** Starts a server in the background; its output is in its folder. It outlives this process. */
function launch(folder, command, args, env = {}) {
  const log = openSync(join(folder, 'log'), 'a')
  const child = spawn(command, args, { detached: true, stdio: ['ignore', log, log], cwd: folder, env: { ...process.env, ...env } })
  child.unref()
  return child
}

/** Waits until the server answers, or says why it ended. */
async function until(child, folder, answers) {
  const late = Date.now() + patience
  while (!(await answers())) {
    if (child.exitCode !== null || child.signalCode !== null || Date.now() > late) {
      throw new Error(`it does not start:\n${readFileSync(join(folder, 'log'), 'utf8').slice(-4_000)}`)
    }
    await pause(50)
  }
}

/** What a server says first, or says to a few bytes; empty while it does not answer. */
function hears(port, bytes = '') {
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

const servers = {
  redis: {
    needs: () => program('redis-server'),
    async start(folder, runs) {
      const port = await freePort()
      const child = launch(folder, program('redis-server'), ['--bind', '127.0.0.1', '--port', port, '--save', '', '--appendonly', 'no', '--dir', folder, '--set-proc-title', 'no'])
      runs(child.pid)
      await until(child, folder, async () => (await hears(port, 'PING\r\n')).startsWith('+PONG'))
      const version = run(program('redis-server'), ['--version']).match(/v=(\S+)/)?.[1]
      return { name: `Redis ${version}`, env: { JARI_TEST_REDIS_URL: `redis://127.0.0.1:${port}/0` } }
    },
  },
  mariadb: {
    needs: () => program('mariadbd') && program('mariadb-install-db') && program('my_print_defaults'),
    async start(folder, runs) {
      const port = await freePort()
      const data = join(folder, 'data')
      const who = `--user=${userInfo().username}`
      run(program('mariadb-install-db'), ['--no-defaults', `--datadir=${data}`, who, '--auth-root-authentication-method=normal', '--skip-test-db'])
      const child = launch(folder, program('mariadbd'), [
        '--no-defaults', `--datadir=${data}`, who, `--port=${port}`, '--bind-address=127.0.0.1', '--skip-name-resolve',
        // A socket's path must be short.
        '--socket=s', '--pid-file=pid', '--innodb-buffer-pool-size=64M', '--max-connections=500',
        // What an installation is likely to have, and Jari must not depend on.
        '--character-set-server=latin1', '--collation-server=latin1_swedish_ci', '--sql-mode=', '--transaction-isolation=REPEATABLE-READ',
      ])
      runs(child.pid)
      await until(child, folder, async () => (await hears(port)).includes('MariaDB'))
      const version = run(program('mariadbd'), ['--version']).match(/Ver (\d+\.\d+\.\d+)/)?.[1]
      return { name: `MariaDB ${version}`, env: { JARI_TEST_DATABASE_DSN: `root@tcp(127.0.0.1:${port})/` } }
    },
  },
  kafka: {
    needs: () => program('java') && program('mvn'),
    async start(folder, runs) {
      const [port, controller] = [await freePort(), await freePort()]
      const config = join(folder, 'server.properties')
      const options = {
        'node.id': 1,
        'process.roles': 'broker,controller',
        listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controller}`,
        'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
        'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
        'controller.listener.names': 'CONTROLLER',
        'controller.quorum.voters': `1@127.0.0.1:${controller}`,
        'log.dirs': join(folder, 'data'),
        'auto.create.topics.enable': false,
        'offsets.topic.replication.factor': 1,
        'offsets.topic.num.partitions': 4,
        'transaction.state.log.replication.factor': 1,
        'transaction.state.log.min.isr': 1,
        'group.initial.rebalance.delay.ms': 0,
        // A killed worker is missed soon.
        'group.min.session.timeout.ms': 1_000,
        'log.cleaner.dedupe.buffer.size': 16 << 20,
      }
      writeFileSync(config, Object.entries(options).map(([key, value]) => `${key}=${value}\n`).join(''))
      const classpath = kafkaClasspath()
      const java = (main, ...args) => [
        '-Xms128m', '-Xmx384m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', `-Dlog4j2.configurationFile=${join(root, '.ci/kafka/log4j2.yaml')}`,
        '-cp', classpath, main, ...args,
      ]
      run('java', java('kafka.tools.StorageTool', 'format', '--cluster-id', 'amFyaS1mb3ItdGVzdHMtMQ', '--config', config))
      const child = launch(folder, 'java', java('kafka.Kafka', config))
      runs(child.pid)
      await until(child, folder, () => readFileSync(join(folder, 'log'), 'utf8').includes('Kafka Server started'))
      const version = classpath.match(/kafka_2\.13-([\d.]+)\.jar/)?.[1]
      return { name: `Kafka ${version}`, env: { JARI_TEST_KAFKA_BROKERS: `127.0.0.1:${port}` } }
    },
  },
}

/** The jars of the broker, fetched once by Maven. */
function kafkaClasspath() {
  const pom = join(root, '.ci/kafka/pom.xml')
  const file = join(home, 'kafka.classpath')
  const known = () => existsSync(file) && statSync(file).mtimeMs > statSync(pom).mtimeMs && readFileSync(file, 'utf8')
  const present = (classpath) => classpath && classpath.split(':').every((jar) => existsSync(jar))
  if (!present(known())) {
    console.log('fetching Kafka (44 MB, once)')
    run('mvn', ['-q', '-B', '-f', pom, 'dependency:build-classpath', '-DincludeScope=runtime', `-Dmdep.outputFile=${file}`])
  }
  return readFileSync(file, 'utf8').trim()
}

const composeArgs = ['compose', '-p', 'jari-tests', '-f', 'docker-compose.yml', '-f', '.ci/compose.yml']

function hasEngine() {
  const answers = (...args) => spawnSync('docker', args, { stdio: 'ignore' }).status === 0
  return program('docker') !== null && answers('info') && answers('compose', 'version')
}

/** The same three as containers. */
async function upInContainers() {
  const [mariadb, redis, kafka] = [await freePort(), await freePort(), await freePort()]
  const ports = { JARI_TEST_MARIADB_PORT: mariadb, JARI_TEST_REDIS_PORT: redis, JARI_TEST_KAFKA_PORT: kafka }
  run('docker', [...composeArgs, 'up', '--wait', 'mariadb', 'redis', 'kafka'], { cwd: root, env: { ...process.env, ...ports } })
  const began = {
    containers: ports,
    env: {
      JARI_TEST_DATABASE_DSN: `root@tcp(127.0.0.1:${mariadb})/`,
      JARI_TEST_REDIS_URL: `redis://127.0.0.1:${redis}/0`,
      JARI_TEST_KAFKA_BROKERS: `127.0.0.1:${kafka}`,
    },
    real: ['MariaDB, Redis and Kafka in the containers of docker-compose.yml'],
    missing: [],
    running: [],
  }
  mkdirSync(home, { recursive: true })
  writeFileSync(stateFile, JSON.stringify(began, null, 2))
  return { ...began, ours: true }
}

function containersLive(ports) {
  const { stdout } = spawnSync('docker', [...composeArgs, 'ps', '-q', '--status', 'running'], { cwd: root, env: { ...process.env, ...ports }, encoding: 'utf8' })
  return stdout?.trim().split('\n').length === 3
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
  if (before && (before.containers ? containersLive(before.containers) : before.running.every(lives))) return { ...before, ours: false }
  if (before) await down()
  if (hasEngine()) return upInContainers()
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

/** Ends what up has started, and removes its data. */
export async function down() {
  const before = state()
  if (before?.containers) run('docker', [...composeArgs, 'down', '--volumes'], { cwd: root, env: { ...process.env, ...before.containers } })
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
