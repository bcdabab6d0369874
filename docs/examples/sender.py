"""Send a message to an installation and ask what came of it, in the standard library alone.

python3 sender.py SITE CODE whsec_… send KIND data.json SERIAL SEQUENCE    SITE is like https://credit.example.gov.cn
python3 sender.py SITE CODE whsec_… ask SERIAL
"""

import base64
import hmac
import json
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

SITE, CODE, KEY, WORK, *REST = sys.argv[1:]


def headers(key, content):
    """Standard Webhooks: the id, the second, and HMAC-SHA256 over both and the content."""
    stamp = str(int(time.time()))
    secret = base64.b64decode(KEY.removeprefix("whsec_"))
    mac = hmac.digest(secret, f"{key}.{stamp}.".encode() + content, "sha256")
    signature = "v1," + base64.b64encode(mac).decode()
    return {"webhook-id": key, "webhook-timestamp": stamp, "webhook-signature": signature}


def call(path, key, content, body=None):
    """The status and the answer; the content is what is signed."""
    request = urllib.request.Request(SITE + path, body, headers(key, content))
    request.add_header("content-type", "application/cloudevents+json")
    try:
        answer = urllib.request.urlopen(request, timeout=60)
    except urllib.error.HTTPError as error:
        answer = error
    return answer.status, json.load(answer)


if WORK == "send":
    kind, file, serial, sequence = REST
    message = {
        "specversion": "1.0", "id": serial, "source": "example", "type": f"cn.repairflow.inbound.{kind}",
        "partitionkey": "all", "sequence": sequence, "data": json.loads(Path(file).read_text("utf-8")),
    }  # fmt: skip
    body = json.dumps(message).encode()
    found = call(f"/inbound/{CODE}/messages", serial, body, body)
else:
    path = f"/inbound/{CODE}/messages/{REST[0]}"
    found = call(path, "ask", path.encode())
print(found[0], json.dumps(found[1], ensure_ascii=False))
