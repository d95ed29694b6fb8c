import { fileURLToPath } from 'node:url'

/** What the builder knows of a module: what it imports, at once and later. */
interface Graph {
  getModuleInfo(id: string): { importedIds: readonly string[]; dynamicallyImportedIds: readonly string[] } | null
}

const source = (path: string) => fileURLToPath(new URL(`../src/${path}`, import.meta.url))
const START = source('main.ts')
const ROUTES = source('router.ts')
const EVENT = source('views/EventView.vue')

/** Files of many modules: of every page, of most pages, of the event's page alone, what that shares with others once it is idle, and what it then has for itself. */
const FILES = ['page', 'common', 'choosing', 'parts', 'late'] as const
type File = (typeof FILES)[number]

/** Modules with all that is fetched with them. */
function closure(graph: Graph, from: readonly string[]): Set<string> {
  const seen = new Set<string>()
  const walk = (id: string) => {
    if (seen.has(id)) return
    seen.add(id)
    graph.getModuleInfo(id)?.importedIds.forEach(walk)
  }
  from.forEach(walk)
  return seen
}

function divide(graph: Graph): Map<string, File> {
  const later = (ids: Iterable<string>) => [...ids].flatMap((id) => graph.getModuleInfo(id)?.dynamicallyImportedIds ?? [])
  const start = closure(graph, [START])
  const event = [...closure(graph, [EVENT])].filter((id) => !start.has(id))
  const others = closure(graph, later([ROUTES]).filter((id) => id !== EVENT))
  const files = new Map<string, File>()
  for (const id of closure(graph, later(event))) files.set(id, others.has(id) ? 'parts' : 'late')
  for (const id of event) files.set(id, others.has(id) ? 'common' : 'choosing')
  for (const id of start) files.set(id, 'page')
  // The server looks for these by name.
  files.delete(START)
  files.delete(EVENT)
  return files
}

let files: Map<string, File> | undefined

/**
 * Which file a module goes to. By itself the builder makes one of every set of modules that the same pages and late parts want: a dozen for an
 * event, of which most are smaller than the headers that they are sent with.
 */
export const groups = FILES.map((name, i) => ({
  name: (id: string, graph: Graph) => ((files ??= divide(graph)).get(id) === name ? name : null),
  priority: FILES.length - i,
}))
