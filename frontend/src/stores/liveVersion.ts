import { ref } from 'vue'
import { paced } from '@/composables/paced'

/** What is left is counted at most this often, ms: nobody reads faster, and it is counted over the whole house. */
const COUNT_AGAIN = 400

/** Tells those who read states, which are outside reactivity, that some have changed. */
export function useVersion() {
  /** Grows when any state changed, at most once per animation frame. */
  const version = ref(0)
  /** Grows with the version, but not as often: for what is counted. */
  const counts = paced(version, COUNT_AGAIN)
  let bumping = false

  function bump(): void {
    if (bumping) return
    bumping = true
    requestAnimationFrame(() => {
      bumping = false
      version.value++
    })
  }

  return { version, counts, bump }
}
