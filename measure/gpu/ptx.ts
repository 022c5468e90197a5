/**
 * Kernels in PTX, the instructions that every driver of NVIDIA turns into those of its GPU: a copy, and a sum that adds
 * within a warp and then in memory.
 *
 * Source: NVIDIA, PTX ISA 6.4; assembled by ptxas 12.4 for sm_52 to sm_90
 */
export const PTX = `.version 6.4
.target sm_52
.address_size 64

.visible .entry copy(.param .u64 input, .param .u64 output, .param .u64 vectors)
{
  .reg .pred %p;
  .reg .b32 %t<5>;
  .reg .b64 %i, %step, %n, %from, %to, %at, %a;
  .reg .f32 %v<4>;
  ld.param.u64 %from, [input];
  ld.param.u64 %to, [output];
  ld.param.u64 %n, [vectors];
  cvta.to.global.u64 %from, %from;
  cvta.to.global.u64 %to, %to;
  mov.u32 %t0, %ctaid.x;
  mov.u32 %t1, %ntid.x;
  mov.u32 %t2, %tid.x;
  mov.u32 %t3, %nctaid.x;
  mad.lo.u32 %t4, %t0, %t1, %t2;
  cvt.u64.u32 %i, %t4;
  mul.wide.u32 %step, %t3, %t1;
  setp.ge.u64 %p, %i, %n;
  @%p bra done;
next:
  shl.b64 %at, %i, 4;
  add.u64 %a, %from, %at;
  ld.global.v4.f32 {%v0, %v1, %v2, %v3}, [%a];
  add.u64 %a, %to, %at;
  st.global.v4.f32 [%a], {%v0, %v1, %v2, %v3};
  add.u64 %i, %i, %step;
  setp.lt.u64 %p, %i, %n;
  @%p bra next;
done:
  ret;
}

.visible .entry sum(.param .u64 input, .param .u64 output, .param .u64 vectors)
{
  .reg .pred %p;
  .reg .b32 %t<5>, %word, %other;
  .reg .b64 %i, %step, %n, %from, %to, %at, %a;
  .reg .f32 %v<4>, %sum, %part;
  ld.param.u64 %from, [input];
  ld.param.u64 %to, [output];
  ld.param.u64 %n, [vectors];
  cvta.to.global.u64 %from, %from;
  cvta.to.global.u64 %to, %to;
  mov.u32 %t0, %ctaid.x;
  mov.u32 %t1, %ntid.x;
  mov.u32 %t2, %tid.x;
  mov.u32 %t3, %nctaid.x;
  mad.lo.u32 %t4, %t0, %t1, %t2;
  cvt.u64.u32 %i, %t4;
  mul.wide.u32 %step, %t3, %t1;
  mov.f32 %sum, 0f00000000;
  setp.ge.u64 %p, %i, %n;
  @%p bra own;
next:
  shl.b64 %at, %i, 4;
  add.u64 %a, %from, %at;
  ld.global.v4.f32 {%v0, %v1, %v2, %v3}, [%a];
  add.f32 %v0, %v0, %v1;
  add.f32 %v2, %v2, %v3;
  add.f32 %v0, %v0, %v2;
  add.f32 %sum, %sum, %v0;
  add.u64 %i, %i, %step;
  setp.lt.u64 %p, %i, %n;
  @%p bra next;
own:
${[16, 8, 4, 2, 1].map(warpStep).join("\n")}
  and.b32 %t2, %t2, 31;
  setp.ne.u32 %p, %t2, 0;
  @%p bra done;
  red.global.add.f32 [%to], %sum;
done:
  ret;
}`;

/** Each thread of a warp takes what the one `distance` further has. */
function warpStep(distance: number): string {
  return `  mov.b32 %word, %sum;
  shfl.sync.down.b32 %other, %word, ${distance}, 31, 0xffffffff;
  mov.b32 %part, %other;
  add.f32 %sum, %sum, %part;`;
}
