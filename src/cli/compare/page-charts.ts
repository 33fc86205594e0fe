/**
 * The charts of the page, drawn by ECharts into SVG text without a browser. Colours are the page's variables, so one drawing serves
 * light and dark.
 */

import { BarChart, ScatterChart } from 'echarts/charts';
import { GridComponent, LegendComponent } from 'echarts/components';
import { type EChartsCoreOption, init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { engineNames } from '../../engines/engines';
import { instructionsPerSecond, ratio, seriesOf, timingOf } from './comparison';
import { contenderTitle } from './outcome';
import type { ProgramRecord, RunRecord } from './record';
import { median } from './statistics';
import type { Contender } from './subject';
import { figure, millions } from './table';

use([BarChart, ScatterChart, GridComponent, LegendComponent, SVGRenderer]);

const ink = 'var(--ink)';
const faint = 'var(--faint)';
const rule = 'var(--rule)';
const font = { color: ink, fontFamily: 'inherit', fontSize: 12 };

/** A contender has one colour on the whole page. */
export const colourOf = (contender: Contender): string =>
  contender === 'twin' ? 'var(--twin)' : `var(--engine-${engineNames.indexOf(contender) % 8})`;

function draw(width: number, height: number, title: string, option: EChartsCoreOption): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height });
  try {
    chart.setOption({ animation: false, textStyle: font, ...option });
    const svg = chart.renderToSVGString();
    return svg.replace('<svg ', `<svg role="img" aria-label="${title}" style="max-width:${width}px" `);
  } finally {
    chart.dispose();
  }
}

const valueAxis = (name: string) => ({
  ...{ type: 'value', name, nameLocation: 'middle', nameGap: 26, nameTextStyle: { ...font, color: faint } },
  axisLabel: { ...font, color: faint },
  splitLine: { lineStyle: { color: rule } },
});

const categoryAxis = (names: readonly string[], label: object = {}) => ({
  ...{ type: 'category', data: names, axisTick: { show: false } },
  axisLine: { lineStyle: { color: faint } },
  axisLabel: { ...font, ...label },
});

/** Something that each contender has, as horizontal bars with their figures. */
interface Bars {
  readonly title: string;
  readonly unit: string;
  readonly rows: readonly {
    readonly contender: Contender;
    readonly value: number;
    readonly dots?: readonly number[];
  }[];
}

const width = 460;
const rowHeight = 26;

/** From the top down, in the order given. */
function bars({ title, unit, rows }: Bars): string {
  const shown = [...rows].reverse(); // the axis counts from below
  const dots = shown.flatMap(({ dots: values = [] }, i) => values.map((value) => [value, i]));
  return draw(width, 56 + rowHeight * rows.length, title, {
    grid: { left: 84, right: 64, top: 8, bottom: 44 },
    xAxis: valueAxis(unit),
    yAxis: categoryAxis(shown.map(({ contender }) => contenderTitle(contender))),
    series: [
      {
        type: 'bar',
        barWidth: 14,
        data: shown.map(({ contender, value }) => ({ value, itemStyle: { color: colourOf(contender) } })),
      },
      { type: 'scatter', symbolSize: 5, itemStyle: { color: ink, opacity: 0.65 }, data: dots },
      {
        // The figures, right of all that is drawn.
        ...{ type: 'scatter', symbolSize: 1, itemStyle: { color: 'transparent' } },
        data: shown.map(({ value, dots: values = [] }, i) => [Math.max(value, ...values), i]),
        label: {
          ...{ show: true, position: 'right', distance: 8, ...font },
          formatter: ({ dataIndex }: { dataIndex: number }) => figure(shown[dataIndex]!.value),
        },
      },
    ],
  });
}

type Row = Bars['rows'][number];

const rowsOf = (
  { options }: RunRecord,
  row: (contender: Contender) => Omit<Row, 'contender'> | undefined,
): Row[] =>
  options.contenders.flatMap((contender) => {
    const found = row(contender);
    return found === undefined ? [] : [{ contender, ...found }];
  });

/** Warm times on a program; a dot for each round. */
export function timeChart(record: RunRecord, program: ProgramRecord): string {
  const rows = rowsOf(record, (one) => {
    const timing = timingOf(program, one);
    return timing && { value: timing.ms, dots: seriesOf(program, one)?.rounds.map(median) ?? [] };
  });
  return bars({ title: 'Time of a call', unit: 'milliseconds', rows });
}

/** Speed on a program; `undefined` where nothing was counted. */
export function speedChart(record: RunRecord, program: ProgramRecord): string | undefined {
  const rows = rowsOf(record, (one) => {
    const value = millions(instructionsPerSecond(program, one));
    return value === undefined ? undefined : { value };
  });
  return rows.length === 0
    ? undefined
    : bars({ title: 'Instructions per second', unit: 'million instructions per second', rows });
}

const stages = [
  ['decode', 'decodeMs'],
  ['verify', 'verifyMs'],
  ['link and prepare', 'prepareMs'],
] as const;

const legend = { bottom: 0, textStyle: font, itemWidth: 12, itemHeight: 12, itemGap: 18 };

/** The stages of loading on each engine; `undefined` where no engine took part. */
export function loadChart(record: RunRecord, program: ProgramRecord): string | undefined {
  const engines = record.options.contenders.filter((one) => (seriesOf(program, one)?.load.length ?? 0) > 0);
  if (engines.length === 0) return undefined;
  const shown = [...engines].reverse();
  return draw(width, 84 + rowHeight * engines.length, 'Loading', {
    grid: { left: 84, right: 64, top: 8, bottom: 72 },
    legend,
    xAxis: valueAxis('milliseconds, in a fresh process'),
    yAxis: categoryAxis(shown.map(contenderTitle)),
    series: stages.map(([name, key], i) => ({
      ...{ type: 'bar', name, stack: 'load', barWidth: 14, itemStyle: { color: `var(--stage-${i})` } },
      data: shown.map((one) => median(seriesOf(program, one)!.load.map((times) => times[key]))),
    })),
  });
}

/** All programs beside each other: a group a program, a bar a contender, in multiples of one of them. */
export function overviewChart(record: RunRecord, base: Contender): string {
  const { programs, options } = record;
  const wide = Math.max(width, 90 + programs.length * (options.contenders.length * 9 + 14));
  const crowded = programs.length > 6;
  return draw(wide, crowded ? 360 : 240, `Multiples of ${contenderTitle(base)}`, {
    grid: { left: 64, right: 12, top: 12, bottom: crowded ? 110 : 56 },
    legend,
    xAxis: categoryAxis(
      programs.map(({ name }) => name),
      { rotate: crowded ? 45 : 0, interval: 0 },
    ),
    yAxis: { ...valueAxis(`x ${contenderTitle(base)}`), nameGap: 40 },
    series: options.contenders.map((one) => ({
      ...{ type: 'bar', name: contenderTitle(one), barGap: '0%', barCategoryGap: '22%', barMaxWidth: 28 },
      itemStyle: { color: colourOf(one) },
      data: programs.map((program) => ratio(program, one, base) ?? null),
    })),
  });
}

/** A few contenders' figures, whatever they are of. */
export const contendersChart = (title: string, unit: string, rows: readonly Row[]): string =>
  bars({ title, unit, rows });
