# Looks at the live page of a run as a user does. Gets [[port, process of the run]] as `input`; prints what it found.
import os
import signal
import urllib.error
import urllib.request
from playwright.sync_api import sync_playwright

port, process = int(input[0][0]), int(input[0][1])
address = f"http://127.0.0.1:{port}/"
wrong, size = 0, 0
for path, kind, words in [
    ("", "text/html", "<canvas"), ("page.js", "text/javascript", "EventSource"), ("page.css", "text/css", "canvas"),
    ("status.json", "application/json", '"plan":"replay"'), ("history.json", "application/json", "["),
    ("metrics", "text/plain", "sluice_build_info"),
]:
    with urllib.request.urlopen(address + path) as answer:
        text = answer.read().decode()
        good = answer.headers["Content-Type"].startswith(kind) and words in text
        good = good and "default-src 'self'" in answer.headers["Content-Security-Policy"]
        if kind.startswith("text/") and path != "metrics":
            size += len(text)
            good = good and "http://" not in text and "https://" not in text
        wrong += not good
    for method in ("POST", "PUT", "DELETE"):
        try:
            urllib.request.urlopen(urllib.request.Request(address + path, method=method, data=b""))
            wrong += 1
        except urllib.error.HTTPError as error:
            wrong += not 400 <= error.code < 500

with sync_playwright() as play:
    browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"], timeout=120000)
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    page.set_default_timeout(120000)
    foreign, errors = [], []
    page.on("request", lambda request: foreign.append(request.url) if not request.url.startswith((address, "data:")) else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.goto(address, wait_until="commit")
    page.wait_for_function("document.getElementById('state').textContent == 'running'")
    page.wait_for_function("document.getElementById('lines').rows.length > 4")
    ink = """id => { const c = document.getElementById(id);
        const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;
        let n = 0; for (let i = 3; i < d.length; i += 4) n += d[i] > 0; return n > 1000; }"""
    page.wait_for_function(f"({ink})('rates') && ({ink})('latency')")
    rows = [len(page.query_selector_all(f"#{table} tr")) for table in ("lines", "ledger")]
    stages = len(page.query_selector_all(".stage"))
    page.fill("#filter", "no line is called so")
    filtered = len(page.query_selector_all("#lines tr")) == 1 and "#lines=no%20line" in page.url
    page.click("h2")
    page.keyboard.press("f")
    frozen = page.inner_text("#freeze") == "frozen"
    page.keyboard.press("f")
    seen = [len(foreign), len(errors)]
    os.kill(process, signal.SIGKILL)
    page.wait_for_selector("body.stale", state="attached")
    print([wrong, size] + rows + [stages, int(filtered), int(frozen)] + seen + [1, 1])
    browser.close()
