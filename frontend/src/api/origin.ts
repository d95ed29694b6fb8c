/** Where the server is: empty on its own pages, an origin such as https://tickets.example where the map is embedded in another's. */
let server = ''

/** Must be called before anything is asked. */
export function serveFrom(origin: string): void {
  server = origin
}

/** The address of a path of the server's. */
export function addressOf(path: string): string {
  return server + path
}

/** The name under which something is kept in the browser for this server: in another's page it may not be the only one. */
export function keptAs(name: string): string {
  return server === '' ? name : `${name}@${server}`
}

/** The address of the live socket. */
export function socketAddress(): string {
  return (server || location.origin).replace(/^http/, 'ws') + '/api/v1/socket'
}
