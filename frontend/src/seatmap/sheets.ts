import type { Box } from '@/protocol/shapes'
import { svg } from './svg'

/**
 * Drawings of one view on top of each other. A browser goes through all of a drawing for one piece that differs, and keeps the others as
 * they were: what often changes alone has a sheet of its own.
 */
export class Sheets {
  private readonly all = new Set<SVGSVGElement>()
  private viewBox = '0 0 1 1'

  add(parent: Element): SVGSVGElement {
    const sheet = svg('svg', { class: 'sheet', viewBox: this.viewBox, 'aria-hidden': 'true', focusable: 'false' }, parent)
    this.all.add(sheet)
    return sheet
  }

  remove(sheet: SVGSVGElement): void {
    sheet.remove()
    this.all.delete(sheet)
  }

  /** All show this part of the plan. */
  show(box: Box): void {
    this.viewBox = `${box.x} ${box.y} ${box.width} ${box.height}`
    for (const sheet of this.all) sheet.setAttribute('viewBox', this.viewBox)
  }
}

/** Sheets by zone, each made when it is first drawn on. */
export class ZoneSheets<Z> {
  private readonly of = new Map<Z, SVGSVGElement>()
  private readonly empty = new Set<SVGSVGElement>()

  constructor(
    private readonly sheets: Sheets,
    private readonly parent: Element,
  ) {}

  get(zone: Z): SVGSVGElement {
    let sheet = this.of.get(zone)
    if (!sheet) this.of.set(zone, (sheet = this.sheets.add(this.parent)))
    else if (this.empty.delete(sheet)) sheet.classList.remove('hidden')
    return sheet
  }

  /** Sheets with nothing on them are none: the browser would lay each out anew for another view. */
  tidy(): void {
    for (const sheet of this.of.values()) {
      if (this.empty.has(sheet) || sheet.querySelector('path, text')) continue
      this.empty.add(sheet)
      sheet.classList.add('hidden')
    }
  }

  drop(zone: Z): void {
    const sheet = this.of.get(zone)
    if (!sheet) return
    this.sheets.remove(sheet)
    this.of.delete(zone)
    this.empty.delete(sheet)
  }
}

/** An element that holds sheets. */
export function folder(name: string, parent?: Element): HTMLElement {
  const element = document.createElement('div')
  element.className = `folder ${name}`
  parent?.append(element)
  return element
}
