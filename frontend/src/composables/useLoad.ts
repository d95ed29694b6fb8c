import { ref, shallowRef, type Ref, type ShallowRef } from 'vue'
import { ApiError } from '@/api/http'

export interface Loading<T> {
  data: ShallowRef<T | null>
  /** Code of the problem that the last try ended with; it stays until one succeeds. */
  problem: Ref<string | null>
  busy: Ref<boolean>
  run: () => Promise<void>
}

/** Something that is read from the server, with its loading and its failing. */
export function useLoad<T>(read: () => Promise<T>): Loading<T> {
  const data = shallowRef<T | null>(null)
  const problem = ref<string | null>(null)
  const busy = ref(false)
  let turn = 0

  async function run(): Promise<void> {
    const mine = ++turn
    busy.value = true
    try {
      const got = await read()
      if (mine !== turn) return
      data.value = got
      problem.value = null
    } catch (cause) {
      if (mine !== turn) return
      if (!(cause instanceof ApiError)) throw cause
      problem.value = cause.code
    } finally {
      if (mine === turn) busy.value = false
    }
  }

  return { data, problem, busy, run }
}
