// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// The counterparts of the C programs: one Go program, whose first argument
// names which.  This file has what bench.h has for C: clocks, random numbers,
// threads, a histogram and the JSON object that ends a run.
package main

import (
	"fmt"
	"math/bits"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
	"unsafe"
)

const (
	clockMonotonic = 1
	clockProcess   = 2
	hashStart      = 0xcbf29ce484222325
)

func clock(which uintptr) uint64 {
	var now syscall.Timespec
	syscall.RawSyscall(syscall.SYS_CLOCK_GETTIME, which,
		uintptr(unsafe.Pointer(&now)), 0)
	return uint64(now.Nano())
}

var origin = time.Now()
var originNs = clock(clockMonotonic)

// now is CLOCK_MONOTONIC, read without a system call.
func now() uint64 { return originNs + uint64(time.Since(origin)) }

func peakBytes() uint64 {
	status, _ := os.ReadFile("/proc/self/status")
	for _, line := range strings.Split(string(status), "\n") {
		words := strings.Fields(line)
		if len(words) > 1 && words[0] == "VmHWM:" {
			kilobytes, _ := strconv.ParseUint(words[1], 10, 64)
			return kilobytes << 10
		}
	}
	return 0
}

// random is splitmix64.
func random(state *uint64) uint64 {
	*state += 0x9e3779b97f4a7c15
	x := *state
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

func hash(sum uint64, text []byte) uint64 {
	for _, c := range text {
		sum = (sum ^ uint64(c)) * 0x100000001b3
	}
	return sum
}

// histogram has 64 buckets to each power of two.
type histogram struct {
	count, most uint64
	buckets     [64 * 59]uint64
}

func (h *histogram) note(value uint64) {
	shift := 0
	if value >= 64 {
		shift = 57 - bits.LeadingZeros64(value)
	}
	h.buckets[uint64(shift)*64+value>>shift]++
	h.count++
	if value > h.most {
		h.most = value
	}
}

func (h *histogram) merge(from *histogram) {
	for i, n := range from.buckets {
		h.buckets[i] += n
	}
	h.count += from.count
	if from.most > h.most {
		h.most = from.most
	}
}

func (h *histogram) percentile(percent float64) uint64 {
	wanted := percent / 100 * float64(h.count)
	seen := uint64(0)
	for i, n := range h.buckets {
		seen += n
		if n > 0 && float64(seen) >= wanted {
			shift := 0
			if i >= 128 {
				shift = i/64 - 1
			}
			last := uint64(i-shift*64+1)<<shift - 1
			if last > h.most {
				last = h.most
			}
			return last
		}
	}
	return h.most
}

type bench struct {
	program string
	size    uint64
	threads int
	more    []string // arguments, then members of the JSON object
	started uint64
}

// inThreads runs the body in that many goroutines, the caller's among them.
func inThreads(count int, body func(index int) uint64) uint64 {
	results := make([]uint64, count)
	var all sync.WaitGroup
	for i := 1; i < count; i++ {
		all.Add(1)
		go func(i int) {
			results[i] = body(i)
			all.Done()
		}(i)
	}
	results[0] = body(0)
	all.Wait()
	sum := uint64(0)
	for _, result := range results {
		sum += result
	}
	return sum
}

func (b *bench) close(checksum, operations uint64, more string) {
	wall := now() - b.started
	cpu := clock(clockProcess)
	var stats debug.GCStats
	debug.ReadGCStats(&stats)
	longest := time.Duration(0)
	for _, pause := range stats.Pause {
		if pause > longest {
			longest = pause
		}
	}
	if more != "" {
		more += ", "
	}
	fmt.Printf("{\"program\": \"%s\", \"size\": %d, \"threads\": %d, "+
		"\"gc_cycles\": %d, \"gc_pause_max_ns\": %d, "+
		"\"gc_pause_total_ns\": %d, %s\"operations\": %d, "+
		"\"wall\": %.6f, \"cpu\": %.6f, \"rss\": %d, "+
		"\"checksum\": \"%016x\"}\n", b.program, b.size, b.threads,
		stats.NumGC, longest.Nanoseconds(), stats.PauseTotal.Nanoseconds(),
		more, operations, float64(wall)/1e9, float64(cpu)/1e9,
		peakBytes(), checksum)
}

func main() {
	programs := map[string]func(*bench){
		"trees": trees, "mix": mix, "graph": graph, "hash": hashMap,
		"handoff": handoff, "strings": texts, "numeric": numeric,
		"temporaries": temporaries, "server": serve,
	}
	if len(os.Args) < 4 || programs[os.Args[1]] == nil {
		fmt.Fprintln(os.Stderr, "usage: PROGRAM SIZE THREADS")
		os.Exit(2)
	}
	size, _ := strconv.ParseUint(os.Args[2], 10, 64)
	threads, _ := strconv.Atoi(os.Args[3])
	if runtime.GOMAXPROCS(0) < threads {
		runtime.GOMAXPROCS(threads)
	}
	b := &bench{os.Args[1], size, threads, os.Args[4:], now()}
	programs[b.program](b)
}
