// Numbers for readers, by the names that options give as "formatter".

function thousands(text) {
  var parts = text.split('.');
  parts[0] = parts[0].replace(/\B(?=(\d{3})+$)/g, ',');
  return parts.join('.');
}

// Up to three significant digits and no zeros at the end; whole numbers stay whole up to a million,
// beyond it k, M, G stand for the thousands.
export function number(value) {
  var v = +value;
  if (!isFinite(v)) return '';
  var sign = v < 0 ? '\u2212' : '';
  v = Math.abs(v);
  if (v === 0) return '0';
  var units = ['', 'M', 'G', 'T'];
  var unit = 0;
  if (v >= 999500) {
    v /= 1e6;
    unit = 1;
    while (v >= 999.5 && unit < units.length - 1) {
      v /= 1000;
      unit += 1;
    }
  }
  var text;
  if (v >= 999.5) {
    text = v.toFixed(0);
  } else if (v < 1e-6) {
    return sign + v.toExponential(1);
  } else {
    text = String(parseFloat(v.toPrecision(3)));
  }
  return sign + thousands(text) + units[unit];
}

export var formatters = {
  number: number,
  // A share of 1.
  percent: function (value) {
    return number(+value * 100) + '%';
  },
  signed: function (value) {
    return (+value > 0 ? '+' : '') + number(value);
  },
  // A ratio, as a difference in percent: 1.25 is +25%.
  ratio: function (value) {
    var percent = Math.round((+value - 1) * 100);
    return (percent > 0 ? '+' : '') + number(percent) + '%';
  },
  // An axis of 1 / (1 - share), as a percentile: 100 is p99.
  percentile: function (value) {
    return 'p' + String(parseFloat((100 * (1 - 1 / +value)).toPrecision(9)));
  },
  // Instants in milliseconds since 1970, in UTC.
  day: function (value) {
    return new Date(+value).toISOString().slice(0, 10);
  },
  minute: function (value) {
    return new Date(+value).toISOString().slice(5, 16).replace('T', ' ');
  },
  none: function () {
    return '';
  },
};
