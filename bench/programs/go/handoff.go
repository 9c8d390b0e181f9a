// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

package main

// Of handoff.c: a channel is the queue.
const (
	batchSize = 64
	queueSize = 16
)

type message struct {
	tag   uint64
	bytes uint64
	text  []byte
}

type batch struct {
	messages [batchSize]*message
}

func produce(state *uint64) *batch {
	made := &batch{}
	for i := range made.messages {
		drawn := random(state)
		bytes := 16 + drawn>>40%513
		text := make([]byte, bytes)
		for k := range text {
			text[k] = byte(drawn & 0x7f)
		}
		made.messages[i] = &message{drawn, bytes, text}
	}
	return made
}

func (taken *batch) consume() uint64 {
	sum := uint64(0)
	for _, m := range taken.messages {
		sum += hash(m.tag, m.text[:16]) + m.bytes
	}
	return sum
}

func handoff(b *bench) {
	pairs := b.threads / 2
	if pairs < 1 {
		pairs = 1
	}
	queues := make([]chan *batch, pairs)
	for i := range queues {
		queues[i] = make(chan *batch, queueSize)
	}
	batches := b.size * 1024 / batchSize / uint64(pairs)
	threads := b.threads &^ 1
	if b.threads < 2 {
		threads = 1
	}
	sum := inThreads(threads, func(index int) uint64 {
		queue := queues[index/2]
		state := uint64(index / 2)
		sum := uint64(0)
		for i := uint64(0); i < batches; i++ {
			if b.threads < 2 {
				sum += produce(&state).consume()
			} else if index%2 == 0 {
				queue <- produce(&state)
			} else {
				sum += (<-queue).consume()
			}
		}
		return sum
	})
	b.close(sum, b.size*1024, "")
}
