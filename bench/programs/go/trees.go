// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

package main

// Of trees.c.
type tree struct {
	left, right *tree
}

func buildTree(depth int) *tree {
	if depth <= 0 {
		return &tree{}
	}
	return &tree{buildTree(depth - 1), buildTree(depth - 1)}
}

func (t *tree) count() uint64 {
	if t == nil {
		return 0
	}
	return 1 + t.left.count() + t.right.count()
}

func trees(b *bench) {
	most := int(b.size)
	lasting := buildTree(most)
	sum := inThreads(b.threads, func(index int) uint64 {
		sum := uint64(0)
		for depth := 4; depth <= most; depth += 2 {
			for i := index; i < 1<<(most-depth+4); i += b.threads {
				sum += buildTree(depth).count() * uint64(i+depth)
			}
		}
		return sum
	})
	sum += lasting.count()
	b.close(sum, (b.size-2)/2<<(b.size+5), "")
}
