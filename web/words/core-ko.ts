/**
 * Sentences of the core in Korean. The core writes English with names and figures in it, and each form here is one
 * such sentence; `core-ko.test.ts` reads the core's source for those that have none.
 */
import { CLAIMS } from "./claims-ko.ts";
import { withParticle } from "./particles.ts";

type Form = readonly [english: RegExp, korean: (...parts: string[]) => string];

/** What a correction is of, and parts of a step, as the core names them. */
const TIMES: Readonly<Record<string, string>> = {
  experts: "전문가",
  attention: "어텐션",
  exchanges: "장치 사이의 교환",
  launches: "실행 지연",
  "the host": "호스트",
  "the rest": "나머지",
  "time of a batch": "배치 시간",
  "training step": "학습 단계",
};

const FIGURES: Readonly<Record<string, string>> = {
  memory: "메모리 용량",
  "memory bandwidth": "메모리 대역폭",
};

const ASSUMED: readonly Form[] = [
  [
    /^time of a step, (.+): physics (.+ %), calibrated on residuals of published figures$/u,
    (part, change) =>
      `단계 시간 중 ${TIMES[part] ?? part}: 물리 모형 대비 ${change}, 공개된 수치의 잔차로 보정`,
  ],
  [
    /^(.+): physics (.+ %), calibrated on residuals of published figures$/u,
    (time, change) => `${TIMES[time] ?? time}: 물리 모형 대비 ${change}, 공개된 수치의 잔차로 보정`,
  ],
  [
    /^no published figure of this device is behind this: intervals (.+) times as wide$/u,
    (times) => `이 장치에 대해 공개된 수치가 없어 구간을 ${times}배로 넓힘`,
  ],
  [
    /^"(.+)" has no power rating; (.+) W as devices of its kind$/u,
    (name, watts) => `“${name}”의 정격 전력을 몰라 같은 종류의 장치처럼 ${watts} W로 둠`,
  ],
  [
    /^(.+) has no (\S+) units; computed in (\S+)$/u,
    (name, lacking, used) =>
      `${name}에 ${lacking} 연산기가 없어 ${withParticle(used, "으로/로")} 계산`,
  ],
  [
    /^(.+) has no link in the catalogue; copies exchange over PCIe 3\.0$/u,
    (name) => `${name}의 연결이 목록에 없어 PCIe 3.0으로 교환`,
  ],
  [
    /^(.+): arithmetic rate of devices of its kind$/u,
    (name) => `${name}: 연산 속도를 같은 종류의 장치처럼 둠`,
  ],
  [
    /^(.+): (.+) of devices of its kind$/u,
    (name, figure) =>
      `${name}: ${withParticle(FIGURES[figure] ?? figure, "을/를")} 같은 종류의 장치처럼 둠`,
  ],
  [/^PUE (.+), the industry's average$/u, (pue) => `PUE ${pue}: 업계 평균`],
  [/^written off over (.+) years$/u, (years) => `${years}년에 걸쳐 상각`],
  [/^electricity at (.+) USD a kWh$/u, (price) => `전기 요금은 1 kWh에 ${price} USD`],
  [
    /^room, people, support and network at the defaults of tenlane cost$/u,
    () => "공간, 인력, 지원, 네트워크는 tenlane cost의 기본값",
  ],
  [
    /^hosts are not in the list price: added as a share of it$/u,
    () => "정가에 호스트가 없어 정가의 일정 비율로 더함",
  ],
  [
    /^drafted by (.+), (.+) a step: (.+) in a hundred accepted \((.+)\)$/u,
    (method, drafted, share, source) =>
      `단계마다 ${withParticle(method, "으로/로")} ${drafted}개씩 초안: 백에 ${share} 채택 (${source})`,
  ],
  [
    /^(\d+) of (\d+) tensors are in this file: bits a weight are theirs$/u,
    (here, all) => `텐서 ${all}개 가운데 ${here}개가 이 파일에 있음: 가중치당 비트는 그것으로 셈`,
  ],
  [
    /^(.+) is not known: read as a Llama-like decoder$/u,
    (named) => `모르는 ${named}: Llama와 비슷한 디코더로 읽음`,
  ],
  [
    /^not stated, default of (.+?): (.+)$/u,
    (type, figures) => `적혀 있지 않아 ${type}의 기본값을 씀: ${figures}`,
  ],
  [
    /^no config\.json beside the file: architecture taken from names and shapes of tensors$/u,
    () => "파일 옆에 config.json이 없어 텐서의 이름과 모양에서 구조를 알아냄",
  ],
  [
    /^no dtype is stated: weights taken as bf16$/u,
    () => "dtype이 적혀 있지 않아 가중치를 bf16으로 봄",
  ],
];

/** Why a placement does not run. */
const INFEASIBLE: readonly Form[] = [
  [
    /^weights, activations and buffers do not fit in what "(.+)" takes of a device$/u,
    (engine) => `가중치, 활성값, 버퍼가 “${engine}”이 장치에서 쓰는 메모리에 들어가지 않음`,
  ],
  [
    /^weights, gradients, optimiser and activations do not fit$/u,
    () => "가중치, 기울기, 옵티마이저, 활성값이 메모리에 들어가지 않음",
  ],
  [
    /^one request of (.+) tokens does not fit in the cache of (.+)$/u,
    (needed, room) => `토큰 ${needed}개짜리 요청 하나가 ${room}개까지 담는 캐시에 들어가지 않음`,
  ],
  [/^the cache does not hold the batch$/u, () => "캐시에 배치가 들어가지 않음"],
  [/^the weights of "(.+)" do not fit$/u, (name) => `“${name}”의 가중치가 들어가지 않음`],
  [
    /^"(.+)" and what it learns with do not fit$/u,
    (name) => `“${name}”의 모델과 학습 상태가 들어가지 않음`,
  ],
  [
    /^"(.+)" and its batch do not divide over (.+) devices$/u,
    (name, devices) => `“${name}”의 모델과 배치가 장치 ${devices}개로 나누어지지 않음`,
  ],
  [
    /^"(.+)" multiplies none of the formats$/u,
    (name) => `“${name}”에 이 형식들을 곱하는 연산기가 없음`,
  ],
  [/^the memory of "(.+)" is not known$/u, (name) => `“${name}”의 메모리를 알 수 없음`],
  [
    /^"(.+)" computes neither (\S+) nor a wider format$/u,
    (name, format) => `“${name}”에 ${format} 이상의 형식을 계산하는 연산기가 없음`,
  ],
  [
    /^"(.+)" has neither a device link nor a host link in the catalogue$/u,
    (name) => `“${name}”의 장치 연결도 호스트 연결도 목록에 없음`,
  ],
  [
    /^"(.+)" has no (.+) in the catalogue$/u,
    (name, figure) => `“${name}”의 ${withParticle(FIGURES[figure] ?? figure, "이/가")} 목록에 없음`,
  ],
  [/^"(.+)" is made for inference alone \((.+)\)$/u, (name) => `“${name}”에서는 추론만 할 수 있음`],
  [
    /^"(.+)" produces no tokens; ask for a batch estimate$/u,
    (name) => `“${name}”에서는 토큰이 나오지 않음: 배치 추정을 물어야 함`,
  ],
  [
    /^(.+) was made for (.+) tokens$/u,
    (name, tokens) => `${name}에서 다룰 수 있는 토큰은 ${tokens}개까지`,
  ],
  [
    /^no price is known, so it cannot be said to keep a budget$/u,
    () => "가격을 몰라 예산을 지키는지 알 수 없음",
  ],
  [
    /^requests come faster than one of the pools serves them$/u,
    () => "두 무리 가운데 하나가 따라가지 못할 만큼 요청이 빨리 옴",
  ],
  [
    /^requests come faster than one replica serves them with all its slots taken$/u,
    () => "복제본 하나의 자리를 다 써도 따라가지 못할 만큼 요청이 빨리 옴",
  ],
  [
    /^requests come faster than full batches are computed$/u,
    () => "가득 찬 배치로도 따라가지 못할 만큼 요청이 빨리 옴",
  ],
  [
    /^"(.+)" must be (.+), got (.+)$/u,
    (name, rule, got) => `“${name}”에 필요한 값은 ${inKorean(rule) ?? rule}, 받은 값은 ${got}`,
  ],
];

/** What a question must have in place of what it has; where the next word is "expected". */
const EXPECTED: readonly Form[] = [
  [/^at least (.+)$/u, (least) => `${least} 이상`],
  [/^a whole number from (.+) to (.+)$/u, (low, high) => `${low}부터 ${high}까지의 정수`],
  [/^a whole number from (.+)$/u, (low) => `${low} 이상의 정수`],
  [
    /^a divisor or multiple of (.+) key-value heads$/u,
    (count) => `키-값 헤드 ${count}개의 약수나 배수`,
  ],
  [
    /^a divisor of (.+) inner channels of an expert$/u,
    (count) => `전문가의 안쪽 채널 ${count}개의 약수`,
  ],
  [/^a divisor of (.+) inner channels$/u, (count) => `안쪽 채널 ${count}개의 약수`],
  [/^a divisor of (.+) experts$/u, (count) => `전문가 ${count}개의 약수`],
  [/^a divisor of (.+) devices$/u, (count) => `장치 ${count}개의 약수`],
  [/^a divisor of (.+) heads$/u, (count) => `헤드 ${count}개의 약수`],
  [/^a divisor of (.+)$/u, (count) => `${count}의 약수`],
  [/^at most (.+) layers$/u, (count) => `많아야 ${count}층`],
  [/^at most (.+) characters$/u, (count) => `많아야 ${count}자`],
  [/^at most (.+) files$/u, (count) => `많아야 파일 ${count}개`],
  [/^at most (.+) bytes$/u, (count) => `많아야 ${count}바이트`],
  [/^1 to (.+) devices$/u, (most) => `장치 1개에서 ${most}개`],
  [/^one of tenlane claim --list, or "A vs B"$/u, () => "목록의 주장 하나, 또는 “A vs B”"],
  [/^one of (.+)$/u, (names) => `다음 중 하나(${names})`],
  [/^a known model, such as (.+)$/u, (names) => `아는 모델, 예를 들어 ${names}`],
  [
    /^a known model, as tenlane catalogue --list models names them$/u,
    () => "아는 모델(tenlane catalogue --list models가 보여 주는 이름)",
  ],
  [/^a config or a network$/u, () => "구성 또는 네트워크"],
  [/^a transformer$/u, () => "트랜스포머"],
  [/^a network$/u, () => "네트워크"],
  [/^a file$/u, () => "파일"],
  [/^a JSON object$/u, () => "JSON 객체"],
  [
    /^an architecture that can be read: (.+) is not known$/u,
    (named) => `읽을 수 있는 구조(모르는 ${named})`,
  ],
  [
    /^about the (.+) parameters of the (?:metadata|configuration)$/u,
    (count) => `구성이 말하는 매개변수 ${count}개쯤`,
  ],
  [
    /^ONNX, GGUF, safetensors, or JSON of at most (.+) bytes$/u,
    (most) => `ONNX, GGUF, safetensors, 또는 ${most} 바이트까지의 JSON`,
  ],
  [
    /^names of safetensors files in the same folder$/u,
    () => "같은 폴더에 있는 safetensors 파일의 이름",
  ],
  [/^owner\/name$/u, () => "소유자/이름"],
  [/^a file of the page$/u, () => "페이지의 파일"],
  [/^a page that tenlane web serves$/u, () => "tenlane web으로 연 페이지"],
  [
    /^a model of the Hub with a config\.json; check the spelling of owner\/name$/u,
    () => "config.json이 있는 Hub의 모델. 소유자/이름의 철자를 확인하세요",
  ],
  [
    /^an answer of the Hub; without a connection, give a config\.json on disk or a model of .+$/u,
    () => "Hub의 답. 연결이 없으면 config.json 파일이나 목록의 모델을 주세요",
  ],
  [
    /^the right to read it; accept its licence on the Hub and set HF_TOKEN$/u,
    () => "읽을 권한. Hub에서 사용 조건에 동의하고 HF_TOKEN을 정하세요",
  ],
  [
    /^status 200; try again later, or give a config\.json on disk$/u,
    () => "상태 200. 나중에 다시 하거나 config.json 파일을 주세요",
  ],
  [/^a model in the address, whole$/u, () => "주소에 온전히 담긴 모델"],
  [/^a device in the address, whole$/u, () => "주소에 온전히 담긴 장치"],
  [/^a file beside the index$/u, () => "색인 옆에 있는 파일"],
  [
    /^a device that a serving engine runs on, not (.+)$/u,
    (name) => `서빙 엔진이 도는 장치(${withParticle(name, "은/는")} 아님)`,
  ],
  [
    /^a device of the catalogue; did you mean (.+)\?$/u,
    (names) => `목록에 있는 장치. 혹시 ${names}?`,
  ],
  [/^a device of the catalogue$/u, () => "목록에 있는 장치"],
  [/^a device of known power$/u, () => "전력이 알려진 장치"],
  [
    /^nothing of it is known to take time: no operator has work$/u,
    () => "시간이 걸린다고 알려진 부분이 없음: 일이 있는 연산이 없음",
  ],
  [
    /^a device of known power, or of known rates$/u,
    () => "전력이 알려졌거나 계산 속도가 알려진 장치",
  ],
  [/^a price to buy it at \(--price\)$/u, () => "구매 가격(명령줄에서는 --price)"],
  [/^a price to rent it at \(--rent\)$/u, () => "임대 가격(명령줄에서는 --rent)"],
  [/^six launches with prices$/u, () => "가격이 있는 출시 여섯 건"],
];

const JUDGED: Form = [
  /^(\d+) of (\d+) predictions and (\d+) of (\d+) publications reach (\S+) times(?:; no ratio of their datasheets is above (\S+))?$/u,
  (foreseen, predicted, measured, published, times, bound) =>
    [
      `예측 ${predicted}건 가운데 ${foreseen}건, 공개된 수치 ${published}건 가운데 ${measured}건이 ${times}배에 이른다`,
      ...(bound === undefined ? [] : [`데이터시트의 비율은 모두 ${bound}배 이하다`]),
    ].join("; "),
];

/** Where terms of an investment are from, but for titles of publications. */
const TERM_SOURCES: readonly Form[] = [
  [/^tenlane cost, without the price$/u, () => "tenlane cost에서 장치 값을 뺀 것"],
  [/^(\d+) launches with list prices$/u, (count) => `정가가 있는 출시 ${count}건`],
  [/^each launch foretold from those before it$/u, () => "출시마다 그 앞의 출시들로 예측"],
  [/^list price of the device$/u, () => "장치의 정가"],
];

/** Of a figure that is derived from others of its device. */
const DERIVED: Form = [/^"(\S+)" is (.+)$/u, (figure, product) => `“${figure}” = ${product}`];

const FORMS: readonly Form[] = [
  ...ASSUMED,
  ...INFEASIBLE,
  ...EXPECTED,
  ...TERM_SOURCES,
  DERIVED,
  JUDGED,
];

/** A sentence of the core in Korean; null where it stays in English. */
export function inKorean(text: string): string | null {
  const claimed = CLAIMS[text];
  if (claimed !== undefined) return claimed;
  for (const [english, korean] of FORMS) {
    const parts = english.exec(text);
    if (parts !== null) return korean(...parts.slice(1));
  }
  return null;
}
