;; Multiplies square matrices of f32, n by n with n a multiple of 4, and copies and reads bytes.
;; A stands at byte 0, B behind it, C behind B. C += A B, four rows of B at a time, so that
;; a value of C is loaded and stored once for four products.
(module
  (memory (export "memory") 1 65536)

  (func (export "scalar") (param $n i32)
    (local $i i32) (local $k i32) (local $end i32)
    (local $a i32) (local $b i32) (local $c i32) (local $row i32)
    (local $a0 f32) (local $a1 f32) (local $a2 f32) (local $a3 f32)
    (local.set $row (i32.shl (local.get $n) (i32.const 2)))
    (loop $rows
      (local.set $k (i32.const 0))
      (loop $inner
        (local.set $a (i32.add
          (i32.mul (local.get $i) (local.get $row))
          (i32.shl (local.get $k) (i32.const 2))))
        (local.set $a0 (f32.load offset=0 (local.get $a)))
        (local.set $a1 (f32.load offset=4 (local.get $a)))
        (local.set $a2 (f32.load offset=8 (local.get $a)))
        (local.set $a3 (f32.load offset=12 (local.get $a)))
        (local.set $b (i32.mul (i32.add (local.get $n) (local.get $k)) (local.get $row)))
        (local.set $c (i32.mul
          (i32.add (i32.shl (local.get $n) (i32.const 1)) (local.get $i))
          (local.get $row)))
        (local.set $end (i32.add (local.get $c) (local.get $row)))
        (loop $columns
          (f32.store (local.get $c)
            (f32.add
              (f32.add
                (f32.add
                  (f32.add
                    (f32.load (local.get $c))
                    (f32.mul (local.get $a0) (f32.load (local.get $b))))
                  (f32.mul (local.get $a1)
                    (f32.load (i32.add (local.get $b) (local.get $row)))))
                (f32.mul (local.get $a2)
                  (f32.load (i32.add (local.get $b) (i32.mul (local.get $row) (i32.const 2))))))
              (f32.mul (local.get $a3)
                (f32.load (i32.add (local.get $b) (i32.mul (local.get $row) (i32.const 3)))))))
          (local.set $b (i32.add (local.get $b) (i32.const 4)))
          (local.set $c (i32.add (local.get $c) (i32.const 4)))
          (br_if $columns (i32.lt_u (local.get $c) (local.get $end))))
        (local.set $k (i32.add (local.get $k) (i32.const 4)))
        (br_if $inner (i32.lt_u (local.get $k) (local.get $n))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $rows (i32.lt_u (local.get $i) (local.get $n)))))

  (func (export "simd") (param $n i32)
    (local $i i32) (local $k i32) (local $end i32)
    (local $a i32) (local $b i32) (local $c i32) (local $row i32)
    (local $a0 v128) (local $a1 v128) (local $a2 v128) (local $a3 v128)
    (local.set $row (i32.shl (local.get $n) (i32.const 2)))
    (loop $rows
      (local.set $k (i32.const 0))
      (loop $inner
        (local.set $a (i32.add
          (i32.mul (local.get $i) (local.get $row))
          (i32.shl (local.get $k) (i32.const 2))))
        (local.set $a0 (v128.load32_splat offset=0 (local.get $a)))
        (local.set $a1 (v128.load32_splat offset=4 (local.get $a)))
        (local.set $a2 (v128.load32_splat offset=8 (local.get $a)))
        (local.set $a3 (v128.load32_splat offset=12 (local.get $a)))
        (local.set $b (i32.mul (i32.add (local.get $n) (local.get $k)) (local.get $row)))
        (local.set $c (i32.mul
          (i32.add (i32.shl (local.get $n) (i32.const 1)) (local.get $i))
          (local.get $row)))
        (local.set $end (i32.add (local.get $c) (local.get $row)))
        (loop $columns
          (v128.store (local.get $c)
            (f32x4.add
              (f32x4.add
                (f32x4.add
                  (f32x4.add
                    (v128.load (local.get $c))
                    (f32x4.mul (local.get $a0) (v128.load (local.get $b))))
                  (f32x4.mul (local.get $a1)
                    (v128.load (i32.add (local.get $b) (local.get $row)))))
                (f32x4.mul (local.get $a2)
                  (v128.load (i32.add (local.get $b) (i32.mul (local.get $row) (i32.const 2))))))
              (f32x4.mul (local.get $a3)
                (v128.load (i32.add (local.get $b) (i32.mul (local.get $row) (i32.const 3)))))))
          (local.set $b (i32.add (local.get $b) (i32.const 16)))
          (local.set $c (i32.add (local.get $c) (i32.const 16)))
          (br_if $columns (i32.lt_u (local.get $c) (local.get $end))))
        (local.set $k (i32.add (local.get $k) (i32.const 4)))
        (br_if $inner (i32.lt_u (local.get $k) (local.get $n))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $rows (i32.lt_u (local.get $i) (local.get $n)))))

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
