import type { Booking, SeatStateOf } from '@/protocol/shapes'
import { addressOf } from './origin'

const BASE = '/api/v1'

/** How long a call may take before it counts as lost, ms. Longer than the server's own 15 s for a booking. */
const TIMEOUT = 20_000

/** The server said no (RFC 9457), or nothing at all: then `code` is `offline` and `status` 0. */
export class ApiError extends Error {
  constructor(
    readonly code: string,
    readonly status: number,
    readonly detail = '',
    /** Of seat_unavailable: the seats that stood in the way. */
    readonly seats: SeatStateOf[] = [],
    /** Of unavailable and rate_limited: wait this long, ms. */
    readonly retryAfter = 0,
    /** Of unavailable: the booking whose fate is not known yet. */
    readonly booking: Booking | null = null,
  ) {
    super(detail || code)
  }
}

export interface CallOptions {
  method?: 'GET' | 'POST' | 'DELETE'
  body?: unknown
  token?: string | null
  headers?: Record<string, string>
  signal?: AbortSignal
}

/** Calls the public API; answers the JSON, or undefined for 204. */
export async function call<T>(path: string, options: CallOptions = {}): Promise<T> {
  const headers: Record<string, string> = { Accept: 'application/json', ...options.headers }
  if (options.token) headers.Authorization = `Bearer ${options.token}`
  if (options.body !== undefined) headers['Content-Type'] = 'application/json'
  const init: RequestInit = { method: options.method ?? 'GET', headers, signal: withTimeout(options.signal) }
  if (options.body !== undefined) init.body = JSON.stringify(options.body)
  let response: Response
  try {
    response = await fetch(addressOf(BASE + path), init)
  } catch (cause) {
    if (options.signal?.aborted) throw cause
    throw new ApiError('offline', 0)
  }
  if (!response.ok) throw await problem(response)
  if (response.status === 204) return undefined as T
  try {
    return (await response.json()) as T
  } catch {
    throw new ApiError('offline', 0, 'the answer was cut short')
  }
}

function withTimeout(signal?: AbortSignal): AbortSignal {
  const limit = AbortSignal.timeout(TIMEOUT)
  return signal ? AbortSignal.any([signal, limit]) : limit
}

async function problem(response: Response): Promise<ApiError> {
  let body: { code?: unknown; detail?: unknown; seats?: unknown; booking?: Booking } = {}
  try {
    body = (await response.json()) as typeof body
  } catch {
    // A proxy's page instead of our problem: the status says enough.
  }
  const code = typeof body.code === 'string' ? body.code : codeOf(response.status)
  const wait = Number(response.headers.get('Retry-After'))
  return new ApiError(
    code,
    response.status,
    typeof body.detail === 'string' ? body.detail : '',
    Array.isArray(body.seats) ? (body.seats as SeatStateOf[]) : [],
    Number.isFinite(wait) ? wait * 1000 : 0,
    body.booking ?? null,
  )
}

function codeOf(status: number): string {
  if (status === 401) return 'unauthorized'
  if (status === 404) return 'not_found'
  if (status === 429) return 'rate_limited'
  return status >= 502 && status <= 504 ? 'unavailable' : 'internal'
}
