import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { createServer } from 'node:net'
import { promisify } from 'node:util'
import { launch } from './process'

/** Real servers for one test file: a Redis of its own, and a part of the shared MariaDB and Kafka that nobody else has. */
export interface Servers {
  env: Record<string, string>
  close(): Promise<void>
}

export async function openServers(folder: string): Promise<Servers> {
  const { JARI_TEST_DATABASE_DSN: dsn, JARI_TEST_KAFKA_BROKERS: brokers } = process.env
  if (!dsn || !brokers) throw new Error('no real MariaDB and Kafka: make services starts them')
  const port = String(await freePort())
  const args = ['--bind', '127.0.0.1', '--port', port, '--save', '', '--appendonly', 'no', '--dir', folder]
  const redis = await launch('redis-server', args, process.env, /Ready to accept connections/)
  const name = `e2e_${randomBytes(6).toString('hex')}`
  await sql(dsn, `CREATE DATABASE ${name}`)
  return {
    env: {
      JARI_REDIS_URL: `redis://127.0.0.1:${port}/0`,
      JARI_DATABASE_DSN: `${dsn}${name}`,
      JARI_KAFKA_BROKERS: brokers,
      JARI_KAFKA_TOPIC_PREFIX: `${name}.`,
      JARI_SIGNING_KEY: randomBytes(32).toString('hex'),
    },
    async close() {
      await redis.end('SIGTERM')
      await sql(dsn, `DROP DATABASE ${name}`)
    },
  }
}

async function sql(dsn: string, statement: string): Promise<void> {
  const [, user, host, port] = /^(\w+)@tcp\(([\d.]+):(\d+)\)\/$/.exec(dsn) ?? []
  if (!user || !host || !port) throw new Error(`${dsn} is not what make services gives`)
  await promisify(execFile)('mariadb', ['--no-defaults', '-h', host, '-P', port, '-u', user, '-e', statement])
}

/** Below the ports that the system hands out by itself. */
async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 10_000)
    const free = await new Promise<boolean>((resolve) => {
      const server = createServer()
      server.once('error', () => { resolve(false) })
      server.listen(port, '127.0.0.1', () => server.close(() => { resolve(true) }))
    })
    if (free) return port
  }
}
