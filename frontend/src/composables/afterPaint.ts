/** Does what need not be in the frame that answers a click once that frame is on the screen; what it returns takes that back. */
export function afterPaint(act: () => void): () => void {
  let then: ReturnType<typeof setTimeout> | undefined
  const frame = requestAnimationFrame(() => {
    then = setTimeout(act)
  })
  return () => {
    cancelAnimationFrame(frame)
    clearTimeout(then)
  }
}
