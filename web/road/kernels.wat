;; Multiplies square matrices of f32, n by n with n a multiple of 4, attends over n tokens with one head
;; 64 wide, and copies and reads bytes.
(module
  (memory (export "memory") 1 65536)

  ;; One row of a product: c += a B with `depth` values in a and rows in B, `width` columns in B and
  ;; values in c; four rows of B at a time, so that a value of c is loaded and stored once for four products.
  (func $scalar-row (param $a i32) (param $b i32) (param $c i32) (param $depth i32) (param $width i32)
    (local $k i32) (local $row i32) (local $at i32) (local $end i32)
    (local $a0 f32) (local $a1 f32) (local $a2 f32) (local $a3 f32)
    (local.set $row (i32.shl (local.get $width) (i32.const 2)))
    (local.set $end (i32.add (local.get $c) (local.get $row)))
    (loop $inner
      (local.set $a0 (f32.load offset=0 (local.get $a)))
      (local.set $a1 (f32.load offset=4 (local.get $a)))
      (local.set $a2 (f32.load offset=8 (local.get $a)))
      (local.set $a3 (f32.load offset=12 (local.get $a)))
      (local.set $at (local.get $c))
      (loop $columns
        (f32.store (local.get $at)
          (f32.add
            (f32.add
              (f32.add
                (f32.add
                  (f32.load (local.get $at))
                  (f32.mul (local.get $a0) (f32.load (local.get $b))))
                (f32.mul (local.get $a1)
                  (f32.load (i32.add (local.get $b) (local.get $row)))))
              (f32.mul (local.get $a2)
                (f32.load (i32.add (local.get $b) (i32.mul (local.get $row) (i32.const 2))))))
            (f32.mul (local.get $a3)
              (f32.load (i32.add (local.get $b) (i32.mul (local.get $row) (i32.const 3)))))))
        (local.set $b (i32.add (local.get $b) (i32.const 4)))
        (local.set $at (i32.add (local.get $at) (i32.const 4)))
        (br_if $columns (i32.lt_u (local.get $at) (local.get $end))))
      (local.set $a (i32.add (local.get $a) (i32.const 16)))
      (local.set $b (i32.add (local.get $b) (i32.mul (local.get $row) (i32.const 3))))
      (local.set $k (i32.add (local.get $k) (i32.const 4)))
      (br_if $inner (i32.lt_u (local.get $k) (local.get $depth)))))

  (func $simd-row (param $a i32) (param $b i32) (param $c i32) (param $depth i32) (param $width i32)
    (local $k i32) (local $row i32) (local $at i32) (local $end i32)
    (local $a0 v128) (local $a1 v128) (local $a2 v128) (local $a3 v128)
    (local.set $row (i32.shl (local.get $width) (i32.const 2)))
    (local.set $end (i32.add (local.get $c) (local.get $row)))
    (loop $inner
      (local.set $a0 (v128.load32_splat offset=0 (local.get $a)))
      (local.set $a1 (v128.load32_splat offset=4 (local.get $a)))
      (local.set $a2 (v128.load32_splat offset=8 (local.get $a)))
      (local.set $a3 (v128.load32_splat offset=12 (local.get $a)))
      (local.set $at (local.get $c))
      (loop $columns
        (v128.store (local.get $at)
          (f32x4.add
            (f32x4.add
              (f32x4.add
                (f32x4.add
                  (v128.load (local.get $at))
                  (f32x4.mul (local.get $a0) (v128.load (local.get $b))))
                (f32x4.mul (local.get $a1)
                  (v128.load (i32.add (local.get $b) (local.get $row)))))
              (f32x4.mul (local.get $a2)
                (v128.load (i32.add (local.get $b) (i32.mul (local.get $row) (i32.const 2))))))
            (f32x4.mul (local.get $a3)
              (v128.load (i32.add (local.get $b) (i32.mul (local.get $row) (i32.const 3)))))))
        (local.set $b (i32.add (local.get $b) (i32.const 16)))
        (local.set $at (i32.add (local.get $at) (i32.const 16)))
        (br_if $columns (i32.lt_u (local.get $at) (local.get $end))))
      (local.set $a (i32.add (local.get $a) (i32.const 16)))
      (local.set $b (i32.add (local.get $b) (i32.mul (local.get $row) (i32.const 3))))
      (local.set $k (i32.add (local.get $k) (i32.const 4)))
      (br_if $inner (i32.lt_u (local.get $k) (local.get $depth)))))

  ;; A stands at byte 0, B behind it, C behind B: C += A B.
  (func (export "scalar") (param $n i32)
    (local $i i32) (local $row i32) (local $matrix i32)
    (local.set $row (i32.shl (local.get $n) (i32.const 2)))
    (local.set $matrix (i32.mul (local.get $n) (local.get $row)))
    (loop $rows
      (call $scalar-row
        (i32.mul (local.get $i) (local.get $row))
        (local.get $matrix)
        (i32.add
          (i32.shl (local.get $matrix) (i32.const 1))
          (i32.mul (local.get $i) (local.get $row)))
        (local.get $n)
        (local.get $n))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $rows (i32.lt_u (local.get $i) (local.get $n)))))

  (func (export "simd") (param $n i32)
    (local $i i32) (local $row i32) (local $matrix i32)
    (local.set $row (i32.shl (local.get $n) (i32.const 2)))
    (local.set $matrix (i32.mul (local.get $n) (local.get $row)))
    (loop $rows
      (call $simd-row
        (i32.mul (local.get $i) (local.get $row))
        (local.get $matrix)
        (i32.add
          (i32.shl (local.get $matrix) (i32.const 1))
          (i32.mul (local.get $i) (local.get $row)))
        (local.get $n)
        (local.get $n))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $rows (i32.lt_u (local.get $i) (local.get $n)))))

  ;; e to the x, of an x that is not positive: two to a whole power, by bits of the exponent, times two to
  ;; a part between -1/2 and 1/2, by its series; off by 3 parts of a million at most.
  (func $exp-scalar (param $x f32) (result f32)
    (local $whole f32) (local $part f32)
    (local.set $x (f32.max (f32.mul (local.get $x) (f32.const 1.4426950409)) (f32.const -126)))
    (local.set $whole (f32.nearest (local.get $x)))
    (local.set $part (f32.sub (local.get $x) (local.get $whole)))
    (f32.mul
      (f32.reinterpret_i32 (i32.shl (i32.add (i32.trunc_sat_f32_s (local.get $whole)) (i32.const 127)) (i32.const 23)))
      (f32.add (f32.const 1) (f32.mul (local.get $part)
        (f32.add (f32.const 0.6931471806) (f32.mul (local.get $part)
        (f32.add (f32.const 0.2402265070) (f32.mul (local.get $part)
        (f32.add (f32.const 0.0555041087) (f32.mul (local.get $part)
        (f32.add (f32.const 0.0096181291) (f32.mul (local.get $part)
        (f32.const 0.0013333558)))))))))))))

  (func $exp-simd (param $x v128) (result v128)
    (local $whole v128) (local $part v128)
    (local.set $x (f32x4.max (f32x4.mul (local.get $x) (v128.const f32x4 1.4426950409 1.4426950409 1.4426950409 1.4426950409)) (v128.const f32x4 -126 -126 -126 -126)))
    (local.set $whole (f32x4.nearest (local.get $x)))
    (local.set $part (f32x4.sub (local.get $x) (local.get $whole)))
    (f32x4.mul
      (i32x4.shl (i32x4.add (i32x4.trunc_sat_f32x4_s (local.get $whole)) (v128.const i32x4 127 127 127 127)) (i32.const 23))
      (f32x4.add (v128.const f32x4 1 1 1 1) (f32x4.mul (local.get $part)
        (f32x4.add (v128.const f32x4 0.6931471806 0.6931471806 0.6931471806 0.6931471806) (f32x4.mul (local.get $part)
        (f32x4.add (v128.const f32x4 0.2402265070 0.2402265070 0.2402265070 0.2402265070) (f32x4.mul (local.get $part)
        (f32x4.add (v128.const f32x4 0.0555041087 0.0555041087 0.0555041087 0.0555041087) (f32x4.mul (local.get $part)
        (f32x4.add (v128.const f32x4 0.0096181291 0.0096181291 0.0096181291 0.0096181291) (f32x4.mul (local.get $part)
        (v128.const f32x4 0.0013333558 0.0013333558 0.0013333558 0.0013333558)))))))))))))

  ;; The n scores at s, divided by the root of 64, become shares whose sum is one.
  (func $softmax-scalar (param $s i32) (param $n i32)
    (local $at i32) (local $end i32) (local $most f32) (local $sum f32) (local $weight f32)
    (local.set $end (i32.add (local.get $s) (i32.shl (local.get $n) (i32.const 2))))
    (local.set $most (f32.load (local.get $s)))
    (local.set $at (local.get $s))
    (loop $largest
      (local.set $most (f32.max (local.get $most) (f32.load (local.get $at))))
      (local.set $at (i32.add (local.get $at) (i32.const 4)))
      (br_if $largest (i32.lt_u (local.get $at) (local.get $end))))
    (local.set $at (local.get $s))
    (loop $powers
      (local.set $weight (call $exp-scalar (f32.mul (f32.const 0.125)
        (f32.sub (f32.load (local.get $at)) (local.get $most)))))
      (f32.store (local.get $at) (local.get $weight))
      (local.set $sum (f32.add (local.get $sum) (local.get $weight)))
      (local.set $at (i32.add (local.get $at) (i32.const 4)))
      (br_if $powers (i32.lt_u (local.get $at) (local.get $end))))
    (local.set $sum (f32.div (f32.const 1) (local.get $sum)))
    (local.set $at (local.get $s))
    (loop $shares
      (f32.store (local.get $at) (f32.mul (f32.load (local.get $at)) (local.get $sum)))
      (local.set $at (i32.add (local.get $at) (i32.const 4)))
      (br_if $shares (i32.lt_u (local.get $at) (local.get $end)))))

  (func $softmax-simd (param $s i32) (param $n i32)
    (local $at i32) (local $end i32) (local $most v128) (local $sum v128) (local $weight v128)
    (local.set $end (i32.add (local.get $s) (i32.shl (local.get $n) (i32.const 2))))
    (local.set $most (v128.load (local.get $s)))
    (local.set $at (local.get $s))
    (loop $largest
      (local.set $most (f32x4.max (local.get $most) (v128.load (local.get $at))))
      (local.set $at (i32.add (local.get $at) (i32.const 16)))
      (br_if $largest (i32.lt_u (local.get $at) (local.get $end))))
    (local.set $most (f32x4.splat (f32.max
      (f32.max (f32x4.extract_lane 0 (local.get $most)) (f32x4.extract_lane 1 (local.get $most)))
      (f32.max (f32x4.extract_lane 2 (local.get $most)) (f32x4.extract_lane 3 (local.get $most))))))
    (local.set $at (local.get $s))
    (loop $powers
      (local.set $weight (call $exp-simd (f32x4.mul (v128.const f32x4 0.125 0.125 0.125 0.125)
        (f32x4.sub (v128.load (local.get $at)) (local.get $most)))))
      (v128.store (local.get $at) (local.get $weight))
      (local.set $sum (f32x4.add (local.get $sum) (local.get $weight)))
      (local.set $at (i32.add (local.get $at) (i32.const 16)))
      (br_if $powers (i32.lt_u (local.get $at) (local.get $end))))
    (local.set $sum (f32x4.splat (f32.add
      (f32.add (f32x4.extract_lane 0 (local.get $sum)) (f32x4.extract_lane 1 (local.get $sum)))
      (f32.add (f32x4.extract_lane 2 (local.get $sum)) (f32x4.extract_lane 3 (local.get $sum))))))
    (local.set $sum (f32x4.div (v128.const f32x4 1 1 1 1) (local.get $sum)))
    (local.set $at (local.get $s))
    (loop $shares
      (v128.store (local.get $at) (f32x4.mul (v128.load (local.get $at)) (local.get $sum)))
      (local.set $at (i32.add (local.get $at) (i32.const 16)))
      (br_if $shares (i32.lt_u (local.get $at) (local.get $end)))))

  ;; Queries stand at byte 0, then keys column by column, values and outputs token by token, and the
  ;; scores of one query: n tokens, each 64 wide. O = softmax(Q K / 8) V.
  (func (export "attention-scalar") (param $n i32)
    (local $i i32) (local $q i32) (local $head i32) (local $o i32) (local $s i32)
    (local.set $head (i32.shl (local.get $n) (i32.const 8)))
    (local.set $o (i32.mul (local.get $head) (i32.const 3)))
    (local.set $s (i32.shl (local.get $head) (i32.const 2)))
    (loop $queries
      (memory.fill (local.get $s) (i32.const 0) (i32.shl (local.get $n) (i32.const 2)))
      (call $scalar-row
        (local.get $q) (local.get $head) (local.get $s) (i32.const 64) (local.get $n))
      (call $softmax-scalar (local.get $s) (local.get $n))
      (memory.fill (local.get $o) (i32.const 0) (i32.const 256))
      (call $scalar-row
        (local.get $s) (i32.shl (local.get $head) (i32.const 1)) (local.get $o)
        (local.get $n) (i32.const 64))
      (local.set $q (i32.add (local.get $q) (i32.const 256)))
      (local.set $o (i32.add (local.get $o) (i32.const 256)))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $queries (i32.lt_u (local.get $i) (local.get $n)))))

  (func (export "attention-simd") (param $n i32)
    (local $i i32) (local $q i32) (local $head i32) (local $o i32) (local $s i32)
    (local.set $head (i32.shl (local.get $n) (i32.const 8)))
    (local.set $o (i32.mul (local.get $head) (i32.const 3)))
    (local.set $s (i32.shl (local.get $head) (i32.const 2)))
    (loop $queries
      (memory.fill (local.get $s) (i32.const 0) (i32.shl (local.get $n) (i32.const 2)))
      (call $simd-row
        (local.get $q) (local.get $head) (local.get $s) (i32.const 64) (local.get $n))
      (call $softmax-simd (local.get $s) (local.get $n))
      (memory.fill (local.get $o) (i32.const 0) (i32.const 256))
      (call $simd-row
        (local.get $s) (i32.shl (local.get $head) (i32.const 1)) (local.get $o)
        (local.get $n) (i32.const 64))
      (local.set $q (i32.add (local.get $q) (i32.const 256)))
      (local.set $o (i32.add (local.get $o) (i32.const 256)))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $queries (i32.lt_u (local.get $i) (local.get $n)))))

  ;; The first half of `bytes` to the second.
  (func (export "copy") (param $bytes i32)
    (memory.copy
      (i32.shr_u (local.get $bytes) (i32.const 1))
      (i32.const 0)
      (i32.shr_u (local.get $bytes) (i32.const 1))))

  ;; Sum of the words of `bytes`, a multiple of 64: four sums, so that none waits for the one before.
  (func (export "read") (param $bytes i32) (result i32)
    (local $at i32)
    (local $s0 v128) (local $s1 v128) (local $s2 v128) (local $s3 v128)
    (loop $lines
      (local.set $s0 (i32x4.add (local.get $s0) (v128.load offset=0 (local.get $at))))
      (local.set $s1 (i32x4.add (local.get $s1) (v128.load offset=16 (local.get $at))))
      (local.set $s2 (i32x4.add (local.get $s2) (v128.load offset=32 (local.get $at))))
      (local.set $s3 (i32x4.add (local.get $s3) (v128.load offset=48 (local.get $at))))
      (local.set $at (i32.add (local.get $at) (i32.const 64)))
      (br_if $lines (i32.lt_u (local.get $at) (local.get $bytes))))
    (local.set $s0 (i32x4.add
      (i32x4.add (local.get $s0) (local.get $s1))
      (i32x4.add (local.get $s2) (local.get $s3))))
    (i32.add
      (i32.add (i32x4.extract_lane 0 (local.get $s0)) (i32x4.extract_lane 1 (local.get $s0)))
      (i32.add (i32x4.extract_lane 2 (local.get $s0)) (i32x4.extract_lane 3 (local.get $s0))))))
