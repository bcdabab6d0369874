"""A platform's receiver in the standard library alone: python3 receiver.py PORT whsec_… (what it took is kept in memory)."""

import base64
import hmac
import json
import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

KEY = base64.b64decode(sys.argv[2].removeprefix("whsec_"))
TAKEN, NEWEST, SHOWN, DISPLAY = {}, {}, {}, dict.fromkeys(("published", "held", "restored"), "public")
DISPLAY |= {"disputed": "disputed"} | dict.fromkeys(("ceased", "sealed", "withdrawn", "annulled", "ended"), "ended")


def signed(headers, content):
    """Whether a request is to be trusted: signed with the shared key, within the last five minutes."""
    key, stamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    fresh = stamp.isdigit() and abs(time.time() - int(stamp)) <= 300
    mine = "v1," + base64.b64encode(hmac.digest(KEY, f"{key}.{stamp}.".encode() + content, "sha256")).decode()
    return fresh and any(hmac.compare_digest(mine, one) for one in headers.get("webhook-signature", "").split())


def take(event):
    """Status and answer: each id once, each partition in order, test messages without effect."""
    if event.get("test") and "testanswer" in event:
        return 200, {"id": event["id"], "result": event["testanswer"], "reason": "test"}
    if event["id"] in TAKEN:
        return 200, TAKEN[event["id"]] | {"duplicate": True}
    lane, data = event["partitionkey"], event["data"]
    if event["sequence"] <= NEWEST.get(lane, ""):
        return 409, {"detail": "a later message of this partition was taken"}
    if not event.get("test") and event["type"] in ("cn.repairflow.record_changed", "cn.repairflow.act_changed"):
        number, display = data.get("record", data.get("act"))["number"], DISPLAY.get(data["state"], "hidden")
        SHOWN[number] = {"number": number, "display": display, "version": data["version"]}
    NEWEST[lane], at = event["sequence"], time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime())
    TAKEN[event["id"]] = {"id": event["id"], "receipt": f"R{len(TAKEN) + 1}", "at": at}
    return 200, TAKEN[event["id"]]


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        try:
            event = json.loads(body) if signed(self.headers, body) else {"id": None}
            ours = event["id"] == self.headers.get("webhook-id", "")
            self.answer(*(take(event) if ours else (401, {"detail": "the signature or the id does not fit"})))
        except (ValueError, KeyError, TypeError) as error:
            self.answer(400, {"detail": repr(error)})

    def do_GET(self):
        sound = signed(self.headers, ("?" + self.path.partition("?")[2]).encode())
        self.answer(200 if sound else 401, {"records": list(SHOWN.values()) if sound else [], "next": None})

    def answer(self, status, said):
        self.send_response(status)  # HTTP/1.0: the end of the connection is the end of the answer
        self.end_headers()
        self.wfile.write(json.dumps(said).encode())


HTTPServer(("127.0.0.1", int(sys.argv[1])), Receiver).serve_forever()
