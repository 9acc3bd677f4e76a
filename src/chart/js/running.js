// A chart of what goes on now: drawn once, then given new rows about once a second. On a canvas and
// without animation, as it is watched beside a load whose figures it must not change.
import { CanvasRenderer } from 'echarts/renderers';
import { DataZoomInsideComponent, TooltipComponent } from 'echarts/components';
import { echarts } from './parts.js';
import { formatters, number } from './format.js';
import { FONTS } from './prepare.js';
import themes from './theme.json';

echarts.use([CanvasRenderer, DataZoomInsideComponent, TooltipComponent]);

function clock(value) {
  const s = Math.max(0, Math.round(value));
  const rest = String(s % 60).padStart(2, '0');
  if (s < 3600) return Math.floor(s / 60) + ':' + rest;
  return Math.floor(s / 3600) + ':' + String(Math.floor((s % 3600) / 60)).padStart(2, '0') + ':' + rest;
}

function millis(value) {
  return value >= 1000 ? number(value / 1000) + ' s' : number(value) + ' ms';
}

const FIGURES = { number: number, percent: formatters.percent };

// "@purple" of the page is "--ink-purple" there.
function ink(theme, name) {
  return theme[name] || theme.muted;
}

// Text goes in as text: names are foreign.
function tooltip(theme, head, rows) {
  const box = document.createElement('div');
  box.style.font = '400 13px/1.5 ' + FONTS;
  const title = document.createElement('div');
  title.style.fontWeight = 600;
  title.textContent = head;
  box.append(title);
  rows.forEach(function (row) {
    const line = document.createElement('div');
    const dot = document.createElement('span');
    Object.assign(line.style, { display: 'flex', gap: '.6em', alignItems: 'baseline' });
    Object.assign(dot.style, { flex: 'none', width: '.6em', height: '.6em', borderRadius: '50%', background: row.colour });
    const name = document.createElement('span');
    name.style.flex = '1';
    name.textContent = row.name;
    const value = document.createElement('strong');
    value.textContent = row.text;
    line.append(dot, name, value);
    box.append(line);
  });
  return box;
}

// One request: from its start to its end, in the lane of its place.
function lane(params, api) {
  const from = api.coord([api.value(0), api.value(2)]);
  const to = api.coord([api.value(1), api.value(2)]);
  const height = Math.max(1.5, Math.min(9, api.size([0, 1])[1] * 0.72));
  const shape = echarts.graphic.clipRectByRect(
    { x: from[0], y: from[1] - height / 2, width: Math.max(1.5, to[0] - from[0]), height: height },
    params.coordSys,
  );
  return shape && { type: 'rect', shape: shape, style: { fill: api.visual('color') } };
}

function axes(kind, theme, unit) {
  const common = {
    axisLine: { lineStyle: { color: theme.grid } },
    axisTick: { show: false },
    axisLabel: { color: theme.muted, fontSize: 12, fontFamily: FONTS, hideOverlap: true },
    splitLine: { show: false },
    animation: false,
  };
  const x =
    kind === 'distribution'
      ? { ...common, type: 'log', axisLabel: { ...common.axisLabel, formatter: millis } }
      : { ...common, type: 'value', axisLabel: { ...common.axisLabel, formatter: clock }, minInterval: 1, splitNumber: 5 };
  const y = {
    ...common,
    type: 'value',
    min: 0,
    splitNumber: 3,
    axisLine: { show: false },
    axisLabel: { ...common.axisLabel, show: kind !== 'lanes', formatter: FIGURES[unit] },
    axisTick: { show: false },
    splitLine: { show: kind !== 'lanes', lineStyle: { color: theme.grid } },
  };
  if (unit === 'percent' && kind !== 'distribution') Object.assign(y, { max: 1, interval: 0.25 });
  if (kind === 'distribution') Object.assign(y, { max: (told) => Math.min(1, Math.max(0.2, Math.ceil(told.max * 5) / 5)), interval: 0.2 });
  return { xAxis: x, yAxis: y };
}

function seriesOf(kind, theme, line) {
  const colour = ink(theme, line.colour);
  if (kind === 'lanes') {
    return { type: 'custom', name: line.name, renderItem: lane, itemStyle: { color: colour }, encode: { x: [0, 1], y: 2 }, data: line.rows, clip: true };
  }
  return {
    type: 'line',
    name: line.name,
    data: line.rows,
    showSymbol: false,
    symbol: 'circle',
    step: kind === 'distribution' ? 'middle' : false,
    lineStyle: { width: 2, color: colour, type: line.dashed ? 'dashed' : 'solid' },
    itemStyle: { color: colour },
    areaStyle: kind === 'distribution' ? { color: colour, opacity: 0.12 } : undefined,
    emphasis: { disabled: true },
  };
}

const FRAME = 24;

// The chart as a picture of its own: with a title, what it is of, and whose line is whose.
function framed(chart, theme, title, note, lines) {
  const canvas = document.createElement('canvas');
  const pen = canvas.getContext('2d');
  const names = lines.filter((line) => line.rows.length > 0);
  const font = (size, weight) => weight + ' ' + size + 'px ' + FONTS;
  canvas.width = chart.width + 2 * FRAME;
  pen.font = font(26, 400);
  const places = [];
  let at = [FRAME, 140];
  names.forEach(function (line) {
    const width = pen.measureText(line.name).width + 64;
    if (at[0] > FRAME && at[0] + width > canvas.width - FRAME) at = [FRAME, at[1] + 42];
    places.push(at);
    at = [at[0] + width, at[1]];
  });
  const head = at[1] + (names.length > 0 ? 40 : 0);
  canvas.height = head + chart.height + FRAME; // which also empties the pen
  pen.fillStyle = theme.background;
  pen.fillRect(0, 0, canvas.width, canvas.height);
  const write = function (text, x, y, size, weight, colour) {
    pen.font = font(size, weight);
    pen.fillStyle = colour;
    pen.fillText(text, x, y, canvas.width - x - FRAME);
  };
  write(title, FRAME, 50, 32, 600, theme.text);
  write(note, FRAME, 94, 24, 400, theme.muted);
  names.forEach(function (line, i) {
    const [x, y] = places[i];
    pen.fillStyle = ink(theme, line.colour);
    pen.fillRect(x, y - 12, 28, 6);
    write(line.name, x + 38, y, 26, 400, theme.text);
  });
  pen.drawImage(chart, FRAME, head);
  return canvas;
}

// `kind`: 'time' (x in seconds), 'distribution' (x in milliseconds), 'lanes' (rows [from, to, lane]).
// Returns {update, zoom, reset, picture, dispose}: update({lines: [{name, colour, dashed, rows}], from, to}).
export function running(place, kind, unit, themeName) {
  const theme = themes[themeName];
  const instance = echarts.init(place, null, { renderer: 'canvas' });
  instance.getZr().setSleepAfterStill(1); // it asks for frames only as long as something changes
  let lines = [];
  instance.setOption({
    animation: false,
    backgroundColor: 'transparent',
    grid: { left: kind === 'lanes' ? 12 : 52, right: 18, top: 12, bottom: 28 },
    ...axes(kind, theme, unit),
    dataZoom: [
      { type: 'inside', zoomOnMouseWheel: 'ctrl', moveOnMouseWheel: false, preventDefaultMouseMove: false, filterMode: 'none', throttle: 50 },
    ],
    tooltip: {
      trigger: kind === 'lanes' ? 'item' : 'axis',
      confine: true,
      transitionDuration: 0,
      backgroundColor: theme.background,
      borderColor: theme.axis,
      textStyle: { color: theme.text },
      padding: [8, 12],
      axisPointer: { type: 'line', animation: false, lineStyle: { color: theme.axis, type: 'dashed' }, label: { show: false } },
      formatter: function (told) {
        if (kind === 'lanes') {
          const row = told.value;
          return tooltip(theme, clock(row[0]) + ' to ' + clock(row[1]), [{ colour: told.color, name: told.seriesName, text: millis((row[1] - row[0]) * 1000) }]);
        }
        const head = kind === 'distribution' ? 'about ' + millis(told[0].axisValue) : clock(told[0].axisValue);
        return tooltip(theme, head, told.map((one) => ({ colour: one.color, name: one.seriesName, text: FIGURES[unit](one.value[1]) })));
      },
    },
    series: [],
  });
  const observer = new ResizeObserver(() => instance.resize({ silent: true }));
  observer.observe(place);

  return {
    update: function (told) {
      const same = told.lines.length === lines.length && told.lines.every((line, i) => line.name === lines[i].name && line.colour === lines[i].colour);
      lines = told.lines;
      const option = { series: same ? lines.map((line) => ({ data: line.rows })) : lines.map((line) => seriesOf(kind, theme, line)) };
      if (kind === 'distribution') {
        const ends = lines.flatMap((line) => (line.rows.length ? [line.rows[0][0], line.rows[line.rows.length - 1][0]] : []));
        if (ends.length) option.xAxis = { min: Math.min(...ends), max: Math.max(...ends) };
      } else {
        option.xAxis = { min: told.from, max: Math.max(told.to, told.from + 1) };
      }
      instance.setOption(option, same ? {} : { replaceMerge: ['series'] });
      instance.getZr().flush(); // now, so that whoever counts the time counts all of it
    },
    zoom: function (times) {
      const now = instance.getOption().dataZoom[0];
      const middle = (now.start + now.end) / 2;
      const half = Math.min(50, (now.end - now.start) / 2 / times);
      instance.dispatchAction({ type: 'dataZoom', start: Math.max(0, middle - half), end: Math.min(100, middle + half) });
    },
    reset: function () {
      instance.dispatchAction({ type: 'dataZoom', start: 0, end: 100 });
    },
    picture: function (title, note) {
      return framed(instance.getRenderedCanvas({ pixelRatio: 2, backgroundColor: theme.background }), theme, title, note, lines);
    },
    dispose: function () {
      observer.disconnect();
      instance.dispose();
    },
  };
}
