"""Post and correct events, and verify webhooks, with the standard library of Python 3.9 or newer alone.

    python3 examples/desk.py post --story bridge-talks --when 2021-01-12 --headline "…" --source https://… --publisher AFP
    python3 examples/desk.py correct evt_… --revision 0 --note "…" --headline "…"

The address of the API is TIMELINE_URL (default: the local system), the key TIMELINE_KEY (default: .timeline/development-key).
"""

import argparse
import base64
import hashlib
import hmac
import http.client
import json
import os
import pathlib
import sys
import time
import urllib.error
import urllib.request
import uuid

URL = os.environ.get("TIMELINE_URL", "http://127.0.0.1:3000").rstrip("/")
TOLERANCE_SECONDS = 300
TRIES = 5


class Refused(Exception):
    """An error response. Its text has the detail, and the fields at fault."""


def api_key():
    return os.environ.get("TIMELINE_KEY") or pathlib.Path(".timeline/development-key").read_text().strip()


def text_of(error):
    """The body of an error response. If the connection breaks within it, its status says enough."""
    try:
        return error.read().decode("utf-8", "replace")
    except (OSError, http.client.HTTPException):
        return error.reason


def call(method, path, body, headers=None):
    """Send a request, and send it again after a failure in passing. All calls here are recognized if they come twice."""
    request = urllib.request.Request(URL + path, json.dumps(body).encode(), method=method)
    request.add_header("Content-Type", "application/json")
    request.add_header("Authorization", "Bearer " + api_key())
    for name, value in (headers or {}).items():
        request.add_header(name, value)
    for attempt in range(1, TRIES + 1):
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                return json.load(response)
        except urllib.error.HTTPError as error:
            text = text_of(error)
            if error.code < 500 and error.code != 429 or attempt == TRIES:
                raise Refused(f"{error.code} {text}") from None
        except (OSError, http.client.HTTPException):
            if attempt == TRIES:
                raise
        time.sleep(0.2 * 2**attempt)


def post(event):
    """Post an event, and return the stored revision. An event without an id gets one before it is sent."""
    return call("POST", "/v1/events", {"id": str(uuid.uuid4()), **event})


def correct(event_id, revision, note, data):
    """Correct an event. `data` is a JSON merge patch, `revision` the one that the correction builds on."""
    body = {"note": note, "data": data}
    return call("POST", f"/v1/events/{event_id}/corrections", body, {"If-Match": f'"{revision}"'})


def verify(secret, headers, body, now=None):
    """The message of a webhook. `body` is the bytes as they arrived; the names of `headers` are in lower case.

    Raises ValueError if no signature is right, or if the message was not sent within the last five minutes.
    """
    message, signatures = headers.get("webhook-id", ""), headers.get("webhook-signature", "")
    timestamp = headers.get("webhook-timestamp", "")
    if not (timestamp.isascii() and timestamp.isdigit()):
        raise ValueError("The message has no timestamp.")
    sent = int(timestamp)
    if abs((time.time() if now is None else now) - sent) > TOLERANCE_SECONDS:
        raise ValueError("The message was not sent within the last five minutes.")
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{message}.{timestamp}.".encode() + body
    expected = b"v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest())
    if not any(hmac.compare_digest(expected, one.encode()) for one in signatures.split(" ")):
        raise ValueError("No signature is right.")
    return json.loads(body)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    posting = commands.add_parser("post", help="post a development of a story")
    for name in ["story", "when", "headline", "source", "publisher"]:
        posting.add_argument("--" + name, required=True)
    posting.add_argument("--id", default=str(uuid.uuid4()), help="your own id, by which a retry is recognized")
    correcting = commands.add_parser("correct", help="correct the headline of an event")
    correcting.add_argument("event")
    correcting.add_argument("--revision", type=int, required=True)
    for name in ["note", "headline"]:
        correcting.add_argument("--" + name, required=True)
    given = parser.parse_args()
    if given.command == "post":
        answer = post(
            {
                "id": given.id,
                "type": "development.reported",
                "subject": given.story,
                "data": {
                    "when": {"edtf": given.when},
                    "headline": given.headline,
                    "status": "reported",
                    "sources": [{"url": given.source, "publisher": given.publisher}],
                },
            }
        )
    else:
        answer = correct(given.event, given.revision, given.note, {"headline": given.headline})
    print(answer["id"], answer["revision"])


if __name__ == "__main__":
    try:
        main()
    except Refused as error:
        sys.exit(str(error))
