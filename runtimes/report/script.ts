/**
 * What the page does beyond being read: the choice of light and dark, a readout under the pointer or the
 * arrow keys, the choice of a symbol, tables that sort. Everything is there without it.
 */

export const SCRIPT = `
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)]

  const theme = document.querySelector('#theme')
  const root = document.documentElement
  const host = matchMedia('(prefers-color-scheme: dark)')
  const isDark = () => root.dataset.theme ? root.dataset.theme === 'dark' : host.matches
  const name = () => { theme.textContent = isDark() ? 'Light' : 'Dark' }
  theme.hidden = false
  theme.addEventListener('click', () => { root.dataset.theme = isDark() ? 'light' : 'dark'; name() })
  host.addEventListener('change', name)
  name()

  for (const figure of all('[data-chart]')) {
    const { times, rows } = JSON.parse(figure.querySelector('script').textContent)
    const output = figure.querySelector('output')
    const still = output.textContent
    const hairs = all('.hair', figure)
    let at = -1
    const show = (index) => {
      at = Math.max(0, Math.min(times.length - 1, index))
      output.textContent = times[at] + '  ' + rows.map((row) => row[0] + ' ' + row[at + 1]).join('  ')
      for (const hair of hairs) {
        hair.hidden = false
        hair.style.left = (at + 0.5) / times.length * 100 + '%'
      }
    }
    const hide = () => {
      output.textContent = still
      for (const hair of hairs) hair.hidden = true
      at = -1
    }
    const point = (event) => {
      const box = hairs[0].parentElement.getBoundingClientRect()
      show(Math.floor((event.clientX - box.left) / box.width * times.length))
    }
    if (times.length === 0) continue
    figure.addEventListener('pointermove', point)
    figure.addEventListener('pointerdown', point)
    figure.addEventListener('pointerleave', hide)
    figure.addEventListener('blur', hide)
    figure.addEventListener('keydown', (event) => {
      const step = { ArrowLeft: -1, ArrowRight: 1, PageUp: -20, PageDown: 20 }[event.key]
      if (event.key === 'Escape') hide()
      if (step === undefined) return
      event.preventDefault()
      show(at < 0 ? times.length - 1 : at + step)
    })
  }

  const choice = document.querySelector('#symbol')
  const choose = () => {
    for (const figure of all('[data-symbol]')) figure.hidden = figure.dataset.symbol !== choice.value
  }
  if (choice) {
    choice.hidden = false
    choice.addEventListener('change', choose)
    choose()
  }

  for (const table of all('table.sortable')) {
    const heads = all('thead th', table)
    heads.forEach((head, column) => head.addEventListener('click', () => {
      const down = head.getAttribute('aria-sort') === 'ascending'
      for (const other of heads) other.removeAttribute('aria-sort')
      head.setAttribute('aria-sort', down ? 'descending' : 'ascending')
      const body = table.tBodies[0]
      const key = (row) => {
        const text = row.cells[column].dataset.v
        return text === '' || Number.isNaN(Number(text)) ? text : Number(text)
      }
      const order = (a, b) => a < b ? -1 : a > b ? 1 : 0
      const sorted = [...body.rows].sort((a, b) => order(key(a), key(b)))
      body.append(...(down ? sorted.reverse() : sorted))
    }))
  }
})()
`
