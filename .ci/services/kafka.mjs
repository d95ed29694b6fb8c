// The Kafka of the tests. Beside the listener that takes everybody it has one that speaks TLS and asks who one is.
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort, home, launch, program, root, run, until } from './process.mjs'

/**
 * What that listener is made of: a key and its certificate, in PEM on one line, and the password of the user jari of PLAIN. Users of SCRAM
 * are made by the tests. told is what tests know of it.
 */
export async function secrets(folder, port) {
  // It comes with Go's own sources, so it is wherever tests of Go can be run.
  const maker = join((await run('go', ['env', 'GOROOT'], { cwd: root })).trim(), 'src/crypto/tls/generate_cert.go')
  await run('go', ['run', maker, '--host', '127.0.0.1', '--ca', '--ecdsa-curve', 'P256'], { cwd: folder })
  const line = (name) => readFileSync(join(folder, name), 'utf8').trim().replaceAll('\n', ' ')
  const password = randomBytes(16).toString('hex')
  return {
    key: line('key.pem'),
    certificate: line('cert.pem'),
    password,
    told: {
      JARI_TEST_KAFKA_TLS_BROKERS: `127.0.0.1:${port}`,
      JARI_TEST_KAFKA_CA_FILE: join(folder, 'cert.pem'),
      JARI_TEST_KAFKA_USERNAME: 'jari',
      JARI_TEST_KAFKA_PASSWORD: password,
    },
  }
}

export const kafka = {
  needs: () => program('java') && program('mvn') && program('go'),
  async start(folder, runs) {
    const [port, secure, controller] = [await freePort(), await freePort(), await freePort()]
    const { key, certificate, password, told } = await secrets(folder, secure)
    const config = join(folder, 'server.properties')
    const modules = 'org.apache.kafka.common.security'
    const options = {
      'node.id': 1,
      'process.roles': 'broker,controller',
      listeners: `PLAINTEXT://127.0.0.1:${port},SECURE://127.0.0.1:${secure},CONTROLLER://127.0.0.1:${controller}`,
      'advertised.listeners': `PLAINTEXT://127.0.0.1:${port},SECURE://127.0.0.1:${secure}`,
      'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,SECURE:SASL_SSL,CONTROLLER:PLAINTEXT',
      'ssl.keystore.type': 'PEM',
      'ssl.keystore.key': key,
      'ssl.keystore.certificate.chain': certificate,
      'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-512',
      'listener.name.secure.plain.sasl.jaas.config': `${modules}.plain.PlainLoginModule required user_jari="${password}";`,
      'listener.name.secure.scram-sha-512.sasl.jaas.config': `${modules}.scram.ScramLoginModule required;`,
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
    writeFileSync(config, Object.entries(options).map(([name, value]) => `${name}=${value}\n`).join(''), { mode: 0o600 })
    const jars = await classpath()
    const java = (main, ...args) => [
      '-Xms128m', '-Xmx384m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', `-Dlog4j2.configurationFile=${join(root, '.ci/kafka/log4j2.yaml')}`,
      '-cp', jars, main, ...args,
    ]
    await run('java', java('kafka.tools.StorageTool', 'format', '--cluster-id', 'amFyaS1mb3ItdGVzdHMtMQ', '--config', config))
    const child = launch(folder, 'java', java('kafka.Kafka', config))
    runs(child.pid)
    await until(child, folder, () => readFileSync(join(folder, 'log'), 'utf8').includes('Kafka Server started'))
    const version = jars.match(/kafka_2\.13-([\d.]+)\.jar/)?.[1]
    return { name: `Kafka ${version}`, env: { JARI_TEST_KAFKA_BROKERS: `127.0.0.1:${port}`, ...told } }
  },
}

/** The jars of the broker, fetched once by Maven. */
async function classpath() {
  const pom = join(root, '.ci/kafka/pom.xml')
  const file = join(home, 'kafka.classpath')
  const known = () => existsSync(file) && statSync(file).mtimeMs > statSync(pom).mtimeMs && readFileSync(file, 'utf8')
  const present = (jars) => jars && jars.split(':').every((jar) => existsSync(jar))
  if (!present(known())) {
    console.log('fetching Kafka (44 MB, once)')
    await run('mvn', ['-q', '-B', '-f', pom, 'dependency:build-classpath', '-DincludeScope=runtime', `-Dmdep.outputFile=${file}`])
  }
  return readFileSync(file, 'utf8').trim()
}
