// A chart in a page, to be touched: pointed at, zoomed, its targets switched on and off. Takes what
// prepare.js takes, so that it looks as the picture of the same chart does.
import { DataZoomInsideComponent, TooltipComponent } from 'echarts/components';
import { echarts } from './parts.js';
import { axisTicks, FONTS, prepare } from './prepare.js';
import { formatters } from './format.js';
import { panelAt, panelName, pickAt, pinned } from './pick.js';
import themes from './theme.json';

// What only a pointer needs.
echarts.use([DataZoomInsideComponent, TooltipComponent]);

// What the numbers of a shape's rows are, by their place; null is not told.
const TOLD = {
  bin: ['from', 'to', 'share'],
  span: ['from', 'to', null],
  violin: [null, 'p5', 'p25', 'median', 'p75', 'p95'],
  whisker: [null, '95% from', '95% to'],
};
// More targets than these do not fit beside a pointer.
const MOST_TOLD = 12;

let ruler;
function textWidth(text, font) {
  ruler = ruler || document.createElement('canvas').getContext('2d');
  ruler.font = font;
  return ruler.measureText(text).width;
}

function list(value) {
  return value === undefined ? [] : Array.isArray(value) ? value : [value];
}

function element(kind, style, text) {
  const made = document.createElement(kind);
  Object.assign(made.style, style);
  if (text !== undefined) made.textContent = text;
  return made;
}

// "12.4 ms" on an axis named "Latency (ms)".
function onAxis(axis, value) {
  if (value === null || value === undefined || value === '') return '';
  if (axis && axis.type === 'category' && axis.data && typeof value === 'number') return String(axis.data[value]);
  if (!axis || axis.type === 'category') return typeof value === 'number' ? formatters.number(value) : String(value);
  const format = (axis.axisLabel && axis.axisLabel.formatter) || formatters.number;
  const unit = /\(([^()]*)\)$/.exec(axis.name || '');
  return format(value) + (unit ? ' ' + unit[1] : '');
}

// Text goes in as text: names are foreign.
function tooltip(head, rows, theme) {
  const box = element('div', { font: '400 13px/1.5 ' + FONTS, color: theme.text, maxWidth: '28rem' });
  if (head) box.append(element('div', { fontWeight: 600, whiteSpace: 'normal' }, head));
  rows.slice(0, MOST_TOLD).forEach(function (row) {
    const line = element('div', { display: 'flex', gap: '.6em', alignItems: 'baseline' });
    line.append(element('span', { flex: 'none', width: '.6em', height: '.6em', borderRadius: '50%', background: row.colour }));
    line.append(element('span', { flex: '1', overflow: 'hidden', textOverflow: 'ellipsis' }, row.name));
    line.append(element('span', { fontWeight: 600, fontVariantNumeric: 'tabular-nums' }, row.text));
    box.append(line);
  });
  if (rows.length > MOST_TOLD) box.append(element('div', {}, rows.length - MOST_TOLD + ' more'));
  return box;
}

function colourOf(series, theme) {
  return (series.itemStyle && series.itemStyle.color) || theme.muted;
}

// What a line says at x: a step holds until the next one, else the row nearer to x of the two around
// it. undefined outside of the line and in its gaps.
function valueAt(series, x) {
  const rows = series.data;
  let next = rows.findIndex((row) => row[0] > x);
  if (next < 0) next = rows.length;
  const left = rows[next - 1];
  const right = rows[next];
  if (series.step) return left && left[1];
  if (left && left[0] === x) return left[1];
  if (!left || !right || typeof left[1] !== 'number' || typeof right[1] !== 'number') return undefined;
  return x - left[0] < right[0] - x ? left[1] : right[1];
}

// Every line over the same axis.
function tellLines(option, theme, at) {
  const panel = option.series[at.seriesIndex].xAxisIndex || 0;
  const axis = list(option.xAxis)[panel];
  const rows = [];
  option.series.forEach(function (series) {
    if (series.type !== 'line' || !series.name || (series.xAxisIndex || 0) !== panel) return;
    const value = valueAt(series, list(at.value)[0]);
    if (typeof value !== 'number' || rows.some((row) => row.name === series.name)) return;
    const text = onAxis(list(option.yAxis)[series.yAxisIndex || 0], value);
    rows.push({ colour: colourOf(series, theme), name: series.name, text: text });
  });
  return rows.length ? tooltip(onAxis(axis, list(at.value)[0]), rows, theme) : '';
}

function tellItem(option, theme, one) {
  const series = option.series[one.seriesIndex];
  const value = list(one.value);
  const x = list(option.xAxis)[series.xAxisIndex || 0];
  const y = list(option.yAxis)[series.yAxisIndex || 0];
  const row = { colour: colourOf(series, theme), name: series.name || '' };
  const told = TOLD[series.shapeName];
  if (told) {
    const parts = told.map((what, i) => what && what + ' ' + onAxis(what === 'share' ? y : x, value[i]));
    row.text = parts.filter(Boolean).join(', ');
    return tooltip('', [row], theme);
  }
  if (series.type === 'radar') {
    row.name = one.name;
    row.text = value.map((v) => formatters.number(v)).join(', ');
    return tooltip('', [row], theme);
  }
  row.text = onAxis(y, value.length > 1 ? value[1] : value[0]);
  return tooltip(onAxis(x, value.length > 1 ? value[0] : one.name), [row], theme);
}

// What a pointer adds to a picture.
function playable(option, theme) {
  const lines = list(option.series).some((series) => series.type === 'line' && list(series.data).length > 1);
  list(option.series).forEach(function (series) {
    if (series.type === 'custom' && !TOLD[series.shapeName]) return;
    series.silent = false;
    series.emphasis = { disabled: true };
  });
  option.tooltip = {
    trigger: lines ? 'axis' : 'item',
    confine: true,
    backgroundColor: theme.background,
    borderColor: theme.axis,
    padding: [8, 12],
    axisPointer: { type: 'line', lineStyle: { color: theme.axis, type: 'dashed' }, label: { show: false } },
    formatter: function (all) {
      return lines ? tellLines(option, theme, list(all)[0]) : tellItem(option, theme, all);
    },
  };
  const zoomed = list(option.xAxis)
    .map((axis, i) => (axis.type === 'value' || axis.type === 'log' || axis.type === 'time' ? i : -1))
    .filter((i) => i >= 0);
  if (zoomed.length) {
    option.dataZoom = [
      {
        type: 'inside',
        xAxisIndex: zoomed,
        filterMode: 'none',
        zoomOnMouseWheel: 'ctrl',
        moveOnMouseWheel: false,
        preventDefaultMouseMove: false,
      },
    ];
  }
  return zoomed;
}

// The name that all axes to zoom have, as "Time to first token (ms)"; '' where they differ.
function axisName(option, zoomed) {
  const names = new Set();
  zoomed.forEach((i) => list(option.xAxis)[i].name && names.add(list(option.xAxis)[i].name));
  return names.size === 1 ? [...names][0] : '';
}

// Draws `chart` into `place` and keeps it fitting. live.d.ts says what it returns.
export function live(place, chart, themeName) {
  const instance = echarts.init(place, null, { renderer: 'svg' });
  const theme = themes[themeName];
  let zoomed = [];
  let option = {};
  let window_ = { start: 0, end: 100 };
  let ends = [0, 1]; // of the first axis to zoom, as a whole
  let told; // whom a zoom is told to
  let following = false;
  let pins = [];

  function draw() {
    const page = { width: place.clientWidth, height: place.clientHeight, theme: themeName, textWidth: textWidth };
    if (!(page.width > 0)) return;
    option = prepare(chart, page);
    zoomed = playable(option, theme);
    if (pins.length && zoomed.length) option.series = list(option.series).concat(pinned(option, pins, zoomed, theme));
    instance.resize();
    instance.setOption(option, true);
    if (zoomed.length) ends = instance.getModel().getComponent('xAxis', zoomed[0]).axis.scale.getExtent();
    if (window_.start > 0 || window_.end < 100) show(window_);
  }

  // Places of labels were chosen for the whole of the axis.
  function renewTicks() {
    const whole = window_.start < 1e-6 && window_.end > 100 - 1e-6;
    const axes = list(option.xAxis).map(function (axis, i) {
      if (!zoomed.includes(i)) return {};
      if (whole) return { axisLabel: { customValues: axis.axisLabel.customValues }, axisTick: { customValues: axis.axisTick.customValues } };
      const model = instance.getModel().getComponent('xAxis', i);
      const ends = model.axis.scale.getExtent();
      const pixels = model.axis.getExtent();
      const at = axisTicks(axis.type, ends[0], ends[1], 8, Math.abs(pixels[1] - pixels[0]), 54);
      return at ? { axisLabel: { customValues: at }, axisTick: { customValues: at } } : {};
    });
    instance.setOption({ xAxis: axes });
  }

  // ECharts counts percents of a logarithmic axis by value; a reader means those of its length.
  function ofLength(percent, back) {
    const axis = list(option.xAxis)[zoomed[0]];
    if (axis.type !== 'log') return percent;
    const ratio = axis.max / axis.min;
    if (back) return (100 * Math.log(1 + (percent / 100) * (ratio - 1))) / Math.log(ratio);
    return (100 * (Math.pow(ratio, percent / 100) - 1)) / (ratio - 1);
  }

  const isLog = () => list(option.xAxis)[zoomed[0]].type === 'log';

  // A place on the whole axis, in percent of its length, and back.
  function valueOf(percent) {
    const share = percent / 100;
    return isLog() ? ends[0] * Math.pow(ends[1] / ends[0], share) : ends[0] + (ends[1] - ends[0]) * share;
  }
  function percentOf(value) {
    if (!isLog()) return (100 * (value - ends[0])) / (ends[1] - ends[0]);
    return value > 0 ? (100 * Math.log(value / ends[0])) / Math.log(ends[1] / ends[0]) : 0;
  }

  function show(range) {
    const width = Math.min(100, Math.max(0.5, range.end - range.start));
    const start = Math.min(100 - width, Math.max(0, range.start));
    instance.dispatchAction({ type: 'dataZoom', start: ofLength(start), end: ofLength(start + width) });
  }

  instance.on('datazoom', function () {
    const now = instance.getOption().dataZoom[0];
    window_ = { start: ofLength(now.start, true), end: ofLength(now.end, true) };
    renewTicks();
    if (told && !following) told(valueOf(window_.start), valueOf(window_.end));
  });
  const observer = new ResizeObserver(draw);
  observer.observe(place);
  draw();

  return {
    zooms: zoomed.length > 0,
    axis: axisName(option, zoomed),
    onZoom: function (tell) {
      told = tell;
    },
    showBetween: function (low, high) {
      const from = Math.max(0, percentOf(low));
      const to = Math.min(100, percentOf(high));
      if (!(to > from)) return;
      following = true;
      show({ start: from, end: to });
      following = false;
    },
    zoom: function (times) {
      const middle = (window_.start + window_.end) / 2;
      const half = (window_.end - window_.start) / 2 / times;
      show({ start: middle - half, end: middle + half });
    },
    pan: function (share) {
      const by = (window_.end - window_.start) * share;
      show({ start: window_.start + by, end: window_.end + by });
    },
    // What lies between two pixels of the place on the x axis of the panel at height y, and that axis' name.
    range: function (from, to, y) {
      const axes = list(option.xAxis);
      const inside = (i, x) => instance.containPixel({ gridIndex: axes[i].gridIndex || 0 }, [x, y]);
      const panel = axes.findIndex((_, i) => inside(i, from) || inside(i, to) || inside(i, (from + to) / 2));
      if (panel < 0) return undefined;
      const ends = instance.getModel().getComponent('xAxis', panel).axis.scale.getExtent();
      const value = (x) => Math.min(ends[1], Math.max(ends[0], instance.convertFromPixel({ xAxisIndex: panel }, x)));
      return { name: panelName(axes, panel), low: value(Math.min(from, to)), high: value(Math.max(from, to)) };
    },
    // The first panel with an axis to zoom, in pixels of the place.
    panel: function () {
      if (!zoomed.length) return undefined;
      const axes = list(option.xAxis);
      const grid = instance.getModel().getComponent('grid', axes[zoomed[0]].gridIndex || 0);
      const box = grid.coordinateSystem.getRect();
      return { left: box.x, right: box.x + box.width, top: box.y, bottom: box.y + box.height };
    },
    pick: function (x, y) {
      return pickAt(instance, option, x, y);
    },
    // What the x axis says at a pixel.
    valueAt: function (x, y) {
      const panel = panelAt(instance, option, x, y);
      return zoomed.includes(panel) ? instance.convertFromPixel({ xAxisIndex: panel }, x) : undefined;
    },
    pin: function (some) {
      pins = some;
      draw();
    },
    reset: function () {
      show({ start: 0, end: 100 });
    },
    svg: function () {
      return instance.renderToSVGString();
    },
    dispose: function () {
      observer.disconnect();
      instance.dispose();
    },
  };
}
