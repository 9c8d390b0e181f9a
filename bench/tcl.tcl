# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# tcl.tcl - what Tcl programs do: dictionaries, lists, regular expressions,
# procedures and objects of TclOO.  For a tclsh that escc built and one that
# the compiler alone did (inturn.py); about 1.5 s of the latter.
#
#   tclsh tcl.tcl [SCALE]
set scale [expr {[llength $argv] ? [lindex $argv 0] : 1}]

proc dictionaries {n} {
    set d {}
    for {set i 0} {$i < $n} {incr i} {
        set key k[expr {$i * 7919 % 20011}]
        dict incr d $key $i
        dict lappend d list[expr {$i % 97}] $i
    }
    set sum 0
    dict for {key value} $d {
        incr sum [expr {[string match list* $key] ? [llength $value] : $value}]
    }
    return $sum
}

proc lists {n} {
    set all {}
    for {set i 0} {$i < $n} {incr i} {
        lappend all [list [expr {$i * 1103515245 % 65537}] name$i]
    }
    set all [lsort -integer -index 0 $all]
    set names [lmap pair $all {lindex $pair 1}]
    set joined [join [lreverse $names] ,]
    set parts [split $joined ,]
    list [lindex $all 0] [llength $parts] [string length $joined] \
        [llength [lsort -unique [lrange $parts 0 end-10]]]
}

proc expressions {n} {
    set sum 0
    for {set i 0} {$i < $n} {incr i} {
        set line "item$i = value[expr {$i % 31}] ; note [expr {$i * 3}]"
        if {[regexp {^(\w+)\s*=\s*(\w+)\s*;\s*note\s+(\d+)$} $line - a b c]} {
            incr sum [expr {[string length $a] + $c}]
        }
        incr sum [regsub -all {[aeiou]} $line {<&>} line]
        incr sum [llength [regexp -all -inline {\d+} $line]]
    }
    return $sum
}

proc fib {n} {
    expr {$n < 2 ? $n : [fib [expr {$n - 1}]] + [fib [expr {$n - 2}]]}
}

oo::class create Shape {
    variable name sides
    constructor {aName someSides} {
        set name $aName
        set sides $someSides
    }
    method perimeter {} {
        set sum 0
        foreach side $sides {incr sum $side}
        return $sum
    }
    method name {} {return $name}
}
oo::class create Square {
    superclass Shape
    constructor {side} {next square [lrepeat 4 $side]}
    method perimeter {} {expr {[next] + 1}}
}

proc objects {n} {
    set sum 0
    set kept {}
    for {set i 0} {$i < $n} {incr i} {
        set shape [expr {$i % 2 ? [Square new $i]
                                : [Shape new line [list $i 1]]}]
        incr sum [$shape perimeter]
        incr sum [string length [$shape name]]
        lappend kept $shape
        if {[llength $kept] > 100} {
            foreach shape $kept {$shape destroy}
            set kept {}
        }
    }
    return $sum
}

puts "dictionaries [dictionaries [expr {300000 * $scale}]]"
puts "lists [lists [expr {120000 * $scale}]]"
puts "expressions [expressions [expr {60000 * $scale}]]"
puts "procedures [fib [expr {23 + $scale}]]"
puts "objects [objects [expr {30000 * $scale}]]"
