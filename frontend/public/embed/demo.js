/* A page of its own beside the map: all that it knows of it are the attributes and the events. */
const map = document.getElementById('map')
const controls = document.getElementById('controls')
const log = document.getElementById('log')

for (const type of ['select', 'hold', 'refuse', 'expire', 'book']) {
  map.addEventListener(type, (event) => {
    const line = document.createElement('li')
    line.textContent = `${type} ${JSON.stringify(event.detail)}`
    log.prepend(line)
  })
}

controls.addEventListener('submit', (event) => event.preventDefault())
controls.addEventListener('change', ({ target }) => {
  if (target.name === 'accent') map.style.setProperty('--jari-accent', target.value)
  else map[target.name] = target.value
})
controls.elements.release.addEventListener('click', () => map.release())

/* ?event=...&lang=...&theme=... open it so; without an event, the first that is on sale. */
const asked = new URLSearchParams(location.search)
for (const [name, value] of asked) map.setAttribute(name, value)
if (!asked.has('event')) {
  const { events } = await (await fetch('/api/v1/events')).json()
  const first = events.find((event) => event.phase === 'on_sale') ?? events[0]
  if (first) map.event = first.id
}
for (const name of ['event', 'lang', 'theme']) controls.elements[name].value = map.getAttribute(name) ?? controls.elements[name].value
