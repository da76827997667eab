/**
 * The looks of the page at /docs: one column on a phone, a list of operations beside it on a screen, light or
 * dark as the host asks.
 */

export const STYLE = `
:root {
  color-scheme: light dark;
  --paper: #fbfaf8; --card: #ffffff; --ink: #1b1d22; --soft: #5d6470; --line: #e4e1da; --sunk: #f3f1ec;
  --accent: #0b5d66; --get: #1f6f43; --post: #9a4b00; --code: #16181d; --code-ink: #e7e9ee; --mark: #fff3c4;
  --shadow: 0 1px 2px rgb(27 29 34 / 6%);
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #101216; --card: #171a20; --ink: #e6e8ec; --soft: #9aa2af; --line: #2a2e37; --sunk: #1d2129;
    --accent: #6cc5cf; --get: #7fce9f; --post: #f0b070; --code: #0b0d10; --code-ink: #d9dde5;
    --mark: #3a3415; --shadow: none;
  }
}
* { box-sizing: border-box; }
html { scroll-behavior: smooth; scroll-padding-top: 1.5rem; -webkit-text-size-adjust: 100%; }
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 16px/1.6 ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
}
a { color: var(--accent); text-decoration-thickness: 1px; text-underline-offset: 3px; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
code, pre { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: .875em; }
p code, li code, td code { overflow-wrap: anywhere; }
h1, h2, h3, p, ul { margin: 0; }
.skip { position: absolute; left: -100vw; }
.skip:focus { left: 1rem; top: 1rem; background: var(--card); padding: .5rem 1rem; z-index: 1; }

header {
  max-width: 78rem; margin: 0 auto;
  padding: clamp(2rem, 6vw, 4.5rem) clamp(1rem, 4vw, 2.5rem) 1.5rem;
}
header h1 {
  font-size: clamp(2rem, 6vw, 3.25rem); line-height: 1.1; letter-spacing: -.025em;
  font-weight: 650;
}
header .brand {
  color: var(--accent); font-weight: 650; letter-spacing: .14em; font-size: .8rem;
  margin-bottom: .75rem;
}
header .lead { max-width: 46rem; color: var(--soft); margin-top: 1rem; }
header .facts { display: flex; flex-wrap: wrap; gap: .5rem 1.5rem; margin-top: 1.25rem; font-size: .9rem; }

.frame { max-width: 78rem; margin: 0 auto; padding: 0 clamp(1rem, 4vw, 2.5rem) 5rem; }
nav { border-top: 1px solid var(--line); padding: 1rem 0 0; font-size: .875rem; }
nav > ul { display: flex; flex-wrap: wrap; gap: .25rem 1rem; list-style: none; padding: 0; }
nav ul ul { display: none; }
nav a { text-decoration: none; display: inline-block; padding: .2rem 0; }
nav a:hover { text-decoration: underline; }
@media (min-width: 64rem) {
  .frame { display: grid; grid-template-columns: 17rem minmax(0, 1fr); gap: 3rem; align-items: start; }
  nav { position: sticky; top: 0; max-height: 100vh; overflow-y: auto; padding: 1.5rem .5rem 2rem 0; }
  nav > ul { display: block; }
  nav > ul > li { margin-bottom: 1rem; }
  nav > ul > li > a { font-weight: 600; color: var(--ink); }
  nav ul ul { display: block; list-style: none; padding: 0; }
  nav ul ul a { color: var(--soft); padding: .1rem 0; line-height: 1.35; }
  nav ul ul a:hover { color: var(--accent); }
}

section { padding-top: 2.5rem; }
section > h2 { font-size: 1.5rem; letter-spacing: -.015em; line-height: 1.25; }
section > .about { color: var(--soft); max-width: 46rem; margin: .4rem 0 1.1rem; }

.op {
  background: var(--card); border: 1px solid var(--line); border-radius: 10px;
  margin-bottom: .6rem; box-shadow: var(--shadow);
}
.op > summary {
  display: grid; grid-template-columns: auto minmax(0, 1fr) auto; gap: .15rem .75rem; align-items: baseline;
  padding: .7rem 1rem; cursor: pointer; list-style: none; border-radius: 10px;
}
.op > summary::-webkit-details-marker { display: none; }
.op > summary:hover { background: var(--sunk); }
.op[open] > summary { border-bottom: 1px solid var(--line); border-radius: 10px 10px 0 0; }
.method {
  font: 650 .7rem/1 ui-monospace, Menlo, Consolas, monospace; letter-spacing: .06em;
  min-width: 2.6rem;
}
.get { color: var(--get); }
.post { color: var(--post); }
.path { font-weight: 600; overflow-wrap: anywhere; }
.what { grid-column: 2 / -1; color: var(--soft); font-size: .9rem; }
.role {
  font-size: .72rem; color: var(--soft); border: 1px solid var(--line); border-radius: 99px;
  padding: .05rem .6rem; white-space: nowrap; grid-area: 1 / 3;
}
@media (min-width: 44rem) {
  .op > summary { grid-template-columns: auto minmax(0, auto) minmax(0, 1fr) auto; }
  .what { grid-area: 1 / 3; }
  .role { grid-area: 1 / 4; }
}
.inside { padding: 1rem clamp(1rem, 3vw, 1.5rem) 1.4rem; scroll-margin-top: 4.5rem; }
.inside > p { max-width: 46rem; }
.inside h3 {
  font-size: .74rem; letter-spacing: .09em; text-transform: uppercase; color: var(--soft);
  font-weight: 650; margin: 1.4rem 0 .5rem;
}
.inside > h3:first-child { margin-top: 0; }
.inside:target { background: linear-gradient(var(--mark), transparent 5rem); }

.fields { list-style: none; padding: 0; }
.fields li { padding: .35rem 0; border-top: 1px solid var(--line); }
.fields > li:first-child { border-top: 0; padding-top: 0; }
.fields .fields { margin: .35rem 0 0 .3rem; padding-left: .9rem; border-left: 2px solid var(--line); }
.name { font-weight: 600; }
.takes { color: var(--soft); font-size: .85rem; overflow-wrap: anywhere; }
.must { color: var(--post); font-size: .72rem; margin-left: .35rem; }
.note { color: var(--soft); font-size: .88rem; max-width: 46rem; }
.or { color: var(--soft); font-size: .85rem; margin: .75rem 0 .35rem; }

pre {
  background: var(--code); color: var(--code-ink); border-radius: 8px; padding: .9rem 1.1rem; margin: 0;
  overflow-x: auto; line-height: 1.5; tab-size: 2;
}
pre code { font-size: .82rem; }
.answer { border-top: 1px solid var(--line); padding: .5rem 0; }
.answer:first-of-type { border-top: 0; padding-top: 0; }
.answer > summary { cursor: pointer; }
.answer > .fields, .answer > .note { margin: .5rem 0 .4rem 1.1rem; }
.status { font: 650 .85rem/1 ui-monospace, Menlo, Consolas, monospace; margin-right: .4rem; }
.good { color: var(--get); }
.bad { color: var(--post); }
.codes { list-style: none; padding: 0; display: flex; flex-wrap: wrap; gap: .35rem; }
.codes a {
  display: inline-block; text-decoration: none;
  font: .76rem/1.5 ui-monospace, Menlo, Consolas, monospace; color: var(--ink);
  background: var(--sunk); border: 1px solid var(--line); border-radius: 6px; padding: .05rem .5rem;
}
.codes a:hover { border-color: var(--accent); }
.codes span { color: var(--soft); }

table { width: 100%; border-collapse: collapse; font-size: .9rem; }
th { text-align: left; font-size: .74rem; letter-spacing: .06em; color: var(--soft); font-weight: 600; }
th, td { padding: .55rem .8rem .55rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
tr:target { background: var(--mark); }
@media (max-width: 43.99rem) {
  thead { display: none; }
  tr { display: block; padding: .6rem 0; border-bottom: 1px solid var(--line); }
  td { display: inline; padding: 0; border: 0; }
  td.long { display: block; color: var(--soft); }
  td.again { display: block; color: var(--soft); font-size: .85rem; }
  td.again::before { content: 'Try again: '; }
}
footer { color: var(--soft); font-size: .85rem; padding-top: 2.5rem; }
@media print {
  :root { --paper: #fff; --card: #fff; --code: #f3f1ec; --code-ink: #1b1d22; }
  nav, .skip { display: none; }
  .op::details-content { content-visibility: visible; height: auto; }
}
`
