// @vitest-environment node
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import openapiTS, { astToString, COMMENT_HEADER } from 'openapi-typescript'
import { expect, it } from 'vitest'

it('the types of the protocol are those of its description: npm run types writes them', async () => {
  const types = await openapiTS(pathToFileURL(resolve(import.meta.dirname, '../../../docs/openapi.yaml')))
  expect(readFileSync(resolve(import.meta.dirname, 'schema.d.ts'), 'utf8')).toBe(`${COMMENT_HEADER}${astToString(types)}`)
}, 60_000)
