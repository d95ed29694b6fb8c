/** Compares what a page shows with what came: what differs from run to run must only be of the same form. */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

/** Stands for more: at the end of a text, as the last of a list, as a key. */
const MORE = '…'

/** Texts that differ from run to run. */
const FORMS = [
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/,
  /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/,
  /^[2-9A-HJ-NP-Z]{8}$/, // a booking's reference
  /^[0-9a-f]{16}$/, // a build of the page
]
/** Of these one text of the page is one thing everywhere. Times are not. */
const NAMES = FORMS.slice(1)

/** The JSON of a line, undefined when it is none. */
export function parsed(line: string): Json | undefined {
  try {
    return JSON.parse(line) as Json
  } catch {
    return undefined
  }
}

/** Whether the page's JSON shows what came. bound keeps what its names stand for, and is only changed when it does. */
export function shows(page: Json, came: Json | undefined, bound: Map<string, string>): boolean {
  const trial = new Map(bound)
  if (came === undefined || !fits(page, came, trial)) return false
  for (const [name, value] of trial) bound.set(name, value)
  return true
}

function fits(page: Json, came: Json | undefined, bound: Map<string, string>): boolean {
  if (came === undefined) return false
  if (typeof page === 'string') return typeof came === 'string' && fitsText(page, came, bound)
  if (Array.isArray(page)) {
    const open = page.at(-1) === MORE
    const items = open ? page.slice(0, -1) : page
    return Array.isArray(came) && (open ? came.length >= items.length : came.length === items.length) && items.every((item, i) => fits(item, came[i], bound))
  }
  if (page === null || typeof page !== 'object') return page === came
  if (came === null || typeof came !== 'object' || Array.isArray(came)) return false
  const keys = Object.keys(page).filter((key) => key !== MORE)
  const more = MORE in page
  return (more || keys.length === Object.keys(came).length) && keys.every((key) => (counts(key) ? typeof came[key] === 'number' : fits(page[key] ?? null, came[key], bound)))
}

/** Numbers that depend on what went before. */
function counts(key: string): boolean {
  return key === 'epoch' || key === 'version' || key === 'from'
}

function fitsText(page: string, came: string, bound: Map<string, string>): boolean {
  if (page.endsWith(MORE)) return came.startsWith(page.slice(0, -1))
  const form = FORMS.find((f) => f.test(page))
  if (!form) return page === came
  if (!form.test(came)) return false
  if (!NAMES.includes(form)) return true
  if ((bound.get(page) ?? came) !== came) return false
  bound.set(page, came)
  return true
}
