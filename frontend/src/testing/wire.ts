import type { Wire } from '@/protocol/wire'

/** A socket whose other end is the test. */
export class FakeWire implements Wire {
  readyState = 0
  readonly sent: Record<string, unknown>[] = []
  closed: number | undefined
  onopen: ((event: Event) => void) | null = null
  onmessage: ((event: MessageEvent) => void) | null = null
  onclose: ((event: CloseEvent) => void) | null = null
  onerror: ((event: Event) => void) | null = null

  send(text: string): void {
    this.sent.push(JSON.parse(text) as Record<string, unknown>)
  }

  close(code?: number): void {
    this.closed = code
    this.readyState = 3
  }

  opens(): void {
    this.readyState = 1
    this.onopen?.(new Event('open'))
  }

  says(message: object): void {
    this.onmessage?.(new MessageEvent('message', { data: JSON.stringify(message) }))
  }

  ends(code: number): void {
    this.readyState = 3
    this.onclose?.({ code } as CloseEvent)
  }

  /** The last request of a type. */
  asked(type: string): Record<string, unknown> | undefined {
    return this.sent.findLast((m) => m.type === type)
  }
}
