// Runs the script of a Google Sheet beside a stand-in for the sheet. Requests of Apps Script block, so the script has a
// thread of its own: the thread of the test sends its requests.

import { createContext, runInContext } from 'node:vm';
import { MessageChannel, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';

const { code, rows, properties, timeZone } = workerData;
const triggers = [];
let created = 0;

const isDate = (value) => Object.prototype.toString.call(value) === '[object Date]';
const dayOf = (value) => value.toISOString().slice(0, 10);

/** Cells are texts, or dates with the text that the sheet shows. */
const shownIn = (value) => (value === undefined ? '' : typeof value === 'object' ? value.shown : String(value));

const rangeOf = (row, column, rowCount, columnCount) => ({
  getSheet: () => sheet,
  getRow: () => row,
  getNumRows: () => rowCount,
  getDisplayValue: () => shownIn(rows[row - 1]?.[column - 1]),
  getDisplayValues: () =>
    Array.from({ length: rowCount }, (_, index) =>
      Array.from({ length: columnCount }, (_, along) => shownIn(rows[row - 1 + index]?.[column - 1 + along])),
    ),
  getValue: () => {
    const value = rows[row - 1]?.[column - 1];
    // A date of the realm of the script, as in Apps Script.
    return typeof value === 'object' ? runInContext(`new Date('${value.day}T00:00:00Z')`, context) : (value ?? '');
  },
  setValue: (value) => {
    rows[row - 1][column - 1] = String(value);
  },
  clearContent: () => {
    rows[row - 1][column - 1] = '';
  },
});

const sheet = {
  getRange: (row, column, rowCount = 1, columnCount = 1) => rangeOf(row, column, rowCount, columnCount),
  getLastColumn: () => rows[0].length,
  getLastRow: () => rows.length,
};

/** Waits for the response, as UrlFetchApp does. */
function fetchNow(url, options) {
  const settled = new Int32Array(new SharedArrayBuffer(4));
  const { port1, port2 } = new MessageChannel();
  parentPort.postMessage({ kind: 'fetch', url, options, port: port2, settled }, [port2]);
  Atomics.wait(settled, 0, 0);
  const { status, body, failure } = receiveMessageOnPort(port1).message;
  if (failure) throw new Error(failure);
  return { getResponseCode: () => status, getContentText: () => body };
}

const trigger = (name) => {
  const kinds = (kind) => () => ({ create: () => triggers.push([name, kind]) });
  return { forSpreadsheet: () => ({ onFormSubmit: kinds('onFormSubmit'), onEdit: kinds('onEdit') }) };
};

const context = createContext({
  UrlFetchApp: { fetch: fetchNow },
  PropertiesService: { getScriptProperties: () => ({ getProperty: (name) => properties[name] ?? null }) },
  SpreadsheetApp: {
    getActive: () => ({ getSpreadsheetTimeZone: () => timeZone }),
    getActiveSheet: () => sheet,
    flush: () => {},
  },
  ScriptApp: { newTrigger: trigger },
  Utilities: {
    getUuid: () => {
      created += 1;
      return `00000000-0000-4000-8000-${String(created).padStart(12, '0')}`;
    },
    formatDate: (value) => (isDate(value) ? dayOf(value) : 'no date'),
  },
});
runInContext(code, context, { filename: 'Code.gs' });

parentPort.on('message', ({ name, row, count, changes }) => {
  for (const [at, column, value] of changes) rows[at - 1][column] = value;
  context.event = { range: rangeOf(row, 1, count, 1) };
  runInContext(`${name}(event)`, context);
  parentPort.postMessage({ kind: 'done', rows, triggers });
});
