/**
 * The style of the page: its colours for light and dark, and where things stand.
 */

export const style = `
:root {
  color-scheme: light dark;
  --paper: #ffffff; --panel: #f6f7f9; --ink: #1c2024; --faint: #5f6873; --rule: #dfe3e8; --bad: #b3261e;
  --twin: #8a8f98;
  --engine-0: #b07aa1; --engine-1: #2f6fb3; --engine-2: #d9822b; --engine-3: #2a9d78; --engine-4: #c8414b;
  --engine-5: #6f5fb8; --engine-6: #8c6d31; --engine-7: #3b9ab2;
  --stage-0: #9ecae1; --stage-1: #4292c6; --stage-2: #08519c;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14171a; --panel: #1c2126; --ink: #e6e9ec; --faint: #9aa4af; --rule: #333a42; --bad: #ff8a80;
    --twin: #8f97a1;
    --engine-0: #cfa0c2; --engine-1: #63a4e6; --engine-2: #f0a050; --engine-3: #4cc49c; --engine-4: #ee6b74;
    --engine-5: #9d8fe6; --engine-6: #c8a560; --engine-7: #68c3da;
    --stage-0: #2f5f8a; --stage-1: #5b9bd0; --stage-2: #b5daf2;
  }
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2rem 1.25rem 4rem; max-width: 1180px; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0 0 .3rem; }
h2 { font-size: 1.3rem; margin: 2.6rem 0 .6rem; padding-bottom: .25rem; border-bottom: 1px solid var(--rule); }
h3 { font-size: 1.1rem; margin: 0 0 .1rem; }
h4 { font-size: .85rem; font-weight: 600; color: var(--faint); margin: .9rem 0 .2rem; }
p { margin: .3rem 0 .8rem; max-width: 75ch; }
.faint { color: var(--faint); }
.bad { color: var(--bad); }
dl.facts { display: grid; grid-template-columns: max-content 1fr; gap: .1rem 1rem; margin: .9rem 0; }
dl.facts dt { color: var(--faint); }
dl.facts dd { margin: 0; overflow-wrap: anywhere; }
.panel { background: var(--panel); border: 1px solid var(--rule); border-radius: 8px; padding: 1rem 1.2rem; margin: 1rem 0; }
.charts { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: .4rem 2rem; }
.wide { overflow-x: auto; }
.wide svg { width: auto; }
svg { width: 100%; height: auto; display: block; font-family: inherit; }
table { margin: .8rem 0; border-collapse: collapse; font-size: .85rem; font-variant-numeric: tabular-nums; }
th, td { padding: .25rem .55rem; text-align: right; border-bottom: 1px solid var(--rule); white-space: nowrap; }
th:first-child, td:first-child { text-align: left; padding-left: 0; }
thead th { font-weight: 600; color: var(--faint); vertical-align: bottom; white-space: normal; }
tr.mean { font-weight: 600; }
ul { margin: .3rem 0 .8rem; padding-left: 1.2rem; }
@media (max-width: 860px) { .charts { grid-template-columns: minmax(0, 1fr); } }
@media print { body { max-width: none; } .panel { break-inside: avoid; } }
`;
