#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""click.py PAGE COMMAND...: opens the page of escc-report in a browser
without a window, does what the commands say one after the other, and prints
what there is to read.

    go FRAGMENT       opens PAGE#FRAGMENT
    click SELECTOR    clicks the element
    type SELECTOR TEXT
    read SELECTOR     prints the text of all such elements that can be seen

The browser is driven by chromedriver, in the words of the WebDriver
standard."""
import json
import os
import re
import subprocess
import sys
import urllib.request

SECONDS = 60
ELEMENT = 'element-6066-11e4-a52e-4f735466cecf'
ARGUMENTS = ['--headless=new', '--no-sandbox', '--disable-gpu',
             '--disable-dev-shm-usage', '--window-size=1200,900']


class Browser:
    def __init__(self):
        self.driver = subprocess.Popen(
            ['chromedriver', '--port=0'], stdout=subprocess.PIPE, text=True,
            env=dict(os.environ, HOME=os.getcwd()))
        self.session = None
        for line in self.driver.stdout:
            port = re.search(r'started successfully on port (\d+)', line)
            if port:
                break
        self.base = 'http://127.0.0.1:%s/session' % port.group(1)
        # A proxy of the environment is for other places.
        self.opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}))

    def ask(self, method, path, body=None):
        request = urllib.request.Request(
            self.base + path, method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={'Content-Type': 'application/json'})
        with self.opener.open(request, timeout=SECONDS) as answer:
            return json.load(answer)['value']

    def start(self):
        self.session = '/' + self.ask('POST', '', {
            'capabilities': {'alwaysMatch': {
                'goog:chromeOptions': {'args': ARGUMENTS}}}})['sessionId']

    def post(self, path, body):
        return self.ask('POST', self.session + path, body)

    def find(self, selector):
        return [e[ELEMENT] for e in self.post(
            '/elements', {'using': 'css selector', 'value': selector})]

    def end(self):
        if self.session:
            self.ask('DELETE', self.session)
        self.driver.terminate()
        self.driver.wait()


def main():
    page, words = sys.argv[1], sys.argv[2:]
    browser = Browser()
    try:
        browser.start()
        url = 'file://' + os.path.abspath(page)
        browser.post('/url', {'url': url})
        while words:
            command, at = words.pop(0), words.pop(0)
            if command == 'go':
                browser.post('/url', {'url': url + '#' + at})
                continue
            found = browser.find(at)
            if not found and command != 'read':
                sys.exit('there is no ' + at)
            if command == 'click':
                browser.post('/element/%s/click' % found[0], {})
            elif command == 'type':
                browser.post('/element/%s/value' % found[0],
                             {'text': words.pop(0)})
            else:
                for e in found:
                    text = browser.ask('GET', '%s/element/%s/text' % (
                        browser.session, e))
                    print('%s: %s' % (at, text))
    finally:
        browser.end()


main()
