import { expect, it } from 'vitest'
import { isPush, parseMessage } from './messages'

it.each(['', 'null', '7', '[]', '{}', '{"type":3}', '{"type":'])('leaves alone %j', (text) => {
  expect(parseMessage(text)).toBeNull()
})

it.each([
  ['{"type":"held","id":5,"now":"2026-12-05T10:00:00.000Z","hold":{}}', false],
  ['{"type":"error","id":null,"code":"invalid"}', false],
  ['{"type":"hold","event":"demo","hold":null,"cause":"expired"}', true],
  ['{"type":"changes","event":"demo","zone":"A","epoch":1,"from":1,"version":2,"changes":[[0,1]]}', true],
])('tells answers from pushes: %s', (text, push) => {
  const message = parseMessage(text)
  expect(message && isPush(message)).toBe(push)
})
