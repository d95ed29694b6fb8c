import { setTimeout as pause } from 'node:timers/promises'
import type { Hand } from './hand'

/** What is played on a map: how far it is from the whole house to seats, and where. */
export interface Scene {
  hand: Hand
  /** Where on the screen the seat is, px, that the first zoom goes to. */
  focus: { x: number; y: number }
  /** Middle and size of the map on the screen, px. */
  middle: { x: number; y: number }
  width: number
  height: number
  /** px between neighbours at the beginning. */
  pitch: number
}

/** px between neighbours where numbers are read, where seats are seen one by one, and where they are dots. */
const NUMBERS = 27
const SEATS = 18
const DOTS = 8

/** A move that begins late is played faster, but not at once. */
const SHORTEST = 100

/** Ten seconds: from the whole house down to seats with numbers, around, half out, in again, and back. Resolves with what it took, ms. */
export async function play({ hand, focus, middle, width, height, pitch }: Scene): Promise<number> {
  const began = performance.now()
  let end = began
  let at = pitch
  const left = (ms: number) => {
    end += ms
    return Math.max(SHORTEST, end - performance.now())
  }
  const rest = () => pause(left(200))
  const zoom = async (to: number, ms: number, about = middle) => {
    await hand.zoom(about, to / at, left(ms))
    at = to
  }
  const drag = (x: number, y: number, ms: number) => {
    const by = { x: x * width, y: y * height }
    return hand.drag({ x: middle.x - by.x / 2, y: middle.y - by.y / 2 }, by, left(ms))
  }
  await zoom(NUMBERS, 1_800, focus)
  await rest()
  await drag(-0.5, -0.2, 700)
  await drag(0.7, 0.3, 800)
  await rest()
  await zoom(SEATS, 600)
  await drag(-0.6, 0.2, 800)
  await zoom(DOTS, 600)
  await rest()
  await drag(0.5, -0.4, 800)
  await drag(-0.2, 0.2, 700)
  await zoom(NUMBERS, 900)
  await drag(0.1, 0.3, 700)
  await rest()
  await zoom(pitch, 1_200)
  await rest()
  return performance.now() - began
}
