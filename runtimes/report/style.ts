/**
 * The looks of the report: light or dark as the host asks or the reader chooses, readable on a phone and on
 * paper.
 */

const LIGHT = `
  color-scheme: light;
  --paper: #f8f7f4; --card: #ffffff; --ink: #1b1f24; --soft: #5a626d; --line: #e4e1da; --sunk: #f2f0eb;
  --accent: #0b5d66; --bench: #8a6d3b; --up: #1c6b41; --down: #ad3b23; --deny: #8a4b00; --warn: #fff1dc;
  --warn-ink: #6b3a00; --band: rgb(27 31 36 / 12%); --shadow: 0 1px 2px rgb(27 31 36 / 5%);`

const DARK = `
  color-scheme: dark;
  --paper: #101216; --card: #171a20; --ink: #e7e9ed; --soft: #9da5b1; --line: #2a2e37; --sunk: #1d2129;
  --accent: #6cc5cf; --bench: #c9a66b; --up: #78c99a; --down: #ef8f7a; --deny: #f0b463; --warn: #33250f;
  --warn-ink: #f5cf94; --band: rgb(231 233 237 / 16%); --shadow: none;`

export const STYLE = `
:root {${LIGHT}
}
@media (prefers-color-scheme: dark) { :root:not([data-theme=light]) {${DARK}
} }
:root[data-theme=dark] {${DARK}
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0 auto; padding: clamp(1rem, 4vw, 2.5rem); max-width: 76rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.55 ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
  font-variant-numeric: tabular-nums;
}
h1, h2, p, ul, dl, dd, figure, table { margin: 0; padding: 0; }
code { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: .85em; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 3px; border-radius: 4px; }
[hidden] { display: none !important; }
.hidden { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; }

.top { display: flex; justify-content: space-between; align-items: baseline; gap: 1rem; }
.brand { color: var(--accent); font-weight: 650; letter-spacing: .14em; font-size: .75rem; }
.top button {
  font: inherit; font-size: .8125rem; color: var(--soft); background: none; border: 1px solid var(--line);
  border-radius: 99px; padding: .2rem .8rem; cursor: pointer;
}
.top button:hover { color: var(--ink); border-color: var(--soft); }
h1 {
  font-size: clamp(1.75rem, 5vw, 2.75rem); line-height: 1.1; letter-spacing: -.025em; font-weight: 650;
  margin-top: 1.25rem; overflow-wrap: anywhere;
}
.lead { color: var(--soft); margin-top: .5rem; overflow-wrap: anywhere; }
.banner {
  margin-top: 1.25rem; padding: .7rem 1rem; border-radius: 8px; background: var(--warn); color: var(--warn-ink);
}
.banner strong { letter-spacing: .06em; }
.hero { display: flex; flex-wrap: wrap; align-items: baseline; gap: .25rem 1.25rem; margin-top: 1.75rem; }
.hero b { font-size: clamp(2rem, 8vw, 3.25rem); line-height: 1; letter-spacing: -.03em; font-weight: 600; }
.hero .change { font-size: 1.25rem; font-weight: 600; }
.hero .beside { color: var(--soft); }
.up { color: var(--up); }
.down { color: var(--down); }

.figures {
  display: grid; grid-template-columns: repeat(auto-fit, minmax(12rem, 1fr)); gap: 0 2.5rem; margin-top: 1.75rem;
}
.figures > div { border-top: 2px solid var(--ink); padding: .5rem 0 1.25rem; }
.figures h2 { font-size: .8125rem; font-weight: 650; letter-spacing: 0; margin-bottom: .35rem; }
header details { margin-top: 0; font-size: .875rem; }
header .facts { margin-top: .5rem; }
.figures dl div { display: flex; justify-content: space-between; gap: 1rem; padding: .15rem 0; }
.figures dt { color: var(--soft); }
.figures dd { font-weight: 550; white-space: nowrap; }

section { margin-top: 2.75rem; }
h2 { font-size: 1.25rem; letter-spacing: -.01em; line-height: 1.3; margin-bottom: .75rem; }
.head { display: flex; flex-wrap: wrap; justify-content: space-between; align-items: baseline; gap: .5rem 1rem; }
select {
  font: inherit; font-size: .875rem; color: var(--ink); background: var(--card); border: 1px solid var(--line);
  border-radius: 6px; padding: .25rem .5rem; max-width: 100%;
}
.empty, .note { color: var(--soft); }
.note { font-size: .875rem; margin-top: .6rem; }

.chart {
  background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: .9rem 1rem .6rem;
  box-shadow: var(--shadow); --gutter: 3.6rem;
}
figcaption { font-size: .8125rem; color: var(--soft); margin-bottom: .6rem; min-height: 2.6em; }
figcaption output { display: block; color: var(--ink); font-weight: 550; }
.key { margin-right: .9rem; white-space: nowrap; }
.key::before {
  content: ''; display: inline-block; width: .9rem; height: 3px; margin-right: .4rem; vertical-align: .25em;
  background: var(--accent); border-radius: 2px;
}
.key.bench::before { background: repeating-linear-gradient(90deg, var(--bench) 0 4px, transparent 4px 7px); }
.key.fall::before { background: var(--down); height: .6rem; vertical-align: -.02em; opacity: .45; }
.plot { display: grid; grid-template-columns: minmax(0, 1fr) var(--gutter); }
.plot + .plot { margin-top: .75rem; }
.canvas { position: relative; }
.tall .canvas { height: clamp(14rem, 42vw, 22rem); }
.low .canvas { height: clamp(4rem, 12vw, 6.5rem); }
.canvas svg { position: absolute; inset: 0; width: 100%; height: 100%; overflow: visible; }
svg path { fill: none; vector-effect: non-scaling-stroke; }
.grid { stroke: var(--line); stroke-width: 1px; }
path.equity { stroke: var(--accent); stroke-width: 1.75px; stroke-linejoin: round; }
path.area { fill: var(--accent); opacity: .07; }
path.bench { stroke: var(--bench); stroke-width: 1.25px; stroke-dasharray: 5 3; stroke-linejoin: round; }
path.fall { fill: var(--down); fill-opacity: .28; stroke: var(--down); stroke-width: 1px; }
path.band { fill: var(--band); }
path.close { stroke: var(--soft); stroke-width: 1px; stroke-linejoin: round; }
path.wick { stroke: var(--soft); stroke-width: 1px; }
path.up { fill: var(--up); }
path.down { fill: var(--down); }
.ylabels { position: relative; font-size: .75rem; color: var(--soft); }
.ylabels span { position: absolute; left: .5rem; transform: translateY(-50%); white-space: nowrap; }
.feet { position: relative; height: 1.4rem; margin-right: var(--gutter); font-size: .75rem; color: var(--soft); }
.feet span { position: absolute; top: .3rem; transform: translateX(-50%); white-space: nowrap; }
.hair { position: absolute; top: 0; bottom: 0; width: 1px; background: var(--soft); pointer-events: none; }

.mark, .key.entry::before, .key.exit::before, .key.denial::before {
  width: .62rem; height: .62rem; background: var(--up); border-radius: 0;
  clip-path: polygon(50% 0, 100% 100%, 0 100%);
}
.key.entry::before, .key.exit::before, .key.denial::before { vertical-align: -.02em; }
.mark { position: absolute; margin: -.31rem 0 0 -.31rem; }
.dense .mark { width: .4rem; height: .4rem; margin: -.2rem 0 0 -.2rem; opacity: .8; }
.mark.exit, .key.exit::before { background: var(--accent); clip-path: polygon(0 0, 100% 0, 50% 100%); }
.mark.denial, .key.denial::before {
  background: var(--deny);
  clip-path: polygon(
    20% 0, 50% 30%, 80% 0, 100% 20%, 70% 50%, 100% 80%, 80% 100%, 50% 70%, 20% 100%, 0 80%, 30% 50%, 0 20%
  );
}

/* An edge that hides columns is shaded: what is local moves with the table and covers the shade at its end. */
.scroll {
  --shade: color-mix(in srgb, var(--soft) 50%, transparent);
  overflow-x: auto; border-radius: 4px;
  background:
    linear-gradient(90deg, var(--paper) 40%, transparent) left / 2.5rem 100% no-repeat local,
    linear-gradient(270deg, var(--paper) 40%, transparent) right / 2.5rem 100% no-repeat local,
    linear-gradient(90deg, var(--shade), transparent) left / .9rem 100% no-repeat,
    linear-gradient(270deg, var(--shade), transparent) right / .9rem 100% no-repeat;
}
table { border-collapse: collapse; width: 100%; font-size: .875rem; }
.wide { width: max-content; min-width: 100%; }
.wide .text { white-space: nowrap; }
.wide .why { min-width: 13rem; max-width: 24rem; overflow-wrap: anywhere; }
caption, .caption { text-align: left; color: var(--soft); padding-bottom: .5rem; font-size: .875rem; }
th { text-align: left; font-weight: 550; }
thead th { color: var(--soft); font-size: .8125rem; vertical-align: bottom; white-space: nowrap; }
th, td { padding: .4rem .9rem .4rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
tfoot th, tfoot td { border-bottom: 0; border-top: 1px solid var(--ink); font-weight: 650; }
.number { text-align: right; white-space: nowrap; }
.sortable thead button {
  font: inherit; color: inherit; background: none; border: 0; padding: 0; cursor: pointer; white-space: nowrap;
}
.sortable thead button:hover { color: var(--ink); }
[aria-sort] button::after { content: ' ▴'; }
[aria-sort=descending] button::after { content: ' ▾'; }

.heat { min-width: 44rem; text-align: right; border-collapse: separate; border-spacing: 2px; }
.heat th, .heat td { border: 0; padding: .4rem .45rem; text-align: right; border-radius: 4px; }
.heat tbody th, .heat thead th:first-child {
  text-align: left; position: sticky; left: 0; background: var(--paper);
}
.heat td.up, .heat td.down {
  --tone: var(--up); color: var(--ink);
  background: color-mix(in srgb, var(--tone) calc(var(--depth) * 46%), transparent);
}
.heat td.down { --tone: var(--down); }
.heat td.none { background: var(--sunk); opacity: .5; }
.heat td.flat { color: var(--soft); }
.heat td.whole { font-weight: 650; }

.bars th { white-space: nowrap; width: 1%; }
.bars .number { width: 1%; }
.bars .bar { padding-right: 0; }
.bars i {
  display: block; height: .65rem; margin-top: .35rem; border-radius: 2px; background: var(--deny); min-width: 2px;
}
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); gap: 1.5rem 2.5rem; }
.pair { align-items: start; }
.told { max-width: 46rem; margin-bottom: 1.5rem; }
.told p + p { margin-top: .5rem; }
details { margin-top: 1rem; }
summary { cursor: pointer; color: var(--accent); font-weight: 550; padding: .25rem 0; }
.facts { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .3rem 1.25rem; font-size: .875rem; }
.facts dt { color: var(--soft); }
.facts dd { overflow-wrap: anywhere; }
ul { padding-left: 1.1rem; }
footer {
  margin-top: 3rem; padding-top: 1rem; border-top: 1px solid var(--line); color: var(--soft); font-size: .8125rem;
}
@media (max-width: 34rem) {
  .chart { padding: .75rem .6rem .5rem; --gutter: 3rem; }
  .facts { grid-template-columns: minmax(0, 1fr); gap: 0; }
  .facts dd { margin-bottom: .5rem; }
  .bars th { white-space: normal; overflow-wrap: anywhere; min-width: 11.5rem; }
  .figures { grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 0 1.25rem; font-size: .875rem; }
}
@media print {
  :root, :root[data-theme=dark] {${LIGHT}
  --paper: #fff; }
  body { max-width: none; padding: 0; font-size: 10pt; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  .top button, select { display: none; }
  section, .chart { break-inside: avoid; }
  .scroll { overflow: visible; background: none; }
  .wide, .heat { min-width: 0; width: 100%; font-size: 7pt; }
  .wide .why { min-width: 0; }
  th, td { padding: .15rem .4rem .15rem 0; }
}
`
