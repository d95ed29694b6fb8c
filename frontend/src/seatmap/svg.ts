const NS = 'http://www.w3.org/2000/svg'

/** Makes an SVG element; a test's document has no other way to tell them from HTML. */
export function svg<K extends keyof SVGElementTagNameMap>(
  name: K,
  attributes: Record<string, string | number> = {},
  parent?: Element,
): SVGElementTagNameMap[K] {
  const element = document.createElementNS(NS, name)
  set(element, attributes)
  parent?.append(element)
  return element
}

export function set(element: Element, attributes: Record<string, string | number>): void {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value))
}
