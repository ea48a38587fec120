/** A series of values, the oldest first. Undefined where there is no data. */
export type Series = readonly (number | undefined)[];

type Values = Readonly<Record<string, Series>>;
type Operation = (left: number, right: number) => number;

const operations: Readonly<Record<string, Operation>> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '>': (left, right) => Number(left > right),
  '==': (left, right) => Number(left === right),
  AND: (left, right) => Number(left !== 0 && right !== 0),
};
/** The loosest first. */
const precedence: readonly (readonly string[])[] = [['AND'], ['>', '=='], ['+', '-']];

const combined = (series: readonly Series[], work: (...values: number[]) => number): Series =>
  (series[0] as Series).map((_, index) => {
    const values = series.map((one) => one[index]);
    return values.includes(undefined) ? undefined : work(...(values as number[]));
  });

const previous = (series: Series): Series => [undefined, ...series.slice(0, -1)];

function runningSum(series: Series): Series {
  let sum = 0;
  return series.map((value = 0) => (sum += value));
}

const functions: Readonly<Record<string, (...series: Series[]) => Series>> = {
  FILL: (series = [], filling = []) => series.map((value, index) => value ?? filling[index]),
  DIFF: (series = []) => combined([series, previous(series)], (now, before) => now - before),
  RUNNING_SUM: (series = []) => runningSum(series),
  IF: (...series) => combined(series, (condition, yes, no) => (condition === 0 ? no : yes)),
};

/**
 * A part of the metric math of CloudWatch, as its User Guide describes it: what has no data yields no data, unless
 * `FILL` says otherwise.
 *
 * @throws {Error} for anything that alarms of this project do not use
 */
export function metricMath(expression: string, values: Values): Series {
  const tokens = expression.match(/\w+|==|[-+>(),]|\S/g) ?? [];
  const { length } = Object.values(values)[0] as Series;

  function take(expected?: string): string {
    const token = tokens.shift();
    if (token === undefined || (expected !== undefined && token !== expected)) {
      throw new Error(`${expression}: ${expected ?? 'more'} was expected, and not ${token}.`);
    }
    return token;
  }

  function list(): Series[] {
    const series = [operation(0)];
    while (tokens[0] === ',') {
      take(',');
      series.push(operation(0));
    }
    return series;
  }

  function operand(): Series {
    const token = take();
    if (token === '(') {
      const inner = operation(0);
      take(')');
      return inner;
    }
    const known = functions[token];
    if (known) {
      take('(');
      const series = list();
      take(')');
      return known(...series);
    }
    if (/^\d+$/.test(token)) return Array.from({ length }, () => Number(token));
    const series = values[token];
    if (!series) throw new Error(`${expression}: ${token} is not known.`);
    return series;
  }

  function operation(level: number): Series {
    const operators = precedence[level];
    if (!operators) return operand();
    let left = operation(level + 1);
    while (operators.includes(tokens[0] ?? '')) {
      const work = operations[take()] as Operation;
      left = combined([left, operation(level + 1)], work);
    }
    return left;
  }

  const result = operation(0);
  if (tokens.length > 0) throw new Error(`${expression}: ${tokens.join(' ')} was not expected.`);
  return result;
}
