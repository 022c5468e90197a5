/** Words of the road, in Korean. */
import type { road as english } from "./road-en.ts";

export const road: typeof english = {
  heading: "도로의 차선들",
  about:
    "한 번에 수 하나를 계산하는 코어 하나가 한 차선 도로입니다. SIMD와 더 많은 코어와 가속기가 차선을 더해, 큰 칩은 열 차선 도로가 됩니다. 이 기계를 목록의 장치와 나란히 재어 보세요.",
  measure: "이 기계 재기",
  noGpu: "이 브라우저는 GPU를 내주지 않습니다.",
  memory: "이 기계의 메모리",
  save: "내 장치로 저장",
  use: "계획에 쓰기",
  runs: {
    heading: "혼자 쓸 때 돌릴 수 있는 모델",
    about:
      "프롬프트 1,024토큰, 요청은 한 번에 하나, 가장 빨리 답하는 형식입니다. 브라우저만큼 단순한 코드의 속도이므로, 전용 커널을 쓰는 llama.cpp는 더 빠를 수 있습니다. 이름을 누르면 그 모델의 계획이 나옵니다.",
    model: "모델",
    format: "형식",
    speed: "쓰는 속도",
    first: "첫 토큰까지",
    none: "들어가지 않음",
    working: "찾는 중",
  },
  progress: {
    idle: "몇 초 걸리며, 모두 이 브라우저 안에서 합니다.",
    working: "재는 중 …",
    done: "다 쟀습니다.",
    failed: "이 브라우저에서는 잴 수 없습니다.",
  },
  figure: "보기",
  figures: { compute: "연산: 행렬 곱", bandwidth: "메모리 대역폭", attention: "어텐션" },
  devices: "나란히 볼 장치",
  lanes: {
    scalar: "코어 하나, 스칼라",
    simd: "코어 하나, SIMD",
    cores: "모든 코어, SIMD",
    gpu: "WebGPU로 GPU",
  },
  lane: "차선",
  kind: "종류",
  kinds: {
    measured: "여기서 잰 값, FP32",
    printed: "제조사가 적은 값, BF16 또는 FP16",
    announced: "제조사가 발표한 값, BF16 또는 FP16",
  },
  kindsShort: { measured: "여기서 잰 값", printed: "제조사가 적은 값", announced: "발표된 값" },
  times: "가장 느린 것의 몇 배",
  unknown: (devices) => `목록의 어느 출처에도 이 값이 없는 장치: ${devices}.`,
  laneMore: (factor) => `차선이 하나 늘 때마다 ${factor}배입니다.`,
  chart: (figure) => figure,
  method:
    "잰 값: 웹어셈블리와 WebGPU의 단순한 커널로 FP32 행렬을 곱하고, FP32로 어텐션을 계산하고, 메모리를 복사한 속도입니다. 적힌 값: 어떤 커널도 닿지 못하는 데이터시트의 조밀 연산 최대치입니다.",
  attention: "어텐션 속도를 적는 제조사는 없으므로, 그 상한인 같은 최대치를 나란히 둡니다.",
};
