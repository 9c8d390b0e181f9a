// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

package main

import (
	"fmt"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"unsafe"
)

// Of server.c.  Goroutines keep their threads, so that the kernel's account of
// waits is theirs, and sleep by the same system call.

const (
	meanBytes  = 3072
	burst      = 8
	past       = 1 << 16
	hiccupNs   = 1000000
	entryBytes = 48 // what an entry counts in C

	clockNanosleepAbsolute = 1
)

type cacheEntry struct {
	chain, newer, older *cacheEntry
	key                 uint64
	value               []byte
}

type cache struct {
	slots        []*cacheEntry
	ends         cacheEntry
	bytes, limit uint64
}

func (c *cache) slot(key uint64) **cacheEntry {
	return &c.slots[key*0x9e3779b97f4a7c15>>20&uint64(len(c.slots)-1)]
}

func (e *cacheEntry) unlinkAge() {
	e.newer.older = e.older
	e.older.newer = e.newer
}

func (c *cache) linkNewest(e *cacheEntry) {
	e.newer = &c.ends
	e.older = c.ends.older
	e.older.newer = e
	c.ends.older = e
}

func (c *cache) drop(e *cacheEntry) {
	at := c.slot(e.key)
	for *at != e {
		at = &(*at).chain
	}
	*at = e.chain
	e.unlinkAge()
	c.bytes -= uint64(len(e.value)) + entryBytes
}

func (c *cache) find(key uint64) *cacheEntry {
	e := *c.slot(key)
	for e != nil && e.key != key {
		e = e.chain
	}
	if e != nil {
		e.unlinkAge()
		c.linkNewest(e)
	}
	return e
}

func (c *cache) store(key, bytes uint64, fill byte) {
	if e := c.find(key); e != nil {
		c.drop(e)
	}
	for c.bytes+bytes+entryBytes > c.limit {
		c.drop(c.ends.newer)
	}
	slot := c.slot(key)
	e := &cacheEntry{chain: *slot, key: key, value: make([]byte, bytes)}
	for i := range e.value {
		e.value[i] = fill
	}
	*slot = e
	c.linkNewest(e)
	c.bytes += bytes + entryBytes
}

func bytesOf(drawn uint64) uint64 { return 1024 + drawn>>44&4095 }

type timesPair struct{ all, net histogram }

type pastSample struct{ when, waited uint64 }

// pastWaits is how long a thread had waited for a processor, at what time.
type pastWaits struct {
	descriptor int
	count      uint64
	samples    []pastSample
	text       [96]byte
}

type cacheServer struct {
	seconds, rate, keys uint64
	start, servedFrom   uint64
	stop                int32
	lock                sync.Mutex
	filled              *sync.Cond
	filling             int
	requests, hiccups   timesPair
	tellsWaits          bool
}

func (s *cacheServer) keyOf(drawn uint64) uint64 {
	keys := s.keys
	if drawn&1 != 0 {
		keys = s.keys/16 + 1
	}
	return drawn >> 4 & 0xffffffff % keys
}

func (s *cacheServer) requestOf(drawn uint64) string {
	if drawn%10 < 3 {
		text := make([]byte, 0, 64)
		text = append(text, "set "...)
		text = strconv.AppendUint(text, s.keyOf(drawn), 10)
		text = append(text, ' ')
		text = strconv.AppendUint(text, bytesOf(drawn), 10)
		text = append(text, ' ')
		text = strconv.AppendUint(text, drawn>>10&0x3f+32, 10)
		return string(text)
	}
	return "get " + strconv.FormatUint(s.keyOf(drawn), 10)
}

func (c *cache) answer(request string) []byte {
	words := strings.Split(request, " ")
	key, _ := strconv.ParseUint(words[1], 10, 64)
	if request[0] == 's' {
		length, _ := strconv.ParseUint(words[2], 10, 64)
		fill, _ := strconv.Atoi(words[3])
		c.store(key, length, byte(fill))
		return []byte("STORED " + words[2] + "\r\n")
	}
	e := c.find(key)
	if e == nil {
		return []byte("END\r\n")
	}
	text := make([]byte, 0, 64+len(e.value))
	text = append(text, "VALUE "...)
	text = strconv.AppendUint(text, key, 10)
	text = append(text, ' ')
	text = strconv.AppendUint(text, uint64(len(e.value)), 10)
	text = append(text, "\r\n"...)
	return append(text, e.value...)
}

func (s *cacheServer) serveOne(c *cache, drawn uint64) uint64 {
	text := c.answer(s.requestOf(drawn))
	first := text
	if len(first) > 48 {
		first = first[:48]
	}
	return hash(uint64(len(text)), first)
}

func sleepUntil(due uint64) {
	at := syscall.NsecToTimespec(int64(due))
	for {
		_, _, errno := syscall.Syscall6(syscall.SYS_CLOCK_NANOSLEEP,
			clockMonotonic, clockNanosleepAbsolute,
			uintptr(unsafe.Pointer(&at)), 0, 0, 0)
		if errno == 0 {
			return
		}
	}
}

func openPast() *pastWaits {
	descriptor, err := syscall.Open("/proc/thread-self/schedstat",
		syscall.O_RDONLY, 0)
	if err != nil {
		descriptor = -1
	}
	syscall.RawSyscall(syscall.SYS_PRCTL, 29 /* PR_SET_TIMERSLACK */, 1, 0)
	return &pastWaits{descriptor: descriptor,
		samples: make([]pastSample, past)}
}

func (p *pastWaits) sample(when uint64) {
	taken := pastSample{when: when}
	if p.descriptor >= 0 {
		bytes, _ := syscall.Pread(p.descriptor, p.text[:], 0)
		word := 0
		for _, c := range p.text[:bytes] {
			if c == ' ' {
				word++
			} else if word == 1 {
				taken.waited = taken.waited*10 + uint64(c-'0')
			}
		}
	}
	p.samples[p.count%past] = taken
	p.count++
}

func (p *pastWaits) waitedSince(due uint64) uint64 {
	last := p.count - 1
	low, high := uint64(0), last
	if p.count > past {
		low = p.count - past
	}
	for low < high {
		middle := (low + high) / 2
		if p.samples[middle%past].when > due {
			high = middle
		} else {
			low = middle + 1
		}
	}
	after := p.samples[low%past]
	total := p.samples[last%past].waited - after.waited
	if low == 0 || low+past == p.count {
		return total
	}
	within := after.waited - p.samples[(low-1)%past].waited
	if within > after.when-due {
		within = after.when - due
	}
	return total + within
}

func (t *timesPair) note(p *pastWaits, due uint64) {
	at := now()
	took := uint64(0)
	if at > due {
		took = at - due
	}
	p.sample(at)
	waited := p.waitedSince(due)
	t.all.note(took)
	if took > waited {
		t.net.note(took - waited)
	} else {
		t.net.note(0)
	}
}

func (s *cacheServer) meterHiccups(done chan bool) {
	runtime.LockOSThread()
	p := openPast()
	due := now()
	p.sample(due)
	for atomic.LoadInt32(&s.stop) == 0 {
		due += hiccupNs
		if due > now() {
			sleepUntil(due)
		}
		s.hiccups.note(p, due)
	}
	done <- true
}

func (s *cacheServer) awaitOthers(b *bench) {
	s.lock.Lock()
	s.filling++
	if s.filling == b.threads {
		s.start = now() + 10000000
		s.servedFrom = s.start - b.started
		s.filled.Broadcast()
	}
	for s.filling < b.threads {
		s.filled.Wait()
	}
	s.lock.Unlock()
}

func (s *cacheServer) fill(c *cache, state *uint64) {
	c.ends.newer, c.ends.older = &c.ends, &c.ends
	size := uint64(1024)
	for size < s.keys {
		size *= 2
	}
	c.slots = make([]*cacheEntry, size)
	for c.bytes+2*meanBytes < c.limit {
		drawn := random(state)
		key := drawn >> 4 & 0xffffffff % s.keys
		c.store(key, bytesOf(drawn), byte(drawn&0x3f)+32)
	}
}

func (s *cacheServer) body(b *bench, index int) uint64 {
	runtime.LockOSThread()
	threads := uint64(b.threads)
	requests := s.seconds * s.rate / threads
	sum, state := uint64(0), uint64(index)+1
	c := &cache{limit: b.size << 20 / threads}
	measured := &timesPair{}
	s.fill(c, &state)
	p := openPast()
	s.awaitOthers(b)
	p.sample(now())
	for i := uint64(0); i < requests; i++ {
		number := i/burst*threads + uint64(index)
		due := s.start + number*burst*1000000000/s.rate
		if due > now() {
			sleepUntil(due)
		}
		sum += s.serveOne(c, random(&state))
		measured.note(p, due)
	}
	s.lock.Lock()
	s.requests.all.merge(&measured.all)
	s.requests.net.merge(&measured.net)
	s.tellsWaits = p.descriptor >= 0
	s.lock.Unlock()
	return sum
}

func timesText(name string, h *histogram) string {
	var parts []string
	for _, percent := range []float64{50, 75, 90, 95, 99, 99.5, 99.9, 99.95,
		99.99, 99.995, 99.999, 100} {
		parts = append(parts, fmt.Sprintf("\"%g\": %d", percent,
			h.percentile(percent)))
	}
	return fmt.Sprintf("\"%s\": {%s}, ", name, strings.Join(parts, ", "))
}

// argument is the number at that place of the command line, or what is usual.
func argument(b *bench, at int, usual uint64) uint64 {
	if at < len(b.more) {
		number, _ := strconv.ParseUint(b.more[at], 10, 64)
		return number
	}
	return usual
}

func serve(b *bench) {
	s := &cacheServer{seconds: argument(b, 0, 10),
		rate: argument(b, 1, 40000)}
	s.filled = sync.NewCond(&s.lock)
	s.keys = b.size << 20 / uint64(b.threads) / meanBytes * 6 / 5
	done := make(chan bool)
	go s.meterHiccups(done)
	sum := inThreads(b.threads, func(index int) uint64 {
		return s.body(b, index)
	})
	atomic.StoreInt32(&s.stop, 1)
	<-done
	more := timesText("latency", &s.requests.all) +
		timesText("latency_net", &s.requests.net) +
		timesText("hiccup", &s.hiccups.all) +
		timesText("hiccup_net", &s.hiccups.net) +
		fmt.Sprintf("\"waits_known\": %v, \"served_from\": %.3f",
			s.tellsWaits, float64(s.servedFrom)/1e9)
	b.close(sum, s.seconds*s.rate, more)
}
