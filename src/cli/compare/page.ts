/**
 * A record as one page that needs nothing else: charts, and beside each the table with its figures.
 */

import { basesOf, cappedSeries, firstResultMs, meanRatio, suitesOf } from './comparison';
import { contenderTitle } from './outcome';
import { contendersChart, loadChart, overviewChart, speedChart, timeChart } from './page-charts';
import { style } from './page-style';
import { hostTitle, onHost, type ProgramRecord, type RunRecord } from './record';
import { cappedLines, crossCheckLines, sizesText } from './report';
import {
  caption,
  coldGrid,
  detailGrid,
  eventsGrid,
  type Grid,
  hostsGrid,
  meansGrid,
  programsGrid,
} from './table';

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

export const escapeHtml = (text: string): string => text.replace(/[&<>"]/g, (char) => entities[char]!);

function table([header = [], ...rows]: Grid): string {
  const line = (cells: readonly string[], tag: 'th' | 'td'): string =>
    cells.map((text) => `<${tag}>${escapeHtml(text)}</${tag}>`).join('');
  const body = rows.map((row) => {
    const mean = row[0]?.startsWith('geometric mean') ? ' class="mean"' : '';
    return `<tr${mean}>${line(row, 'td')}</tr>`;
  });
  return `<div class="wide"><table><thead><tr>${line(header, 'th')}</tr></thead><tbody>\n${body.join('\n')}\n</tbody></table></div>`;
}

/** A chart with its heading; nothing where there is none. */
const figureOf = (title: string, svg: string | undefined): string =>
  svg === undefined ? '' : `<div><h4>${escapeHtml(title)}</h4>${svg}</div>`;

/** The remarks of the terminal's report: a first line, and items below it. */
function remarks([first, ...items]: readonly string[]): string {
  if (first === undefined) return '';
  const list = items.map((item) => `<li>${escapeHtml(item.trim())}</li>`).join('');
  return `<p>${escapeHtml(first)}</p>${list === '' ? '' : `<ul>${list}</ul>`}`;
}

function programPanel(record: RunRecord, program: ProgramRecord, cold: boolean): string {
  const head = `<h3>${escapeHtml(program.name)}</h3><p class="faint">${escapeHtml(sizesText(program))}</p>`;
  if (program.series.length === 0)
    return `<section class="panel">${head}<p class="bad">All failed.</p></section>`;
  const events = eventsGrid(record, program);
  const first = record.options.contenders.flatMap((contender) => {
    const value = firstResultMs(program, contender);
    return value === undefined ? [] : [{ contender, value }];
  });
  return `<section class="panel">${head}
<div class="charts">${figureOf('Time of a warm call, and a dot for each round; lower is better', timeChart(record, program))}
${figureOf('Speed: higher is better', speedChart(record, program))}</div>
${table(detailGrid(record, program, basesOf(record)))}${events === undefined ? '' : table(events)}
<div class="charts">${figureOf('Loading', loadChart(record, program))}
${cold ? figureOf('First result from the start of a process', contendersChart('First result', 'milliseconds', first)) : ''}</div></section>`;
}

function overview(record: RunRecord): string {
  const bases = basesOf(record);
  const suites = suitesOf(record);
  const parts = bases.map((base) => {
    const rows = record.options.contenders.flatMap((contender) => {
      const mean = meanRatio(record, contender, base);
      return mean === undefined ? [] : [{ contender, value: mean.ratio }];
    });
    const means = contendersChart(`Means by ${contenderTitle(base)}`, `x ${contenderTitle(base)}`, rows);
    // A chart a suite: all programs in one would be wider than a screen.
    const charts = suites.map((suite) => {
      const programs = record.programs.filter((program) => program.suite === suite);
      const title = suites.length > 1 ? `Program by program: ${suite}` : 'Program by program';
      return figureOf(title, overviewChart({ ...record, programs }, base));
    });
    return `<section class="panel"><h3>Multiples of ${contenderTitle(base)}, lower is better</h3>
<div class="${record.programs.length > 6 ? 'wide' : 'charts'}">${charts.join('\n')}
${figureOf('Geometric means over all programs', means)}</div>
${table(programsGrid(record, base, { spread: true }))}</section>`;
  });
  const byGroup = suites.length > 1 && bases.length > 0 ? table(meansGrid(record, bases)) : '';
  return parts.join('\n') + byGroup;
}

function hostSection(record: RunRecord, cold: boolean, title: string | undefined): string {
  const crossChecked = remarks(crossCheckLines(record));
  const capped = cappedSeries(record).length > 0 ? remarks(cappedLines(record)) : '';
  return `${title === undefined ? '' : `<h2>${escapeHtml(title)}</h2>`}
${record.programs.length > 1 ? overview(record) : ''}
${crossChecked}${capped}
${record.programs.length > 1 ? '<h2>Program by program</h2>' : ''}
${record.programs.map((program) => programPanel(record, program, cold)).join('\n')}
${cold ? `<h3>From the start of a process to the first result</h3>${table(coldGrid(record))}` : ''}`;
}

function failures(record: RunRecord): string {
  if (record.failures.length === 0) return '';
  const items = record.failures.map(({ program, contender, host, message }) => {
    const where = `${program} on ${contenderTitle(contender)}, ${hostTitle(record, host)}`;
    return `<li><strong>${escapeHtml(where)}</strong>: ${escapeHtml(message)}</li>`;
  });
  return `<h2 class="bad">Failures</h2><ul>${items.join('')}</ul>`;
}

export interface PageOptions {
  /** Whether the first result from the start of a process is shown. */
  readonly cold: boolean;
}

/** The text of the page. */
export function page(record: RunRecord, { cold }: PageOptions): string {
  const severalHosts = record.hosts.length > 1;
  const names = record.programs.map(({ name }) => name);
  const title = names.length > 3 ? `${names.length} programs` : names.join(', ');
  const facts: readonly (readonly [string, string])[] = [
    ['host', record.hosts.map((_, host) => hostTitle(record, host)).join(', ')],
    ['processor', `${record.processor}, ${record.cores} cores`],
    ['date', `${record.date.slice(0, 16).replace('T', ' ')} UTC`],
    ['commit', record.commit ?? 'unknown'],
    ...(record.noEvents === null ? [] : [['counters', record.noEvents] as const]),
  ];
  const sections = record.hosts.map((_, host) =>
    hostSection(onHost(record, host), cold, severalHosts ? hostTitle(record, host) : undefined),
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Heddle: ${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body>
<h1>${escapeHtml(title)} on every engine</h1>
<p class="faint">The same bytecode on each strategy of dispatch. ${escapeHtml(caption(record))}</p>
<dl class="facts">${facts.map(([name, value]) => `<dt>${name}</dt><dd>${escapeHtml(value)}</dd>`).join('')}</dl>
${record.finished ? '' : '<p class="bad">This run was stopped before its end.</p>'}
${failures(record)}
${severalHosts ? `<h2>Hosts, as multiples of the first</h2>${table(hostsGrid(record))}` : ''}
${sections.join('\n')}
</body>
</html>
`;
}
