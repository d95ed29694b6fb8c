import { afterEach, describe, expect, it } from 'vitest'
import { takeInlined } from './inlined'

function put(id: string, text: string, type = 'application/json'): void {
  const script = document.createElement('script')
  script.type = type
  script.id = id
  script.text = text
  document.body.append(script)
}

afterEach(() => {
  document.body.replaceChildren()
})

describe('data that came with the page', () => {
  it('is given once: the second time it would be old', () => {
    put('jari-event', '{"id":"demo","title":"\\u003c/script\\u003e"}')
    expect(takeInlined('jari-event')).toEqual({ id: 'demo', title: '</script>' })
    expect(takeInlined('jari-event')).toBeNull()
  })

  it('is nothing where there is none, where it is cut short, and where something else has the name', () => {
    expect(takeInlined('jari-event')).toBeNull()
    put('jari-event', '{"id":"de')
    expect(takeInlined('jari-event')).toBeNull()
    put('jari-event', '{}', 'text/plain')
    expect(takeInlined('jari-event')).toBeNull()
    document.body.innerHTML = '<p id="jari-events">{}</p>'
    expect(takeInlined('jari-events')).toBeNull()
  })
})
