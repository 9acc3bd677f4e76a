// Which point of a drawn chart lies under a pointer, and where places of its axes are.

function list(value) {
  return value === undefined ? [] : Array.isArray(value) ? value : [value];
}

const NEAR = 12; // pixels

// The panel whose axes hold the pixel, as a place in the list of x axes; -1 beside all of them.
export function panelAt(instance, option, x, y) {
  return list(option.xAxis).findIndex((axis) => instance.containPixel({ gridIndex: axis.gridIndex || 0 }, [x, y]));
}

// "Input tokens": panels side by side may share what is written at one of them.
export function panelName(axes, panel) {
  return (axes[panel] && axes[panel].name) || (axes.findLast((axis) => axis.name) || {}).name || '';
}

function numbers(row) {
  const value = row && typeof row === 'object' && !Array.isArray(row) ? row.value : row;
  return Array.isArray(value) ? value : [];
}

// How far a row of a series is from the pixel; undefined where it is no point, or too far.
function distance(series, row, toPixel, x, y) {
  const [a, b, c] = row;
  if (series.shapeName === 'span') {
    const from = toPixel([a, c]);
    const to = toPixel([b, c]);
    const lane = Math.abs(toPixel([a, c + 1])[1] - from[1]);
    const off = Math.abs(y - from[1]);
    if (off > Math.max(3, lane / 2)) return undefined;
    const beside = Math.max(Math.min(from[0], to[0]) - x, x - Math.max(from[0], to[0]), 0);
    return beside > NEAR ? undefined : beside + off / 100;
  }
  if (series.type !== 'scatter' && series.type !== 'line' && series.shapeName !== 'tick') return undefined;
  if (typeof a !== 'number' || typeof b !== 'number') return undefined;
  const at = toPixel([a, b]);
  const far = Math.hypot(at[0] - x, at[1] - y);
  return far > NEAR ? undefined : far;
}

// The nearest point within reach: {series, panel, row, place, next, xName, yName}; undefined where there is none. `row` is what
// the series has there, `place` its place, `step` how far its neighbours are apart on the x axis.
export function pickAt(instance, option, x, y) {
  const xAxes = list(option.xAxis);
  const panel = panelAt(instance, option, x, y);
  if (panel < 0) return undefined;
  let found;
  list(option.series).forEach(function (series) {
    if ((series.xAxisIndex || 0) !== panel) return;
    const yPlace = series.yAxisIndex || 0;
    const toPixel = (value) => instance.convertToPixel({ xAxisIndex: panel, yAxisIndex: yPlace }, value);
    list(series.data).forEach(function (data, place) {
      const row = numbers(data);
      const far = distance(series, row, toPixel, x, y);
      if (far === undefined || (found && found.far <= far)) return;
      found = { far: far, series: series, row: row, place: place, y: yPlace };
    });
  });
  if (!found) return undefined;
  const rows = list(found.series.data).map(numbers);
  const beside = rows[found.place + 1] || rows[found.place - 1] || [];
  return {
    series: found.series.name || '',
    line: found.series.type === 'line',
    panel: panel,
    row: found.row,
    step: typeof beside[0] === 'number' ? Math.abs(beside[0] - found.row[0]) : 0,
    xName: panelName(xAxes, panel),
    yName: panelName(list(option.yAxis), found.y),
  };
}

// Lines across the panels at places of the x axis, each with its sign on top: what people pinned there.
export function pinned(option, pins, zoomed, theme) {
  return zoomed.map((panel) => ({
    type: 'line',
    xAxisIndex: panel,
    yAxisIndex: Math.max(0, list(option.yAxis).findIndex((axis) => (axis.gridIndex || 0) === (list(option.xAxis)[panel].gridIndex || 0))),
    data: [],
    silent: true,
    markLine: {
      silent: true,
      symbol: 'none',
      animation: false,
      lineStyle: { color: theme.text, type: 'dashed', width: 1, opacity: 0.7 },
      label: { show: true, position: 'insideEndTop', rotate: 0, color: theme.background, backgroundColor: theme.text, padding: [2, 6], borderRadius: 8, fontSize: 12 },
      data: pins.map((pin) => ({ xAxis: pin.x, label: { formatter: pin.sign } })),
    },
  }));
}
