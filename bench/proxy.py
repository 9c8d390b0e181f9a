#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Processor time and memory of a tinyproxy under load.

  bench/proxy.py [--requests 5000] [--rounds 3] TINYPROXY...

Each tinyproxy in turn gets requests from four threads, a connection each, for
16 KiB that a web server in this process holds.  Printed per run: user and
system time of the proxy in seconds, and its VmHWM in MB.  Loopback only."""
import argparse
import concurrent.futures
import http.server
import os
import socket
import subprocess
import tempfile
import threading

BODY = b'x' * 16384


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header('Content-Length', str(len(BODY)))
        self.end_headers()
        self.wfile.write(BODY)

    def log_message(self, *_):
        pass


def free_port():
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]


def fetch(proxy, origin):
    request = 'GET http://127.0.0.1:%d/ HTTP/1.0\r\n\r\n' % origin
    with socket.create_connection(('127.0.0.1', proxy)) as connection:
        connection.sendall(request.encode())
        answer = b''.join(iter(lambda: connection.recv(65536), b''))
    if not answer.endswith(BODY):
        raise SystemExit('proxy.py: a wrong answer: %r' % answer[:200])


def await_port(port):
    while True:
        try:
            return socket.create_connection(('127.0.0.1', port)).close()
        except ConnectionRefusedError:
            pass


def usage(pid):
    with open('/proc/%d/stat' % pid) as stat:
        words = stat.read().rsplit(')', 1)[1].split()
    with open('/proc/%d/status' % pid) as status:
        peak = next(line for line in status if line.startswith('VmHWM'))
    seconds = (int(words[11]) + int(words[12])) / os.sysconf('SC_CLK_TCK')
    return seconds, int(peak.split()[1]) / 1024


def measure(program, origin, requests):
    port = free_port()
    with tempfile.NamedTemporaryFile('w', suffix='.conf') as settings:
        settings.write('Port %d\nListen 127.0.0.1\nMaxClients 50\n'
                       'Timeout 60\nLogLevel Critical\n' % port)
        settings.flush()
        server = subprocess.Popen([program, '-d', '-c', settings.name],
                                  stdout=subprocess.DEVNULL)
        try:
            await_port(port)
            with concurrent.futures.ThreadPoolExecutor(4) as pool:
                list(pool.map(lambda _: fetch(port, origin), range(requests)))
            return usage(server.pid)
        finally:
            server.terminate()
            server.wait()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--requests', type=int, default=5000)
    parser.add_argument('--rounds', type=int, default=3)
    parser.add_argument('program', nargs='+')
    args = parser.parse_args()
    web = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
    threading.Thread(target=web.serve_forever, daemon=True).start()
    for _ in range(args.rounds):
        for program in args.program:
            seconds, megabytes = measure(program, web.server_port,
                                         args.requests)
            print('%s: %.2f s, %.1f MB' % (program, seconds, megabytes))
    web.shutdown()


if __name__ == '__main__':
    main()
