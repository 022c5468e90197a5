/** The words of plans, in Korean. */
import type { LimitName } from "../../core/index.ts";
import type { Words } from "./en.ts";
import { withParticle } from "./particles.ts";

const LIMIT_WORDS: Readonly<Record<LimitName, string>> = {
  ttft: "첫 토큰까지의 시간",
  tpot: "출력 토큰당 시간",
  latency: "요청 시간",
  costPerHour: "예산",
  power: "전력",
  devices: "장치 수",
};

export const plan: Words["plan"] = {
  heading: "어떤 하드웨어가, 얼마나 확실하게",
  about:
    "모델이 할 일과 들여도 되는 값을 정하세요. 막대 하나는 그 일에 필요한 수만큼의 장치입니다. 표시는 예상하는 값, 막대는 그 값이 있을 수 있는 범위입니다.",
  model: "모델",
  workload: "작업",
  limits: "제한",
  demand: "수요",
  demands: { rate: "초당 요청", users: "사용자", saturate: "복제본 하나가 할 수 있는 만큼" },
  rate: "초당 요청 수",
  users: "각자 답을 기다리는 사용자 수",
  ttft: "첫 토큰까지의 시간",
  tpot: "출력 토큰당 시간",
  latency: "요청 전체 시간",
  budget: "시간당 예산",
  power: "벽면 전력",
  objective: "최소화",
  objectives: {
    cost: "비용",
    latency: "지연 시간",
    throughput: "전체 소요 시간(처리량 최대)",
    energy: "에너지",
    carbon: "탄소",
    devices: "장치 수",
  },
  vendors: "제조사",
  tenure: "지불 방식",
  tenures: { rent: "온디맨드", spot: "스팟", reserved: "예약", own: "구매" },
  announced: "발표만 되었거나 단종된 장치도 포함",
  confidence: "제한을 지킬 확률",
  columns: {
    devices: "장치",
    format: "형식",
    engine: "엔진",
    sure: "확신",
    why: "한계",
  },
  figures: {
    ttft: "첫 토큰까지의 시간",
    tpot: "출력 토큰당 시간",
    latency: "요청 전체 시간",
    outputRate: "출력",
    power: "벽면 전력",
    energyPerToken: "출력 토큰당 에너지",
    costPerHour: "시간당 비용",
    costPerToken: "출력 토큰당 비용",
    carbonPerToken: "출력 토큰당 탄소",
  },
  networkFigures: {
    latency: "배치를 기다리는 시간을 더한 샘플 시간",
    itemRate: "초당 샘플 수",
    power: "벽면 전력",
    energyPerItem: "샘플당 에너지",
    costPerHour: "시간당 비용",
    costPerItem: "샘플당 비용",
    carbonPerItem: "샘플당 탄소",
  },
  batch: "배치",
  more: "더 고르기",
  shown: "보기",
  bars: (figure) => `${figure}: 중앙값과, 열에 여덟 번 참값을 담도록 한 구간`,
  pareto: {
    title: "절충",
    about: "점선 위의 계획보다 두 가지 모두에서 나은 계획은 없습니다.",
    click: "점을 누르면, 표에서 고를 때처럼, 다른 계획과 나란히 놓입니다.",
    x: "가로축",
    y: "세로축",
  },
  memory: {
    title: "장치 하나의 메모리",
    weights: "가중치",
    activations: "활성값",
    communication: "통신",
    runtime: "런타임",
    cache: "KV 캐시",
    free: "여유",
  },
  best: (devices) => `최선: ${devices}`,
  nothing: (tried) => `후보 ${tried}개 가운데 제한을 지키는 것이 없습니다.`,
  noneSold: "파는 장치 가운데 맞는 것이 없습니다.",
  nearest: {
    title: "가장 가까운 것:",
    none: "한 가지만 바꾸어서는 되지 않습니다.",
    breach: (limit, reached, allowed) =>
      `${withParticle(LIMIT_WORDS[limit], "이/가")} ${reached}, 제한은 ${allowed}`,
    relax: (limits) => `제한을 늦추기: ${limits}`,
    memory: (times) =>
      `메모리가 ${times}배 있어야 합니다. 장치를 늘리거나 더 좁은 형식을 쓰면 됩니다.`,
    rate: (times) => `장치가 ${times}배 있어야 합니다. 초당 요청 수를 줄여도 됩니다.`,
    context: (tokens) => `요청 하나의 토큰은 ${tokens}개까지입니다.`,
  },
  summary: (plans, tried, objective) => `후보 ${tried}개에서 계획 ${plans}개, ${objective} 최소 순`,
  offer: (provider, name, region, date) => `${provider} ${name} ${region}, ${date} 가격`,
  noOffer: "알려진 가격 없음",
  why: (binding, prefill, decode) =>
    prefill === decode
      ? `${binding}. 프롬프트와 토큰은 ${withParticle(decode, "을/를")} 기다립니다.`
      : `${binding}. 프롬프트는 ${withParticle(prefill, "을/를")}, 토큰은 ${withParticle(decode, "을/를")} 기다립니다.`,
  bindings: (binding, held) => {
    if (binding === "cache") return `복제본당 동시 요청 ${held}개에서 KV 캐시가 찹니다`;
    if (binding === "sequences") return `엔진은 많아야 요청 ${held}개를 배치합니다`;
    if (binding === "demand")
      return `한계가 없습니다. 복제본당 요청 ${held}개까지 받을 수 있습니다`;
    return `복제본당 동시 요청이 ${held}개를 넘으면 ${LIMIT_WORDS[binding]} 제한을 어깁니다`;
  },
  bounds: {
    compute: "연산",
    memory: "메모리 대역폭",
    link: "장치 사이의 연결",
    overhead: "실행 지연과 그 밖의 고정 비용",
  },
  limitedBy: {
    ttft: "첫 토큰 시간",
    tpot: "토큰당 시간",
    latency: "요청 시간",
    costPerHour: "예산",
    power: "전력",
    devices: "장치 수",
    cache: "KV 캐시",
    sequences: "엔진",
    demand: "수요",
  },
  unpriced: "가격 없음",
  only: "이 장치들만",
  regions: "이 지역의 상품만",
  reasons: {
    title: "무엇이 달라지면 최선의 계획이 바뀌나",
    change: "변화",
    effect: (objective) => `${objective}에 주는 영향`,
    devices: "장치 수",
    better: (percent) => `${percent} 나아짐`,
    worse: (percent) => `${percent} 나빠짐`,
    same: "없음",
    unknown: "가격이나 장소를 몰라 알 수 없음",
    changes: (change) => {
      switch (change.kind) {
        case "compute":
          return "연산 속도 두 배";
        case "memory-bandwidth":
          return "메모리 대역폭 두 배";
        case "memory-capacity":
          return "메모리 용량 두 배";
        case "link":
          return "두 배 빠른 연결";
        case "numerics":
          return `${change.numerics} 형식`;
        case "tensor":
          return `장치 ${change.tensor}개로 분할`;
        case "limit":
          return `${LIMIT_WORDS[change.limit]} 제한 없이`;
        case "device":
          return `${change.device} 사용`;
      }
    },
  },
};
