"""An AS2 partner made of pyas2lib, for interop_test.go.

pyas2_peer.py send CONFIG     sends one message and prints what the MDN said
pyas2_peer.py serve CONFIG    receives messages until its input ends

CONFIG is a JSON file. Certificates and keys are PEM files.
"""
import http.client
import http.server
import json
import sys
import threading
import urllib.parse

from pyas2lib.as2 import Mdn, Message, Organization, Partner


def read(name):
    with open(name, "rb") as f:
        return f.read()


def parties(c):
    """Return the two sides: Python's own organization, and Waybill as its partner."""
    key = read(c["key"])
    org = Organization(as2_name=c["me"], sign_key=key, sign_key_pass=None,
                       decrypt_key=key, decrypt_key_pass=None, domain="pyas2.test")
    cert = read(c["cert"])
    partner = Partner(as2_name=c["them"], verify_cert=cert, encrypt_cert=cert, validate_certs=False,
                      sign=c.get("sign", False), digest_alg=c.get("digest", "sha256"),
                      encrypt=c.get("encrypt", False), enc_alg=c.get("cipher", "aes_256_cbc"),
                      compress=c.get("compress", False),
                      mdn_mode=c.get("mdn_mode", "SYNC"), mdn_digest_alg=c.get("mdn_digest"))
    return org, partner


def send(c):
    org, partner = parties(c)
    message = Message(org, partner)
    message.build(read(c["file"]), filename="order.edi", content_type="application/edi-x12")
    url = urllib.parse.urlparse(c["url"])
    conn = http.client.HTTPConnection(url.hostname, url.port, timeout=30)
    conn.request("POST", url.path, body=message.content, headers=message.headers)
    res = conn.getresponse()
    body = res.read()
    raw = b"".join(("%s: %s\r\n" % h).encode() for h in res.getheaders()) + b"\r\n" + body
    mdn = Mdn()
    status, detail = mdn.parse(raw, lambda message_id, recipient: message)
    print(json.dumps({"http": res.status, "status": status, "detail": detail,
                      "message_id": message.message_id, "digest": mdn.digest_alg}))


def serve(c):
    org, partner = parties(c)

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            raw = b"".join(("%s: %s\r\n" % h).encode() for h in self.headers.items()) + b"\r\n" + body
            message = Message()
            status, error, mdn = message.parse(raw, lambda name: org, lambda name: partner)
            print(json.dumps({"status": status, "error": str(error[0]) if error[0] else None,
                              "signed": message.signed, "encrypted": message.encrypted,
                              "compressed": bool(message.compressed),
                              "content": message.content.hex() if error[0] is None else None}), flush=True)
            answer = mdn.content if mdn else b""
            self.send_response(200)
            for name, value in (mdn.headers if mdn else {}).items():
                self.send_header(name, " ".join(value.split()))
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *args):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(json.dumps({"port": server.server_port}), flush=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdin.read()
    server.shutdown()


if __name__ == "__main__":
    config = json.loads(read(sys.argv[2]))
    {"send": send, "serve": serve}[sys.argv[1]](config)
