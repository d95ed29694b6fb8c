import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import type { Page, Response } from 'playwright-core'
import { parse } from 'yaml'
import type { Json } from './shows'

/** Holds what pages get from a real server to openapi.yaml and asyncapi.yaml, as strictly as the server's own tests do. */

type Fields = Record<string, Json>
const isFields = (node: Json | undefined): node is Fields => node !== null && typeof node === 'object' && !Array.isArray(node)

/** Forbids fields that are not described. */
function closed(node: Json): Json {
  if (Array.isArray(node)) return node.map(closed)
  if (!isFields(node)) return node
  const own = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, closed(value)]))
  return own.type === 'object' && isFields(own.properties) ? { additionalProperties: false, ...own } : own
}

const read = (name: string) => closed(parse(readFileSync(join(import.meta.dirname, '../../docs', name), 'utf8')) as Json) as Fields
const http = read('openapi.yaml')
const ajv = new Ajv2020({ strict: false, validateSchema: false })
formats.default(ajv)
ajv.addSchema(http, 'jari:/openapi.yaml')
ajv.addSchema(read('asyncapi.yaml'), 'jari:/asyncapi.yaml')

/** What is wrong with a JSON text of that shape, null when nothing is. */
function wrong(place: string, text: string): string | null {
  const fits = ajv.getSchema(`jari:/${place}`)
  if (!fits) return `${place} is not described: ${text.slice(0, 500)}`
  return fits(JSON.parse(text)) === true ? null : `${place}: ${ajv.errorsText(fits.errors)}: ${text.slice(0, 500)}`
}

/** Of a message that a server sent. */
function wrongMessage(text: string): string | null {
  const { type } = JSON.parse(text) as { type: string }
  return wrong(`asyncapi.yaml#/components/schemas/${type === 'hold' ? 'hold_push' : type}`, text)
}

/** The calls as they are described, the more exact addresses first. */
const paths = Object.entries(http.paths as Fields)
  .map(([template, item]) => ({ template, item: item as Fields, form: new RegExp(`^${template.replaceAll(/\{\w+\}/g, '[^/]+')}$`) }))
  .sort((a, b) => a.template.split('{').length - b.template.split('{').length)

const escaped = (key: string) => key.replaceAll('~', '~0').replaceAll('/', '~1')

/** Of an answer of HTTP; those of the page's own files are not described. */
async function wrongAnswer(response: Response): Promise<string | null> {
  const { pathname } = new URL(response.url())
  if (!pathname.startsWith('/api/v1/') || (await response.serverAddr()) === null) return null // the latter is a test's own answer
  const [method, status] = [response.request().method().toLowerCase(), String(response.status())]
  const path = paths.find((p) => p.form.test(pathname) && p.item[method] !== undefined)
  const responses = (path?.item[method] as Fields | undefined)?.responses as Fields | undefined
  const described = responses?.[status] ?? (response.status() >= 500 ? responses?.default : undefined)
  if (!path || !isFields(described)) return `${method} ${pathname}: ${status} is not described`
  const kind = (response.headers()['content-type'] ?? '').split(';')[0] ?? ''
  if (!kind.endsWith('json')) return null
  const at = typeof described.$ref === 'string' ? described.$ref : `#/paths/${escaped(path.template)}/${method}/responses/${status}`
  return wrong(`openapi.yaml${at}/content/${escaped(kind)}/schema`, await response.text())
}

/** Watches a page; what it gets and is not described is told. */
export function watch(page: Page, tell: (defect: string) => void): void {
  page.on('websocket', (socket) => {
    socket.on('framereceived', ({ payload }) => {
      const defect = wrongMessage(payload.toString())
      if (defect) tell(defect)
    })
  })
  page.on('response', (response) => {
    wrongAnswer(response).then(
      (defect) => {
        if (defect) tell(defect)
      },
      () => undefined, // the page has gone, and the body with it
    )
  })
}
