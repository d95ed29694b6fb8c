// The servers as containers of docker-compose.yml, with what .ci/compose.yml changes for tests.
import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { secrets } from './kafka.mjs'
import { freePort, home, program, root, run } from './process.mjs'

const compose = ['compose', '-p', 'jari-tests', '-f', 'docker-compose.yml', '-f', '.ci/compose.yml']
const within = (variables) => ({ cwd: root, env: { ...process.env, ...variables } })

export function hasEngine() {
  const answers = (...args) => spawnSync('docker', args, { stdio: 'ignore' }).status === 0
  return program('docker') !== null && answers('info') && answers('compose', 'version')
}

/** Resolves with env, for the tests, and with the variables by which the same containers are known again. */
export async function start() {
  const [mariadb, redis, kafka, secure] = [await freePort(), await freePort(), await freePort(), await freePort()]
  const folder = join(home, 'kafka')
  mkdirSync(folder, { recursive: true })
  const { key, certificate, password, told } = await secrets(folder, secure)
  const variables = {
    JARI_TEST_MARIADB_PORT: mariadb, JARI_TEST_REDIS_PORT: redis, JARI_TEST_KAFKA_PORT: kafka,
    JARI_TEST_KAFKA_TLS_PORT: secure, JARI_TEST_KAFKA_KEY: key, JARI_TEST_KAFKA_CERTIFICATE: certificate, JARI_TEST_KAFKA_PASSWORD: password,
  }
  await run('docker', [...compose, 'up', '--wait', 'mariadb', 'redis', 'kafka'], within(variables))
  return {
    variables,
    env: {
      JARI_TEST_DATABASE_DSN: `root@tcp(127.0.0.1:${mariadb})/`,
      JARI_TEST_REDIS_URL: `redis://127.0.0.1:${redis}/0`,
      JARI_TEST_KAFKA_BROKERS: `127.0.0.1:${kafka}`,
      ...told,
    },
  }
}

export function live(variables) {
  const { stdout } = spawnSync('docker', [...compose, 'ps', '-q', '--status', 'running'], { ...within(variables), encoding: 'utf8' })
  return stdout?.trim().split('\n').length === 3
}

export async function end(variables) {
  await run('docker', [...compose, 'down', '--volumes'], within(variables))
}
