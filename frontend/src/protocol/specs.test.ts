import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { Validator } from '@seriousme/openapi-schema-validator'
import { Ajv } from 'ajv'
import formats from 'ajv-formats'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'

const FOLDER = resolve(import.meta.dirname, '../../../docs')

/** The official schemas are large, and compiled once, ms. */
const COMPILING = 60_000

type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

const read = (name: string) => parse(readFileSync(resolve(FOLDER, name), 'utf8')) as Json
const files: Record<string, Json> = { 'openapi.yaml': read('openapi.yaml'), 'asyncapi.yaml': read('asyncapi.yaml') }

/** All references below a node. */
function references(node: Json): string[] {
  if (node === null || typeof node !== 'object') return []
  const own = !Array.isArray(node) && typeof node.$ref === 'string' ? [node.$ref] : []
  return [...own, ...Object.values(node).flatMap(references)]
}

/** What a reference leads to, undefined when it leads nowhere. */
function target(reference: string, from: string): Json | undefined {
  const [file = '', pointer = ''] = reference.split('#')
  let at: Json | undefined = files[file === '' ? from : file]
  for (const key of pointer.split('/').slice(1)) {
    const name = key.replaceAll('~1', '/').replaceAll('~0', '~')
    at = at !== null && typeof at === 'object' && !Array.isArray(at) ? at[name] : undefined
  }
  return at
}

describe('the descriptions of the protocol', () => {
  it('openapi.yaml is OpenAPI 3.1', async () => {
    const result = await new Validator().validate(files['openapi.yaml'] as Record<string, unknown>)
    expect(result.errors ?? []).toEqual([])
    expect(result.valid).toBe(true)
  }, COMPILING)

  it('asyncapi.yaml is AsyncAPI 3.0', () => {
    const official = createRequire(import.meta.url)('@asyncapi/specs/schemas/3.0.0.json') as object
    // The official file brings draft 7 of JSON Schema along, which Ajv has too.
    const ajv = new Ajv({ strict: false, meta: false, validateSchema: false })
    formats.default(ajv)
    const valid = ajv.validate(official, files['asyncapi.yaml'])
    expect(ajv.errors ?? []).toEqual([])
    expect(valid).toBe(true)
  }, COMPILING)

  it.each(Object.keys(files))('every reference of %s leads somewhere', (name) => {
    const lost = references(files[name] ?? null).filter((r) => target(r, name) === undefined)
    expect(lost).toEqual([])
  })
})
