// From a chart as the program describes it to an ECharts option, for the browser and for files alike:
// colours by name become the theme's, functions by name become functions, and title, legend, panels
// and small print get their places.
//
// A chart: {title, subtitle, notes, source, alt, empty, legend, panels, columns, option}. `option` is an ECharts
// option, but for names in their places:
//   colours     "@purple", "@purple/0.2" (opacity), "@#2563eb" (a user's), in members that hold a colour;
//   formatter   a function of format.js;
//   renderItem  a shape of shapes.js, with what it needs in the series' member `shape`;
//   content     of a label: its text as it is, no template.
// Text of others (names of models, of runs) never stands in these members.
import themes from './theme.json';
import { formatters } from './format.js';
import { shapes } from './shapes.js';

var COLOURS = /^(color|colors|borderColor|backgroundColor|fill|stroke|median|textBorderColor|ink|inverse|negative)$/;
// Of names in the legend, in pixels.
var LEGEND_NAME_MOST = 260;
var LEGEND_NAME_LEAST = 70;
var LEGEND_ROWS = 5;
// Inter is in files; in a browser it may be missing.
export var FONTS = 'Inter,Segoe UI,system-ui,Roboto,Helvetica Neue,Arial,sans-serif';

function inter(weight, size) {
  return weight + ' ' + size + 'px ' + FONTS;
}

function own(table, name, what) {
  if (!Object.prototype.hasOwnProperty.call(table, name)) throw new Error('no ' + what + ' ' + name);
  return table[name];
}

function rgbOf(hex) {
  return [1, 3, 5].map(function (i) {
    return parseInt(hex.substr(i, 2), 16);
  });
}

// Relative luminance as WCAG 2.1 defines it.
function luminance(rgb) {
  var sum = 0;
  [0.2126, 0.7152, 0.0722].forEach(function (weight, i) {
    var c = rgb[i] / 255;
    sum += weight * (c <= 0.03928 ? c / 12.92 : Math.pow((c + 0.055) / 1.055, 2.4));
  });
  return sum;
}

// A colour that a user chose, moved towards the colour of text until it can be seen on the ground (3:1).
export function legible(hex, theme) {
  var ground = luminance(rgbOf(theme.background));
  var from = rgbOf(hex);
  var to = rgbOf(theme.text);
  for (var step = 0; step <= 20; step += 1) {
    var rgb = from.map(function (c, i) {
      return Math.round(c + ((to[i] - c) * step) / 20);
    });
    var here = luminance(rgb);
    if ((Math.max(here, ground) + 0.05) / (Math.min(here, ground) + 0.05) >= 3) return rgb;
  }
  return to;
}

export function colour(theme, text) {
  var parts = /^@([a-z]+|#[0-9a-fA-F]{6})(?:\/([\d.]+))?$/.exec(text);
  if (!parts) return text;
  var chosen = parts[1].charAt(0) === '#';
  if (!chosen && !parts[2]) return own(theme, parts[1], 'colour');
  var rgb = chosen ? legible(parts[1], theme) : rgbOf(own(theme, parts[1], 'colour'));
  return parts[2] ? 'rgba(' + rgb.join(',') + ',' + parts[2] + ')' : 'rgb(' + rgb.join(',') + ')';
}

function resolve(node, key, theme) {
  if (typeof node === 'string') {
    if (COLOURS.test(key)) return colour(theme, node);
    if (key === 'formatter') return own(formatters, node, 'formatter');
    return node;
  }
  if (Array.isArray(node)) {
    if (key === 'data' && typeof node[0] !== 'object') return node;
    return node.map(function (item) {
      return resolve(item, key, theme);
    });
  }
  if (node && typeof node === 'object') {
    var result = {};
    Object.keys(node).forEach(function (name) {
      result[name] = resolve(node[name], name, theme);
    });
    if (typeof result.content === 'string') {
      result.formatter = (function (text) {
        return function () {
          return text;
        };
      })(result.content);
      delete result.content;
    }
    if (typeof result.renderItem === 'string') {
      result.shapeName = result.renderItem;
      result.renderItem = own(shapes, result.shapeName, 'shape')(result);
    }
    return result;
  }
  return node;
}

function merge(into, from) {
  Object.keys(from).forEach(function (name) {
    var value = from[name];
    if (value && typeof value === 'object' && !Array.isArray(value) && into[name] && typeof into[name] === 'object') {
      merge(into[name], value);
    } else if (into[name] === undefined) {
      into[name] = value;
    }
  });
  return into;
}

function list(value) {
  return value === undefined ? [] : Array.isArray(value) ? value : [value];
}

// `text` cut to `most` pixels, with an ellipsis in its place.
function shorten(text, most, font, textWidth) {
  text = text.replace(/\s+/g, ' ');
  if (text.length > 300) text = text.slice(0, 300) + '\u2026';
  if (textWidth(text, font) <= most) return text;
  var low = 0;
  var high = text.length;
  while (low < high) {
    var middle = Math.ceil((low + high) / 2);
    if (textWidth(text.slice(0, middle) + '\u2026', font) <= most) low = middle;
    else high = middle - 1;
  }
  return text.slice(0, low).replace(/\s+$/, '') + '\u2026';
}

// The same, cut in the middle: names often differ at their end alone.
function shortenMiddle(text, most, font, textWidth) {
  text = text.replace(/\s+/g, ' ');
  if (text.length > 300) text = text.slice(0, 150) + '\u2026' + text.slice(-150);
  if (textWidth(text, font) <= most) return text;
  var low = 0;
  var high = text.length - 1;
  var cut = function (left) {
    var head = Math.floor(left / 3);
    return text.slice(0, head) + '\u2026' + text.slice(text.length - (left - head));
  };
  while (low < high) {
    var middle = Math.ceil((low + high) / 2);
    if (textWidth(cut(middle), font) <= most) low = middle;
    else high = middle - 1;
  }
  return cut(low);
}

// `text` in lines of at most `most` pixels and at most `lines` of them, the last cut where it must be.
function wrap(text, most, lines, font, textWidth) {
  if (text.length > 3000) text = text.slice(0, 3000);
  var result = [];
  var line = '';
  var words = text.split(/\s+/);
  for (var i = 0; i < words.length; i += 1) {
    var longer = line ? line + ' ' + words[i] : words[i];
    if (line && textWidth(longer, font) > most) {
      if (result.length + 1 === lines) {
        result.push(shorten(line + ' ' + words.slice(i).join(' '), most, font, textWidth));
        return result;
      }
      result.push(line);
      line = words[i];
    } else {
      line = longer;
    }
  }
  if (line) result.push(shorten(line, most, font, textWidth));
  return result;
}

// Leads of labels on a logarithmic axis, the densest first.
var LEADS = [[1, 1.5, 2, 3, 4, 5, 6, 8], [1, 2, 5], [1, 3], [1]];

function leadTicks(leads, min, max) {
  var result = [];
  for (var e = Math.floor(Math.log(min) / Math.LN10) - 1; e <= Math.ceil(Math.log(max) / Math.LN10); e += 1) {
    leads.forEach(function (lead) {
      var value = parseFloat((lead * Math.pow(10, e)).toPrecision(12));
      if (value >= min * 0.999999 && value <= max * 1.000001) result.push(value);
    });
  }
  return result;
}

// Places for labels of a logarithmic axis: as dense as lets each have its share of the axis, 1 / most of it,
// but two at least.
function logTicks(min, max, most) {
  var share = Math.log(max / min) / most;
  var result = [];
  LEADS.forEach(function (leads) {
    if (result.fits) return;
    var ticks = leadTicks(leads, min, max);
    if (result.length && ticks.length < 2) return;
    result = ticks;
    result.fits = leads.every(function (lead, i) {
      return Math.log((leads[i + 1] || 10 * leads[0]) / lead) >= share;
    });
  });
  return result.length < 2 ? linearTicks(min, max, most) : result.slice();
}

// Round places within the axis, so that its ends need not be labelled.
function linearTicks(min, max, most) {
  var rough = (max - min) / most;
  var power = Math.pow(10, Math.floor(Math.log(rough) / Math.LN10));
  var step = power * 10;
  [5, 2.5, 2, 1].forEach(function (lead) {
    if (lead * power >= rough * 0.999999) step = lead * power;
  });
  var result = [];
  for (var i = Math.ceil(min / step - 1e-9); i * step <= max + step * 1e-9; i += 1) {
    result.push(parseFloat((i * step).toPrecision(12)));
  }
  return result;
}

// Places for labels between `min` and `max`, about `most` on a linear axis; `length` is the axis' in pixels,
// `each` what a label takes of it. undefined where there is nothing between them.
export function axisTicks(type, min, max, most, length, each) {
  if (!(max > min)) return undefined;
  if (type === 'log') return min > 0 ? logTicks(min, max, Math.max(length / each, 2)) : undefined;
  return type === 'value' ? linearTicks(min, max, most) : undefined;
}

// Every lane has its name: of lanes that are too low for several lines the first one, and small letters.
function laneLook(axis, grid, theme, horizontal, page) {
  var names = Math.max(list(axis.data).length, 1);
  var most = axis.labelWidth || 230;
  delete axis.labelWidth;
  // Less what the other axis may take.
  var across = grid.width || page.width - grid.left - grid.right - 130;
  if (horizontal) most = Math.max(Math.min(most, across / names - 10), 12);
  var lane = horizontal ? 40 : grid.height / names;
  var size = Math.max(8, Math.min(13, Math.floor(lane - 1)));
  return {
    color: theme.text,
    fontSize: size,
    interval: 0,
    hideOverlap: false,
    formatter: function (name) {
      var lines = String(name).split('\n');
      return lines
        .slice(0, lane < 17 * lines.length ? 1 : lines.length)
        .map(function (line) {
          return shortenMiddle(line, most, inter(600, size), page.textWidth);
        })
        .join('\n');
    },
  };
}

function axisLook(axis, grid, theme, horizontal, page) {
  var look = {
    nameLocation: 'middle',
    nameGap: horizontal ? 30 : 52,
    nameTextStyle: { color: theme.muted, fontSize: 13, fontWeight: 500 },
    axisLine: { show: horizontal, lineStyle: { color: theme.axis } },
    axisTick: { show: horizontal && axis.type !== 'category', lineStyle: { color: theme.axis } },
    axisLabel: { color: theme.muted, fontSize: 13, hideOverlap: true },
    splitLine: { show: axis.type !== 'category', lineStyle: { color: theme.grid, width: 1 } },
    minorSplitLine: { lineStyle: { color: theme.minor } },
  };
  if (axis.type !== 'category') look.axisLabel.formatter = formatters.number;
  if (axis.type === 'category') look.axisLabel = laneLook(axis, grid, theme, horizontal, page);
  if (!axis.interval && !axis.ticks) {
    // Less what the other axis may take.
    var length = horizontal ? grid.width || page.width - grid.left - grid.right - 70 : grid.height - 40;
    axis.ticks = axisTicks(axis.type, axis.min, axis.max, horizontal ? 8 : axis.splitNumber || 6, length, horizontal ? 54 : 22);
  }
  if (axis.ticks) {
    look.axisLabel.customValues = axis.ticks;
    look.axisTick.customValues = axis.ticks;
    delete axis.ticks;
  }
  return merge(axis, look);
}

// An upright axis' name beside a panel that is too low for it: its unit alone, or nothing.
function fitName(axis, grid, textWidth) {
  var height = grid && grid.height;
  var fits = function (name) {
    return textWidth(name, inter(500, 13)) <= height + 12;
  };
  if (!axis.name || !(height > 0) || fits(axis.name)) return;
  var unit = /\(([^()]*)\)$/.exec(axis.name);
  axis.name = unit && fits(unit[1]) ? unit[1] : '';
}

function textBlock(lines, x, y, lineHeight, fill, font, align) {
  return lines.map(function (line, i) {
    return {
      type: 'text',
      silent: true,
      style: { text: line, x: x, y: y + i * lineHeight, fill: fill, font: font, align: align || 'left', verticalAlign: 'top' },
    };
  });
}

// Of many names each gets less room, so that they take a few lines only.
function legendOf(chart, theme, top, width, textWidth, pad) {
  var font = inter(400, 13);
  var around = 34 + 6 + 22;
  var columns = Math.ceil(chart.legend.length / LEGEND_ROWS);
  var most = Math.max(LEGEND_NAME_LEAST, Math.min(LEGEND_NAME_MOST, width / columns - around));
  var short = function (name) {
    return shortenMiddle(name, most, font, textWidth);
  };
  var rows = 1;
  var used = 0;
  chart.legend.forEach(function (name) {
    var item = around + textWidth(short(name), font);
    if (used > 0 && used + item > width) {
      rows += 1;
      used = 0;
    }
    used += item;
  });
  return {
    height: rows * 24,
    option: {
      show: true,
      left: pad,
      top: top,
      width: width,
      data: chart.legend,
      itemWidth: 34,
      itemHeight: 11,
      itemGap: 18,
      padding: 0,
      selectedMode: true,
      formatter: short,
      textStyle: { color: theme.text, fontSize: 13, fontFamily: FONTS },
    },
  };
}

// Pixels that a cell needs for its text.
var CELL_LEAST = 36;
var LEAD = 132; // of names of categories

// How many panels fit side by side: cells with texts need room for them.
function columnsThatFit(chart, option, room, gap) {
  var cells = list(option.series).some(function (series) {
    return series.shapeName === 'cell';
  });
  if (!cells) return chart.columns;
  var need = CELL_LEAST * list(list(option.xAxis)[0].data).length + LEAD + gap;
  return Math.max(1, Math.min(chart.columns, Math.floor((room + gap) / need)));
}

// Grids in columns, row by row, all of a size.
function placeMatrix(chart, option, box, theme, textWidth) {
  var graphics = [];
  var gap = 28;
  var columns = columnsThatFit(chart, option, box.right - box.left, gap);
  var rows = Math.ceil(chart.panels.length / columns);
  // What labels and title of upright axes take, by column: inner panels may have none.
  var leads = [];
  list(option.yAxis).forEach(function (axis) {
    var column = (axis.gridIndex || 0) % columns;
    var shown = !axis.axisLabel || axis.axisLabel.show !== false;
    var lead = !shown ? 0 : axis.type === 'category' ? LEAD : axis.name ? 62 : 44;
    leads[column] = Math.max(leads[column] || 0, lead);
  });
  var head = 26;
  var foot = 42;
  var width = box.right - box.left - gap * (columns - 1);
  for (var c = 0; c < columns; c += 1) width -= leads[c] || 0;
  width = Math.max(width / columns, 10);
  var lefts = [];
  for (c = 0; c < columns; c += 1) {
    lefts[c] = (c ? lefts[c - 1] + width + gap : box.left) + (leads[c] || 0);
  }
  // Every row has room for a title; only those with labels below have room for these.
  var feet = [];
  chart.panels.forEach(function (panel, i) {
    var row = Math.floor(i / columns);
    feet[row] = Math.max(feet[row] || 6, panel.axis === false ? 6 : foot);
  });
  var room = box.bottom - box.top - 10 * (rows - 1) - head * rows;
  feet.forEach(function (height) {
    room -= height;
  });
  var height = Math.max(room / rows, 10);
  var tops = [];
  feet.reduce(function (at, under, row) {
    tops[row] = at + head;
    return at + head + height + under + 10;
  }, box.top);
  var font = '600 13px Inter';
  option.grid = chart.panels.map(function (panel, i) {
    var lead = leads[i % columns] || 0;
    var left = lefts[i % columns];
    var top = tops[Math.floor(i / columns)];
    var words = [shortenMiddle(panel.title || '', width + lead, font, textWidth)];
    graphics = graphics.concat(textBlock(words, left - lead, top - head, 18, theme.text, font));
    return { left: left, width: width, top: top, height: height, outerBoundsMode: 'none' };
  });
  return graphics;
}

// Grids one above the other; panels: [{share, title}].
function placePanels(chart, option, box, theme, textWidth) {
  var panels = chart.panels && chart.panels.length ? chart.panels : [{ share: 1 }];
  var graphics = [];
  var all = 0;
  // What labels and title of an x axis take, where several panels share a left edge.
  var footing = panels.length > 1 ? 44 : 0;
  var room = box.bottom - box.top;
  var gap = function (panel) {
    return panel.axis === false ? 14 : 22;
  };
  panels.forEach(function (panel, i) {
    all += panel.share;
    room -= i + 1 < panels.length ? gap(panel) : 0;
    room -= panel.axis === false ? 4 : footing;
  });
  var at = box.top;
  option.grid = panels.map(function (panel) {
    var foot = panel.axis === false ? 4 : footing;
    var height = (room * panel.share) / all + foot;
    var head = panel.title ? 26 : 0;
    if (panel.title) {
      var font = inter(600, 14);
      var words = [shortenMiddle(panel.title, box.right - box.left, font, textWidth)];
      graphics = graphics.concat(textBlock(words, box.left, at, 18, theme.text, font));
    }
    var grid = {
      left: box.left,
      right: box.width - box.right,
      top: at + head,
      height: height - head,
      outerBoundsMode: 'same',
      outerBoundsContain: 'all',
    };
    if (panels.length > 1) {
      // The same left edge for all panels.
      grid.left = box.left + 78;
      grid.outerBoundsMode = 'none';
      grid.height = height - head - foot;
    }
    at += height + gap(panel);
    return grid;
  });
  return graphics;
}

// page: {width, height, theme, textWidth}. Changes nothing of what it is given.
export function prepare(chart, page) {
  var theme = own(themes, page.theme, 'theme');
  var pad = 32;
  var inner = page.width - 2 * pad;
  var option = resolve(chart.option || {}, 'option', theme);
  var graphics = [];
  var y = 26;

  var title = shorten(chart.title, inner, inter(600, 23), page.textWidth);
  graphics = graphics.concat(textBlock([title], pad, y, 28, theme.text, inter(600, 23)));
  y += 36;
  var subtitle = wrap(chart.subtitle || '', inner, 2, inter(400, 15), page.textWidth);
  graphics = graphics.concat(textBlock(subtitle, pad, y, 21, theme.muted, inter(400, 15)));
  y += subtitle.length * 21 + (subtitle.length ? 5 : 0);

  var source = wrap(chart.source || '', inner, 2, inter(400, 11), page.textWidth);
  var bottom = page.height - 14 - source.length * 15;
  graphics = graphics.concat(textBlock(source, pad, bottom, 15, theme.faint, inter(400, 11)));
  bottom -= 14;

  var result = option;
  if (chart.empty) {
    var words = wrap(chart.empty, Math.min(inner, 640), 6, inter(400, 17), page.textWidth);
    var top = (y + bottom) / 2 - (words.length * 26) / 2;
    graphics = graphics.concat(textBlock(words, page.width / 2, top, 26, theme.muted, inter(400, 17), 'center'));
    result = {};
  } else {
    if (chart.legend && chart.legend.length) {
      var legend = legendOf(chart, theme, y + 4, inner, page.textWidth, pad);
      result.legend = merge(result.legend || {}, legend.option);
      y += legend.height + 8;
    }
    // Room above the panels for the labels of upright lines.
    var box = { left: pad, right: page.width - pad, top: y + 18, bottom: bottom, width: page.width };
    var place = chart.columns > 1 && chart.panels.length > 1 ? placeMatrix : placePanels;
    graphics = graphics.concat(place(chart, result, box, theme, page.textWidth));
    list(result.xAxis).forEach(function (axis) {
      axisLook(axis, result.grid[axis.gridIndex || 0], theme, true, page);
    });
    list(result.yAxis).forEach(function (axis) {
      var grid = result.grid[axis.gridIndex || 0];
      fitName(axis, grid, page.textWidth);
      axisLook(axis, grid, theme, false, page);
    });
  }
  result.graphic = list(result.graphic).concat(graphics);
  result.animation = false;
  result.backgroundColor = theme.background;
  result.textStyle = { fontFamily: FONTS, color: theme.text };
  return result;
}
