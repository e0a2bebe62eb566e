"""Upload a folder of pictures to a Portfolio Site, each file once, whatever happens in between.

    PORTFOLIO_TOKEN=ps_… python3 upload_folder.py https://art.example ~/pictures/2026

Needs Python 3.9 and nothing else. The token wants the scope `upload`; make one in the studio. Run it again after a
failure, a restart of the server or a power cut: what the site has acknowledged is not sent again. The key of each
file is made from its bytes and its name, so that a request whose answer was lost is answered, not repeated.
"""

import hashlib
import http.client
import json
import os
import sys
import time
import uuid
from pathlib import Path
from urllib.parse import urlsplit

ENDINGS = {".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff", ".avif", ".heic", ".heif"}
DONE = ".uploaded.json"  # kept in the folder: what each file became
PIECE = 1024 * 1024  # bytes
LONGEST_PAUSE = 60  # s
PATIENCE = 600  # s without any answer before a file is given up


def main() -> int:
    site, folder = urlsplit(sys.argv[1]), Path(sys.argv[2]).expanduser()
    files = sorted(path for path in folder.iterdir() if path.suffix.lower() in ENDINGS)
    done = read(folder / DONE)
    failed = 0
    for number, path in enumerate(files, 1):
        label = f"[{number}/{len(files)}] {path.name}"
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        if done.get(path.name, {}).get("sha256") == digest:
            print(f"{label}: there already")
            continue
        status, answer = send_until_answered(site, path, digest, label)
        if status == 201:
            done[path.name] = {"sha256": digest, "artwork": answer["id"], "page": answer["page"]}
            write(folder / DONE, done)
            print(f"\r{label}: {answer['page']}")
            for warning in answer["warnings"]:
                print(f"    {warning['message']}")
        else:
            failed += 1
            print(f"\r{label}: {status} {answer.get('detail', '')}")
    print(f"{len(files) - failed} of {len(files)} are there.")
    return 1 if failed else 0


def send_until_answered(site, path, digest, label):
    """Status and JSON of the answer. What may pass (no connection, 429, 503) is tried again, ever more slowly."""
    pause, end = 1, time.monotonic() + PATIENCE
    while True:
        try:
            status, headers, answer = send(site, path, digest, label)
            if status not in (409, 429, 502, 503, 504):
                return status, answer
            wait = int(headers.get("Retry-After") or pause)
        except (OSError, http.client.HTTPException) as error:
            wait, status, answer = pause, 0, {"detail": f"no answer ({error})"}
        if time.monotonic() + wait > end:
            return status, answer
        time.sleep(wait)
        pause = min(2 * pause, LONGEST_PAUSE)


def send(site, path, digest, label):
    """One request: the body is read from the disk piece by piece, however large it is."""
    boundary = uuid.uuid4().hex
    name = path.name.replace('"', "%22")
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="title"\r\n\r\n{path.stem}\r\n'
        f'--{boundary}\r\nContent-Disposition: form-data; name="image"; filename="{name}"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n"
    ).encode()
    tail = f"\r\n--{boundary}--\r\n".encode()
    size = path.stat().st_size
    connect = http.client.HTTPSConnection if site.scheme == "https" else http.client.HTTPConnection
    connection = connect(site.netloc, timeout=120)
    headers = {
        "Authorization": f"Bearer {os.environ['PORTFOLIO_TOKEN']}",
        "Content-Type": f"multipart/form-data; boundary={boundary}",
        "Content-Length": str(len(head) + size + len(tail)),
        "Idempotency-Key": str(uuid.uuid5(uuid.NAMESPACE_OID, f"{digest} {path.name}")),
    }
    try:
        connection.request("POST", "/api/artworks/upload", body(path, head, tail, size, label), headers)
        response = connection.getresponse()
        content = response.read()
        is_json = "json" in (response.getheader("Content-Type") or "")
        return response.status, response.headers, json.loads(content) if is_json else {}
    finally:
        connection.close()


def body(path, head, tail, size, label):
    yield head
    sent = 0
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece
            sent += len(piece)
            print(f"\r{label}: {100 * sent // size} %", end="", flush=True)
    yield tail


def read(path):
    return json.loads(path.read_text()) if path.exists() else {}


def write(path, done):
    """Whole or not at all: a power cut must not cost the list."""
    new = path.with_suffix(".new")
    new.write_text(json.dumps(done, indent=1))
    new.replace(path)


if __name__ == "__main__":
    if len(sys.argv) != 3 or not os.environ.get("PORTFOLIO_TOKEN"):
        sys.exit(__doc__)
    sys.exit(main())
