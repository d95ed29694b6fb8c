/** What has the focus where the node is: in a shadow root the document knows of nothing but its host. */
export function focusedAround(node: Node | null | undefined): Element | null {
  const root: Node | undefined = node?.getRootNode()
  return root && 'activeElement' in root && root.activeElement instanceof Element ? root.activeElement : null
}
