/**
 * Sends the rows of a Google Sheet, or of the form that fills it, to a timeline.
 *
 * Project settings > Script properties: TIMELINE_URL, TIMELINE_KEY (scope events:write) and TIMELINE_STORY. Then run `install` once.
 * The first row has the headings: When, Zone, Headline, Status, Source, Publisher, Note, Id, Result. The script fills Id and Result.
 */

const REQUIRED = ['When', 'Headline', 'Status', 'Source', 'Publisher', 'Id', 'Result'];

/** Creates the triggers. The simple triggers of Apps Script may not send requests. */
function install() {
  const sheet = SpreadsheetApp.getActive();
  ScriptApp.newTrigger('sendChangedRows').forSpreadsheet(sheet).onFormSubmit().create();
  ScriptApp.newTrigger('sendChangedRows').forSpreadsheet(sheet).onEdit().create();
}

/** A menu by which rows are sent that could not be sent before. */
function onOpen() {
  SpreadsheetApp.getUi().createMenu('Timeline').addItem('Send all rows', 'sendAllRows').addToUi();
}

/** Runs when somebody submits the form or edits cells. */
function sendChangedRows(event) {
  const range = event.range;
  sendRows(range.getSheet(), range.getRow(), range.getNumRows());
}

/** Sends every row. What is stored already is not stored twice. */
function sendAllRows() {
  const sheet = SpreadsheetApp.getActiveSheet();
  sendRows(sheet, 2, sheet.getLastRow() - 1);
}

function sendRows(sheet, first, count) {
  const headings = sheet.getRange(1, 1, 1, sheet.getLastColumn()).getDisplayValues()[0];
  // Other sheets of the file are none of this script's business.
  if (REQUIRED.some((heading) => !headings.includes(heading))) return;
  for (let row = Math.max(first, 2); row < first + count; row += 1) sendRow(sheet, headings, row);
}

function sendRow(sheet, headings, row) {
  const cell = (heading) => sheet.getRange(row, headings.indexOf(heading) + 1);
  const text = (heading) => (headings.includes(heading) ? cell(heading).getDisplayValue().trim() : '');
  if (text('Headline') === '' && text('Id') === '') return;
  const missing = REQUIRED.filter((heading) => heading !== 'Id' && heading !== 'Result' && text(heading) === '');
  if (missing.length > 0) {
    cell('Result').setValue(`Not sent. Fill in: ${missing.join(', ')}`);
    return;
  }
  // The id is written before the row is sent, so that a row whose answer is lost is not stored twice when it is sent again.
  const id = text('Id') || Utilities.getUuid();
  cell('Id').setValue(id);
  SpreadsheetApp.flush();
  try {
    const answer = put(id, eventOf(cell, text), text('Note'));
    cell('Result').setValue(answer.sentence);
    // A note is for one correction. The next one needs its own.
    if (answer.isStored && headings.includes('Note')) cell('Note').clearContent();
  } catch (error) {
    cell('Result').setValue(`Not sent: ${error.message} Send it again by the menu "Timeline".`);
  }
}

function eventOf(cell, text) {
  const story = PropertiesService.getScriptProperties().getProperty('TIMELINE_STORY');
  const edtf = dateOf(cell('When'));
  return {
    type: 'development.reported',
    subject: story,
    data: {
      // A time has its offset; a day is a day of a zone.
      when: text('Zone') === '' || edtf.includes('T') ? { edtf } : { edtf, tz: text('Zone') },
      headline: text('Headline'),
      status: text('Status').toLowerCase(),
      sources: [{ url: text('Source'), publisher: text('Publisher') }],
    },
  };
}

/** A date as it was typed, such as 2024-06 or 2024-06-01~. Sheets takes some of them for days, and shows them as they were typed. */
function dateOf(cell) {
  const shown = cell.getDisplayValue().trim();
  const value = cell.getValue();
  const isDay = value instanceof Date && !/^\d{4}(-\d\d)?$/.test(shown);
  return isDay ? Utilities.formatDate(value, SpreadsheetApp.getActive().getSpreadsheetTimeZone(), 'yyyy-MM-dd') : shown;
}

/** Records the event, or corrects it if the row has changed and has a note. */
function put(id, event, note) {
  const properties = PropertiesService.getScriptProperties();
  const url = properties.getProperty('TIMELINE_URL');
  const response = UrlFetchApp.fetch(`${url}/v1/events?id=${encodeURIComponent(id)}`, {
    method: 'put',
    contentType: 'application/json',
    headers: { Authorization: `Bearer ${properties.getProperty('TIMELINE_KEY')}` },
    payload: JSON.stringify(note === '' ? { event } : { event, note }),
    muteHttpExceptions: true,
  });
  const status = response.getResponseCode();
  const body = response.getContentText();
  if (status === 200 || status === 201) {
    const stored = JSON.parse(body);
    return { isStored: true, sentence: `Stored: ${url}/events/${stored.id} (revision ${stored.revision})` };
  }
  return { isStored: false, sentence: `${status}: ${problemOf(body)}` };
}

/** What is wrong, where, from an answer of the API (RFC 9457), or whatever a proxy on the way has sent. */
function problemOf(body) {
  try {
    const problem = JSON.parse(body);
    if (problem.changed) return `The record has another ${problem.changed.join(', ')}. To correct it, say why in Note.`;
    const places = (problem.errors || []).map((error) => `${error.pointer || error.parameter}: ${error.detail}`);
    return places.join(' ') || problem.detail || problem.message || body;
  } catch (error) {
    return body.slice(0, 200);
  }
}
