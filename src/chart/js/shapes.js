// Shapes that ECharts does not have, by the names that options give as "renderItem". Each is made for
// one series: its `shape` member holds what it needs beside its data, colours already resolved.

function visible(from, to, sys) {
  return Math.max(from, to) >= sys.x && Math.min(from, to) <= sys.x + sys.width;
}

export var shapes = {
  // A bar over a stretch of a value axis: [from, to, height], on the ground or on `shape.base`.
  bin: function (series) {
    var shape = series.shape || {};
    return function (params, api) {
      var low = api.coord([api.value(0), shape.base || 0]);
      var high = api.coord([api.value(1), api.value(2)]);
      var gap = high[0] - low[0] > 3 ? 0.5 : 0;
      return {
        type: 'rect',
        shape: { x: low[0] + gap, y: high[1], width: Math.max(high[0] - low[0] - 2 * gap, 0.5), height: low[1] - high[1] },
        style: { fill: shape.fill, stroke: shape.stroke || 'none', lineWidth: shape.width || 0 },
      };
    };
  },

  // The area between two curves: [x, low, high] by rising x. Rows without numbers break it.
  band: function (series) {
    var shape = series.shape || {};
    return function (params, api) {
      if (params.dataIndex !== 0) return undefined;
      var pieces = [];
      var up = [];
      var down = [];
      var close = function () {
        if (up.length > 1) {
          pieces.push({ type: 'polygon', shape: { points: up.concat(down.reverse()) }, style: { fill: shape.fill } });
        }
        up = [];
        down = [];
      };
      series.data.forEach(function (row) {
        if (row[1] == null || row[2] == null) {
          close();
          return;
        }
        up.push(api.coord([row[0], row[2]]));
        down.push(api.coord([row[0], row[1]]));
      });
      close();
      return { type: 'group', children: pieces };
    };
  },

  // A stretch on a lane: [from, to, lane]; `shape.height` is its share of the lane, `shape.gap` (pixels)
  // the room kept free at its end.
  span: function (series) {
    var shape = series.shape || {};
    return function (params, api) {
      var from = api.coord([api.value(0), api.value(2)]);
      var to = api.coord([api.value(1), api.value(2)]);
      if (!visible(from[0], to[0], params.coordSys)) return undefined;
      var lane = api.size([0, 1])[1];
      var height = Math.max(lane * (shape.height || 0.7), 1);
      return {
        type: 'rect',
        shape: { x: from[0], y: from[1] - height / 2, width: Math.max(to[0] - from[0], 0.75), height: height, r: Math.min(shape.radius || 0, height / 2) },
        style: { fill: shape.fill, stroke: shape.stroke || 'none', lineWidth: shape.width || 0 },
      };
    };
  },

  // A short upright line on a lane: [at, lane].
  tick: function (series) {
    var shape = series.shape || {};
    return function (params, api) {
      var at = api.coord([api.value(0), api.value(1)]);
      var height = Math.max(api.size([0, 1])[1] * (shape.height || 0.7), 2);
      return {
        type: 'line',
        shape: { x1: at[0], y1: at[1] - height / 2, x2: at[0], y2: at[1] + height / 2 },
        style: { stroke: shape.stroke, lineWidth: shape.width || 1 },
      };
    };
  },

  // A distribution lying on a lane: [lane, p5, p25, p50, p75, p95]. `shape.outline` holds [value,
  // density] by rising value, density from 0 to 1; without it there is only the box.
  violin: function (series) {
    var shape = series.shape || {};
    return function (params, api) {
      var lane = api.value(0);
      var room = api.size([0, 1])[1];
      var at = function (value) {
        return api.coord([value, lane]);
      };
      var children = [];
      var outline = shape.outline || [];
      if (outline.length > 1) {
        var up = [];
        var down = [];
        outline.forEach(function (point) {
          var p = at(point[0]);
          var half = point[1] * room * 0.42;
          up.push([p[0], p[1] - half]);
          down.push([p[0], p[1] + half]);
        });
        children.push({
          type: 'polygon',
          shape: { points: up.concat(down.reverse()) },
          style: { fill: shape.fill, stroke: shape.stroke, lineWidth: 1.25 },
        });
      }
      var q = [1, 2, 3, 4, 5].map(function (i) {
        return at(api.value(i));
      });
      var half = Math.min(room * 0.07, 9);
      var line = function (x1, y1, x2, y2, width, color) {
        return { type: 'line', shape: { x1: x1, y1: y1, x2: x2, y2: y2 }, style: { stroke: color, lineWidth: width } };
      };
      children.push(line(q[0][0], q[0][1], q[4][0], q[4][1], 1.5, shape.stroke));
      children.push(line(q[0][0], q[0][1] - half * 0.6, q[0][0], q[0][1] + half * 0.6, 1.5, shape.stroke));
      children.push(line(q[4][0], q[4][1] - half * 0.6, q[4][0], q[4][1] + half * 0.6, 1.5, shape.stroke));
      children.push({
        type: 'rect',
        shape: { x: q[1][0], y: q[1][1] - half, width: Math.max(q[3][0] - q[1][0], 1), height: 2 * half, r: 2 },
        style: { fill: shape.stroke },
      });
      children.push(line(q[2][0], q[2][1] - half * 1.5, q[2][0], q[2][1] + half * 1.5, 3, shape.median));
      return { type: 'group', children: children };
    };
  },

  // A distribution that stands on a lane and may rise into the next: [lane, median], with `shape.outline`
  // as a violin has it; without one there is only the median.
  ridge: function (series) {
    var shape = series.shape || {};
    return function (params, api) {
      var lane = api.value(0);
      var room = api.size([0, 1])[1];
      var foot = function (value) {
        var p = api.coord([value, lane]);
        return [p[0], p[1] + room * 0.42];
      };
      var outline = shape.outline || [];
      var height = room * 1.05;
      var top = function (value) {
        var density = outline.length ? 0 : 0.4;
        for (var i = 1; i < outline.length; i += 1) {
          if (outline[i][0] < value) continue;
          var along = (value - outline[i - 1][0]) / (outline[i][0] - outline[i - 1][0] || 1);
          density = outline[i - 1][1] + along * (outline[i][1] - outline[i - 1][1]);
          break;
        }
        return density * height;
      };
      var children = [];
      if (outline.length > 1) {
        var points = outline.map(function (point) {
          var p = foot(point[0]);
          return [p[0], p[1] - point[1] * height];
        });
        var ends = [foot(outline[outline.length - 1][0]), foot(outline[0][0])];
        children.push({ type: 'polygon', shape: { points: points.concat(ends) }, style: { fill: shape.fill } });
        children.push({ type: 'polyline', shape: { points: points }, style: { fill: 'none', stroke: shape.stroke, lineWidth: 1.5 } });
      }
      var at = api.value(1);
      var m = foot(at);
      children.push({
        type: 'line',
        shape: { x1: m[0], y1: m[1], x2: m[0], y2: m[1] - top(at) },
        style: { stroke: shape.stroke, lineWidth: 2.5 },
      });
      return { type: 'group', children: children };
    };
  },

  // An estimate with its interval on a lane: [lane, value, low, high, certain]; hollow where it is not;
  // with the symbol 'none' the interval alone.
  // `shape.offset` and `shape.pitch` (the room of one of several) are shares of the lane; `shape.texts` and
  // `shape.colors` say something behind each, or before those that end left of `shape.from`.
  interval: function (series) {
    var shape = series.shape || {};
    return function (params, api) {
      var room = api.size([0, 1])[1];
      var at = function (i) {
        var p = api.coord([api.value(i), api.value(0)]);
        return [p[0], p[1] + (shape.offset || 0) * room];
      };
      var p = at(1);
      var low = at(2);
      var high = at(3);
      var half = Math.max(3, Math.min(6, room * 0.12));
      var line = function (x1, y1, x2, y2, width) {
        return { type: 'line', shape: { x1: x1, y1: y1, x2: x2, y2: y2 }, style: { stroke: shape.stroke, lineWidth: width } };
      };
      var style = { fill: api.value(4) ? shape.stroke : shape.fill, stroke: shape.stroke, lineWidth: 2 };
      var r = half + 0.5;
      var marks = {
        rect: [[-r, -r], [r, -r], [r, r], [-r, r]],
        triangle: [[0, -r - 1], [r + 1, r], [-r - 1, r]],
        diamond: [[0, -r - 2], [r + 2, 0], [0, r + 2], [-r - 2, 0]],
      };
      var outline = marks[shape.symbol];
      var mark = outline
        ? { type: 'polygon', shape: { points: outline.map(function (q) { return [p[0] + q[0], p[1] + q[1]]; }) }, style: style }
        : { type: 'circle', shape: { cx: p[0], cy: p[1], r: r }, style: style };
      var children = [];
      if (high[0] > low[0]) {
        children.push(line(low[0], low[1], high[0], high[1], 2));
        children.push(line(low[0], low[1] - half, low[0], low[1] + half, 1.5));
        children.push(line(high[0], high[1] - half, high[0], high[1] + half, 1.5));
      }
      if (shape.symbol !== 'none') children.push(mark);
      var text = (shape.texts || [])[params.dataIndex];
      if (text) {
        var before = shape.from !== undefined && api.value(3) < shape.from;
        var size = Math.max(10, Math.min(12, room * (shape.pitch || 1) - 3));
        children.push({
          type: 'text',
          style: {
            text: text,
            x: before ? Math.min(low[0], p[0]) - 12 : Math.max(high[0], p[0]) + 12,
            align: before ? 'right' : 'left',
            y: p[1],
            fill: (shape.colors || [])[params.dataIndex],
            stroke: shape.fill,
            lineWidth: 3,
            font: '500 ' + size + 'px Inter',
            verticalAlign: 'middle',
          },
        });
      }
      return { type: 'group', children: children };
    };
  },

  // A cell of a matrix: [column, row]; `shape.texts`, `shape.colors` (of the ground) and `shape.strong`
  // are by cell; `shape.gap` (pixels) is the room between two.
  cell: function (series) {
    var shape = series.shape || {};
    return function (params, api) {
      var p = api.coord([api.value(0), api.value(1)]);
      var size = api.size([1, 1]);
      var gap = Math.min(shape.gap || 6, size[1] / 8);
      var w = Math.max(size[0] - gap, 2);
      var h = Math.max(size[1] - gap, 2);
      var points = h > 60 ? 15 : h > 15 ? 13 : 11;
      var i = params.dataIndex;
      return {
        type: 'group',
        children: [
          {
            type: 'rect',
            shape: { x: p[0] - w / 2, y: p[1] - h / 2, width: w, height: h, r: 4 },
            style: { fill: (shape.colors || [])[i] },
          },
          {
            type: 'text',
            style: {
              text: (shape.texts || [])[i],
              x: p[0],
              y: p[1],
              fill: shape.fill,
              font: ((shape.strong || [])[i] ? '700' : '400') + ' ' + points + 'px Inter',
              lineHeight: h > 60 ? 21 : 17,
              align: 'center',
              verticalAlign: 'middle',
            },
          },
        ],
      };
    };
  },

  // A stretch of both axes: [x from, x to, y from, y to, shade from 0 to 1]; below 0 `shape.negative` is
  // the colour in place of `shape.fill`. `shape.texts` are by tile.
  tile: function (series) {
    var shape = series.shape || {};
    return function (params, api) {
      var low = api.coord([api.value(0), api.value(2)]);
      var high = api.coord([api.value(1), api.value(3)]);
      var x = Math.min(low[0], high[0]);
      var y = Math.min(low[1], high[1]);
      var w = Math.abs(high[0] - low[0]);
      var h = Math.abs(high[1] - low[1]);
      var gap = Math.min(shape.gap || 0, w / 4, h / 4);
      var shade = api.value(4);
      var rect = {
        type: 'rect',
        shape: { x: x + gap / 2, y: y + gap / 2, width: Math.max(w - gap, 0.5), height: Math.max(h - gap, 0.5), r: shape.radius || 0 },
        style: { fill: shade < 0 ? shape.negative : shape.fill, opacity: Math.min(Math.abs(shade), 1) },
      };
      var text = (shape.texts || [])[params.dataIndex];
      if (!text || w < 26 || h < 13) return rect;
      var style = {
        text: text,
        x: x + w / 2,
        y: y + h / 2,
        fill: Math.abs(shade) > 0.6 ? shape.inverse : shape.ink,
        font: '500 12px Inter',
        align: 'center',
        verticalAlign: 'middle',
      };
      return { type: 'group', children: [rect, { type: 'text', style: style }] };
    };
  },

  // One of many that cover the panel: [x, y, shade from 0 to 1] of its middle. `shape.width` and
  // `shape.height` are its extent as shares of the panel's.
  hexagon: function (series) {
    var shape = series.shape || {};
    return function (params, api) {
      var p = api.coord([api.value(0), api.value(1)]);
      var a = (params.coordSys.width * shape.width) / 2;
      var b = (params.coordSys.height * shape.height) / 2;
      var corners = [[0, -b], [a, -b / 2], [a, b / 2], [0, b], [-a, b / 2], [-a, -b / 2]];
      return {
        type: 'polygon',
        shape: {
          points: corners.map(function (c) {
            return [p[0] + c[0], p[1] + c[1]];
          }),
        },
        style: { fill: shape.fill, opacity: api.value(2) },
      };
    };
  },

  // An interval around a point of a value axis: [x, low, high].
  whisker: function (series) {
    var shape = series.shape || {};
    return function (params, api) {
      var low = api.coord([api.value(0), api.value(1)]);
      var high = api.coord([api.value(0), api.value(2)]);
      var half = shape.half || 4;
      var line = function (x1, y1, x2, y2) {
        return { type: 'line', shape: { x1: x1, y1: y1, x2: x2, y2: y2 }, style: { stroke: shape.stroke, lineWidth: shape.width || 1.5 } };
      };
      return {
        type: 'group',
        children: [
          line(low[0], low[1], high[0], high[1]),
          line(low[0] - half, low[1], low[0] + half, low[1]),
          line(high[0] - half, high[1], high[0] + half, high[1]),
        ],
      };
    };
  },
};
