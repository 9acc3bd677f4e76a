// What the program runs to draw a chart as SVG, without a browser: tt_draw(request) -> SVG.
import { echarts } from './parts.js';
import { prepare } from './prepare.js';

// Nothing happens later: a picture is drawn at once.
globalThis.setTimeout = function () {
  return 0;
};
globalThis.clearTimeout = function () {};

// "600 14px Inter" as the program's ruler takes it.
var fonts = {};
function fontOf(text) {
  var known = fonts[text];
  if (known) return known;
  var size = /([\d.]+)px/.exec(text);
  var weight = /(?:^|\s)([1-9]00|bold)(?=\s)/.exec(text);
  known = {
    size: size ? +size[1] : 12,
    weight: weight ? (weight[1] === 'bold' ? 700 : +weight[1]) : 400,
    mono: /mono/i.test(text),
  };
  fonts[text] = known;
  return known;
}

function width(text, font) {
  var f = fontOf(font || '12px');
  return tt_text_width(String(text), f.size, f.weight, f.mono);
}

echarts.setPlatformAPI({
  measureText: function (text, font) {
    return { width: width(text, font) };
  },
});

// Numbers that look random but are the same each time; ECharts names things by them.
var state = 1;
Math.random = function () {
  state = (state * 48271) % 2147483647;
  return state / 2147483647;
};

function escape(text) {
  return String(text).replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}

// Without what only serves a pointer or a script: classes, styles, notes on the series of each shape.
// Middle and hanging baselines as a shift, for readers of SVG that do not know them (librsvg). The
// middle of ascent and descent lies 0.36 em above the baseline in Inter and in JetBrains Mono alike.
function withBaselines(svg) {
  return svg
    .replace(/ class="zr\d+-cls-\d+"/g, '')
    .replace(/ ecmeta_[a-z_]+="[^"]*"/g, '')
    .replace(/<style[^]*?<\/style>/g, '')
    .replace(/ dominant-baseline="central"/g, ' dy="0.36em"')
    .replace(/ dominant-baseline="hanging"/g, ' dy="0.72em"')
    .replace(/ dominant-baseline="[a-z-]+"/g, '');
}

// XML has no such characters, not even escaped.
function withoutControls(svg) {
  return svg.replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g, '\uFFFD');
}

// request: {chart, width, height, theme, scale}. Laid out on width / scale by height / scale.
globalThis.tt_draw = function (text) {
  var request = JSON.parse(text);
  var w = Math.round(request.width / request.scale);
  var h = Math.round(request.height / request.scale);
  var instance = echarts.init(null, null, { renderer: 'svg', ssr: true, width: w, height: h });
  instance.setOption(prepare(request.chart, { width: w, height: h, theme: request.theme, textWidth: width }));
  var svg = instance.renderToSVGString();
  var end = svg.indexOf('>');
  var head =
    '<svg width="' + request.width + '" height="' + request.height + '" viewBox="0 0 ' + w + ' ' + h +
    '" xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" version="1.1" role="img">' +
    '<title>' + escape(request.chart.title) + '</title><desc>' + escape(request.chart.alt || '') + '</desc>';
  return withoutControls(head + withBaselines(svg.slice(end + 1)));
};
