// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

package main

import (
	"fmt"
	"sync/atomic"
)

// Of graph.c.
const (
	rounds    = 12
	near      = 4
	retargets = 4
)

type edge struct {
	next   *edge
	to     *vertex
	weight uint64
}

type vertex struct {
	number uint64
	near   [near]*vertex
	edges  *edge
}

func retarget(nodes []*vertex, from, to, by uint64) {
	count := uint64(len(nodes))
	at := (from + by) % count
	for i := from; i < to; i++ {
		v, next := nodes[i], nodes[at]
		v.near[0] = v.near[1]
		v.near[1] = v.near[2]
		v.near[2] = v.near[3]
		v.near[3] = next
		if at++; at == count {
			at = 0
		}
	}
}

func (v *vertex) addEdge(to *vertex, weight uint64) {
	v.edges = &edge{v.edges, to, weight}
}

func (v *vertex) takeEdge() uint64 {
	e := v.edges
	if e == nil {
		return 0
	}
	v.edges = e.next
	return e.weight + e.to.number
}

func (v *vertex) sum() uint64 {
	sum := v.number
	for _, other := range v.near {
		sum = sum*31 + other.number
	}
	for e := v.edges; e != nil; e = e.next {
		sum = sum*31 + e.weight + e.to.number
	}
	return sum
}

func makeNodes(count uint64) []*vertex {
	nodes := make([]*vertex, count)
	for i := range nodes {
		nodes[i] = &vertex{number: uint64(i)}
	}
	for i := uint64(0); i < count; i++ {
		for k := uint64(0); k < near; k++ {
			nodes[i].near[k] = nodes[(i*7+k)%count]
		}
		nodes[i].addEdge(nodes[i*3%count], i&255)
	}
	return nodes
}

func graph(b *bench) {
	count := b.size * 1024
	nodes := makeNodes(count)
	var storeNs, stores uint64
	sum := inThreads(b.threads, func(index int) uint64 {
		from := count * uint64(index) / uint64(b.threads)
		to := count * uint64(index+1) / uint64(b.threads)
		sum, spent := uint64(0), uint64(0)
		for round := uint64(0); round < rounds; round++ {
			begun := now()
			for k := uint64(0); k < retargets; k++ {
				retarget(nodes, from, to, round*977+k*13+1)
			}
			spent += now() - begun
			for i := from; i < to; i += 4 {
				state := round<<40 | i
				drawn := random(&state)
				taker := nodes[i&^63|drawn>>58]
				sum += nodes[i].takeEdge()
				taker.addEdge(nodes[drawn%count], drawn&1023)
			}
		}
		atomic.AddUint64(&storeNs, spent)
		atomic.AddUint64(&stores, (to-from)*rounds*retargets*near)
		for i := from; i < to; i++ {
			sum += nodes[i].sum()
		}
		return sum
	})
	b.close(sum, stores, fmt.Sprintf("\"ns_per_store\": %.3f",
		float64(storeNs)/float64(stores)))
}
