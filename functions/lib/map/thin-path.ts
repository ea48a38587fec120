/** Corners that are nearer to each other than this would not be seen apart. */
const nearest = 1.2;

const tenths = (number: number) => Math.round(number * 10);

function thinLine(text: string): string {
  const isClosed = text.endsWith('Z');
  const points = text
    .replace(/Z$/, '')
    .split('L')
    .map((point) => point.split(',').map(Number));
  let [keptX = 0, keptY = 0] = points[0] ?? [];
  const kept = points.filter(([x = 0, y = 0], index) => {
    const isEnd = index === 0 || (index === points.length - 1 && !isClosed);
    if (!isEnd && Math.hypot(x - keptX, y - keptY) < nearest) return false;
    [keptX, keptY] = [x, y];
    return true;
  });
  // A small island stays as it is.
  if (kept.length < (isClosed ? 3 : 2)) return `M${text}`;
  let [fromX, fromY] = [0, 0];
  const steps = kept.map(([x = 0, y = 0]) => {
    // Differences of rounded numbers, so that no error adds up.
    const step = `${(tenths(x) - fromX) / 10},${(tenths(y) - fromY) / 10}`;
    [fromX, fromY] = [tenths(x), tenths(y)];
    return step;
  });
  const [start = '', ...others] = steps;
  return `M${start}l${others.join(' ').replaceAll(/[ ,]-/g, '-')}${isClosed ? 'Z' : ''}`;
}

/**
 * A path of SVG in absolute lines, as d3 writes it, without the corners that nobody sees, in relative lines: less than
 * half of its size.
 */
export const thinPath = (path: string): string =>
  path
    .split('M')
    .filter((text) => text !== '')
    .map(thinLine)
    .join('');
