import { expect, it } from 'vitest'
import { Picture } from './picture'
import { svg } from './svg'

const SIZE = { width: 400, height: 200 }

function rig() {
  const ground = document.createElement('div')
  const picture = new Picture(ground)
  const near = picture.folder()
  const sheets = { wide: picture.wide.add(picture.element), near: picture.near.add(near) }
  svg('path', {}, sheets.near)
  picture.resize(SIZE)
  picture.settle({ x: 0, y: 0, k: 2 })
  const layer = ground.firstElementChild as HTMLElement
  const state = () => [layer.style.transform, near.style.transform, sheets.wide.getAttribute('viewBox'), sheets.near.getAttribute('viewBox')]
  return { picture, state }
}

it('a view is shown by moving the picture as far as that reaches', () => {
  const { picture, state } = rig()
  expect(state()).toEqual(['none', 'none', '-160 -80 520 260', '-50 -25 300 150'])
  expect([{ x: 300, y: 0, k: 2 }, { x: 330, y: 0, k: 2 }, { x: 0, y: 0, k: 5.9 }, { x: 0, y: 0, k: 6.1 }, { x: 100, y: 50, k: 1 }, { x: 100, y: 50, k: 0.7 }].map((view) => picture.reaches(view))).toEqual([true, false, true, false, true, false])
  picture.move({ x: 30, y: 10, k: 3 })
  expect(state()).toEqual(['translate(30px, 10px) scale(1.5)', 'none', '-160 -80 520 260', '-50 -25 300 150'])
})

it('what is far is drawn anew in the middle of a movement, what is near is moved on until it rests', () => {
  const { picture, state } = rig()
  expect(picture.pass({ x: 400, y: 0, k: 2 })).toBe(false)
  expect(state()).toEqual(['none', 'translate(400px, 0px) scale(1)', '-360 -80 520 260', '-50 -25 300 150'])
  expect(picture.pass({ x: 400, y: 0, k: 1 })).toBe(true)
  expect(state()).toEqual(['none', 'translate(400px, 0px) scale(0.5)', '-720 -160 1040 520', '-50 -25 300 150'])
  picture.settle({ x: 400, y: 0, k: 1 })
  expect(state()).toEqual(['none', 'none', '-720 -160 1040 520', '-500 -50 600 300'])
})
