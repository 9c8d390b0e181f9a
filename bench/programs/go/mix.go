// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

package main

// Of mix.c.
const (
	ringSize = 2048
	numbers  = 500000
)

type node struct {
	left, right *node
	i, j        uint32
}

func newNode(left, right *node, i uint32) *node {
	return &node{left, right, i, i ^ 1}
}

func (n *node) populate(depth int) {
	if depth > 0 {
		n.left = newNode(nil, nil, uint32(depth))
		n.right = newNode(nil, nil, uint32(depth))
		n.left.populate(depth - 1)
		n.right.populate(depth - 1)
	}
}

func fromLeaves(depth int) *node {
	var left, right *node
	if depth > 0 {
		left = fromLeaves(depth - 1)
		right = fromLeaves(depth - 1)
	}
	return newNode(left, right, uint32(depth))
}

func (n *node) sum() uint64 {
	if n == nil {
		return 0
	}
	return uint64(n.i) + uint64(n.j) + 1 + n.left.sum() + n.right.sum()
}

func renew(ring [][]byte, state *uint64) uint64 {
	drawn := random(state)
	slot := &ring[drawn%ringSize]
	bytes := 16 + drawn>>32%4080
	if drawn>>20%16 != 0 {
		bytes = 16 + drawn>>32%240
	}
	sum := uint64(0)
	if *slot != nil {
		sum = hash(hashStart, (*slot)[:16])
	}
	block := make([]byte, bytes)
	for i := range block {
		block[i] = byte(drawn & 0x7f)
	}
	*slot = block
	return sum
}

func mix(b *bench) {
	size := int(b.size)
	lasting := newNode(nil, nil, 7)
	lasting.populate(size)
	squares := make([]uint64, numbers)
	for i := range squares {
		squares[i] = uint64(i) * uint64(i)
	}
	sum := inThreads(b.threads, func(index int) uint64 {
		sum := uint64(0)
		for depth := 4; depth < size; depth += 2 {
			for i := index; i < 4<<(size-depth); i += b.threads {
				state := uint64(depth*1000003 + i)
				down := newNode(nil, nil, 0)
				ring := make([][]byte, ringSize)
				down.populate(depth)
				for k := 0; k < 1<<depth; k++ {
					sum += renew(ring, &state)
				}
				up := fromLeaves(depth)
				sum += down.sum()*3 + up.sum()
			}
		}
		return sum
	})
	sum += lasting.sum() + squares[numbers/3]
	b.close(sum, (b.size-3)/2<<(b.size+5), "")
}
