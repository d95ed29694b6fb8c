/** Only what is surely no address is refused; empty is allowed. */
export function mayBeEmail(text: string): boolean {
  return text.trim() === '' || /^\S+@\S+\.\S+$/.test(text.trim())
}
