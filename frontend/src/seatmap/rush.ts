/** Most changes that move, of this second and the one before. */
const CALM = 12

/** How much others do. In a rush nothing moves: that would be noise, and each frame of it keeps waiting what the buyer does. */
export class Rush {
  private second = 0
  private changes = 0
  private before = 0

  /** Counts changes at a time, ms; tells whether they may move. */
  calm(changes: number, at: number): boolean {
    this.turn(at)
    this.changes += changes
    return this.before + this.changes <= CALM
  }

  private turn(at: number): void {
    const second = Math.floor(at / 1000)
    if (second === this.second) return
    this.before = second === this.second + 1 ? this.changes : 0
    this.changes = 0
    this.second = second
  }
}
